"""Which column of a table is the arm, which the outcome, and what was known before? By heading, English and Korean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.experiments.readout import Better, Measured
from dangol.core.language import Said

ARM: Final = (
    "arm", "variant", "variation", "treatment", "group", "experiment_group", "test_group", "ab_group", "cell", "branch",
    "segment", "실험군", "실험집단", "실험그룹", "집단", "그룹", "처치", "처치군", "변형", "시안", "테스트그룹", "발송군", "구분",
)  # fmt: skip
UNIT: Final = (
    "unit_id", "person_id", "customer_id", "user_id", "member_id", "account_id", "client_id", "subscriber_id", "id",
    "고객번호", "고객id", "회원번호", "회원id", "사용자id", "거래처번호", "아이디", "대상",
)  # fmt: skip
ASSIGNED: Final = ("assigned_at", "assigned_on", "exposed_at", "exposed_on", "enrolled_at", "sent_at",
                   "배정일", "배정일시", "배정시각", "노출일", "노출일시", "발송일", "발송일시")  # fmt: skip
HAPPENED: Final = ("outcome_at", "outcome_on", "converted_at", "purchased_at", "visited_at", "churned_at", "결과일", "결과일시",
                   "전환일", "전환일시", "구매일", "구매일시", "방문일시")  # fmt: skip
BEFORE: Final = ("before", "history", "recency", "baseline", "이전", "과거", "지난")
"""What a heading holds that tells of the time before the start."""
CONTROL: Final = re.compile(
    r"^(.*\b)?(control|holdout|hold-out|none|no|nothing|placebo|baseline|default|original|untreated)\b"
    r"|대조|미발송|제외|없음|기존|미노출|^(a|a군|a안|0|off|false)$",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """An outcome that is known by its heading: what it is called, and which way is good."""

    headings: tuple[str, ...]
    said: Said
    better: Better = "up"


OUTCOMES: Final = (
    Known(("retained", "kept", "stayed", "is_retained", "renewed", "유지", "유지여부", "잔존", "갱신", "재계약"), Said("customers kept", "고객 유지율")),
    Known(("churned", "left", "is_churned", "churn", "cancelled", "unsubscribed", "이탈", "이탈여부", "해지", "해지여부", "탈퇴", "수신거부"), Said("customers lost", "이탈률"), "down"),
    Known(("visit", "visited", "visits", "방문", "방문여부"), Said("visits", "방문")),
    Known(("conversion", "converted", "purchase", "purchased", "bought", "전환", "전환여부", "구매", "구매여부", "재구매"), Said("purchases", "구매")),
    Known(("revenue", "spend", "spent", "amount", "sales", "value", "매출", "매출액", "지출", "결제금액", "구매금액", "금액"), Said("money", "금액")),
    Known(("orders", "order_count", "주문수", "주문건수", "구매횟수"), Said("orders", "주문 수")),
    Known(("nps", "추천점수"), Said("NPS", "순추천지수(NPS)")),
    Known(("csat", "rating", "만족도", "평점"), Said("satisfaction", "만족도")),
    Known(("tickets", "ticket_count", "complaints", "문의수", "문의건수", "불만"), Said("requests for help", "문의 수"), "down"),
)  # fmt: skip
"""In the order in which they are proposed as the goal: what a customer does first, then money, then voices."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader of the table said of it; what is empty is searched for."""

    arm: str = ""
    control: str = ""
    outcomes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    ratios: tuple[tuple[str, str], ...] = ()
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roles:
    """Headings by what they are. `outcomes` has the goal first; `ratios` are numerator and denominator."""

    arm: str
    outcomes: tuple[str, ...]
    ratios: tuple[tuple[str, str], ...] = ()
    before: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    unit: str | None = None
    assigned: str | None = None
    happened: str | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The headings that are read as numbers, each once."""
        pairs = [name for pair in self.ratios for name in pair]
        return tuple(dict.fromkeys((*self.outcomes, *pairs, *self.before)))


def plain(heading: str) -> str:
    """A heading without case, spaces and marks: `Test Group` and test_group are the same."""
    return re.sub(r"[^0-9a-z가-힣]", "", unicodedata.normalize("NFKC", heading).casefold())


def roles_of(headings: Sequence[str], numbers: Iterable[str], wanted: Wanted) -> Roles:
    """What each heading is; `numbers` are those whose cells are numbers or yes and no.

    A RequestError says which one cannot be found, an UnknownNameError that a named one is not there.
    """
    for name in _named(wanted):
        if name not in headings:
            raise UnknownNameError(Said("column", "열"), name, headings)
    arm = wanted.arm or _first(headings, ARM)
    if arm is None:
        raise _not_found(Said("arm", "실험군"), headings, "--arm")
    able = [name for name in numbers if name != arm]
    outcomes = wanted.outcomes or (() if wanted.ratios else _outcomes(able))
    if not (outcomes or wanted.ratios):
        raise _not_found(Said("outcome", "결과"), headings, "--outcome")
    taken = {arm, *outcomes, *wanted.segments, *(name for pair in wanted.ratios for name in pair)}
    before = wanted.before or tuple(name for name in able if name not in taken and _tells_before(name))
    free = [name for name in headings if name not in taken and name not in before]
    return Roles(
        arm, outcomes, wanted.ratios, before, wanted.segments,
        _first(free, UNIT), _first(free, ASSIGNED), _first(free, HAPPENED),
    )  # fmt: skip


def control_of(arms: Sequence[str], wanted: str) -> str:
    """The arm that was left alone: the one named, else the one that its name tells; a RequestError when none does."""
    if wanted:
        if wanted not in arms:
            raise UnknownNameError(Said("arm", "실험군"), wanted, arms)
        return wanted
    able = [arm for arm in arms if CONTROL.search(arm.strip())]
    if len(able) != 1:
        raise RequestError(
            Said("Each arm was to be compared with the control.", "실험군마다 대조군과 비교하려고 했습니다."),
            Said(
                "Which arm was left alone cannot be told by its name.",
                "이름만으로는 어느 쪽이 대조군인지 알 수 없습니다.",
            ),
            Said(
                f"Name it with --control. The arms are: {', '.join(arms)}.",
                f"--control로 알려 주십시오. 실험군: {', '.join(arms)}.",
            ),
        )
    return able[0]


def measured_of(heading: str, *, is_share: bool, unit: str = "") -> Measured:
    """What an outcome is called and which way is good, by its heading."""
    known = next((each for each in OUTCOMES if plain(heading) in map(plain, each.headings)), None)
    better: Better = known.better if known else "up"
    return Measured(heading, Said(heading, heading), "share" if is_share else "mean", better, unit)


def _named(wanted: Wanted) -> Iterable[str]:
    yield from filter(None, (wanted.arm, *wanted.outcomes, *wanted.before, *wanted.segments))
    for pair in wanted.ratios:
        yield from pair


def _first(headings: Sequence[str], names: Sequence[str]) -> str | None:
    by_plain: Mapping[str, str] = {plain(heading): heading for heading in reversed(headings)}
    return next((by_plain[plain(name)] for name in names if plain(name) in by_plain), None)


def _outcomes(able: Sequence[str]) -> tuple[str, ...]:
    by_plain = {plain(heading): heading for heading in reversed(able)}
    found = (by_plain.get(plain(name)) for known in OUTCOMES for name in known.headings)
    return tuple(name for name in found if name)


def _tells_before(heading: str) -> bool:
    words = re.split(r"[^0-9a-z가-힣]+", unicodedata.normalize("NFKC", heading).casefold())
    return bool({"pre", "prior", "previous", "past", *BEFORE} & set(words)) or any(
        word in heading for word in ("이전", "과거", "지난")
    )


def _not_found(what: Said, headings: Sequence[str], option: str) -> RequestError:
    return RequestError(
        Said(f"The column of the {what.en} was searched for.", f"{what.ko} 열을 찾았습니다."),
        Said("None of the headings says that it is that.", "그렇게 알아볼 수 있는 제목이 없습니다."),
        Said(
            f"Name it with {option}. The headings are: {', '.join(headings)}.",
            f"{option}(으)로 알려 주십시오. 열 제목: {', '.join(headings)}.",
        ),
    )
