"""What does an address of a metric ask for? Period, settings, segment and comparison, each checked, each a field."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, Literal

from django.http import QueryDict

from dangol.core.calendar import Period
from dangol.core.engine.parameters import written
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.core.rollups.vendor_profiles import PROFILES
from dangol.platform.audiences.queries import saved, segment_of
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.queries import AnswerView, answer
from dangol.platform.insight.spans import SPANS, before, span_period, year_before
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.numbers.shapes import shape_of
from dangol.platform.web.numbers.words import CHOICES, SETTINGS

OWN: Final = frozenset(
    {"span", "from", "to", "audience", "rule", "against", "than", "than_rule", "board", "by_hand"}
)
"""What an address says besides the settings of the metric."""
AGAINST: Final[dict[str, Said]] = {
    "": Said("nothing", "비교하지 않음"),
    "before": Said("the period before", "직전 기간"),
    "year": Said("the same period last year", "작년 같은 기간"),
    "segment": Said("another segment", "다른 고객 그룹"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """A metric with everything that its address says."""

    metric: str
    span: str
    period: Period | None
    given: Mapping[str, str]
    audience: int | None
    rule: str
    segment: str
    against: str
    than: int | None
    than_rule: str
    than_segment: str

    @property
    def settings(self) -> dict[str, Any]:
        """What the metric is told."""
        return {**self.given, **({"period": self.period} if self.period else {})}


@dataclass(frozen=True, slots=True)
class Field:
    """One setting as a field of the form."""

    name: str
    label: Said
    type: str
    value: str
    options: tuple[tuple[str, Said], ...] = ()
    help: str = ""
    step: str = ""


def wish(viewer: Viewer, metric: str, asked: Mapping[str, Any]) -> Wish:
    """What an address asks for; an error of three sentences where it cannot be meant."""
    parameters = find(metric).parameters
    for name in asked:
        if name not in OWN and name not in parameters:
            raise UnknownNameError(
                Said(f"setting of {metric}", f"지표 {metric}의 설정"), name, sorted(OWN | set(parameters))
            )
    given = {n: asked[n].strip() for n in parameters if n != "period" and asked.get(n, "").strip()}
    span, period = _period(metric, asked) if "period" in parameters else ("", None)
    against = asked.get("against", "")
    if against not in AGAINST:
        raise UnknownNameError(Said("comparison", "비교"), against, AGAINST)
    audience, rule, segment = _segment(viewer, asked.get("audience", ""), asked.get("rule", ""))
    than, than_rule, than_segment = _segment(viewer, asked.get("than", ""), asked.get("than_rule", ""))
    return Wish(metric, span, period, given, audience, rule, segment, against, than, than_rule, than_segment)  # fmt: skip


def plain(metric: str, asked: Mapping[str, Any]) -> QueryDict:
    """The address without what says nothing: empty values, usual settings, and of period and own dates the older."""
    parameters = find(metric).parameters
    kept = QueryDict(mutable=True)
    for name, value in asked.items():
        usual = _spelled(parameters[name].default) if name in parameters else ""
        if value.strip() and name != "was" and value != usual:
            kept[name] = value
    if asked.get("was") == "dates" and kept.get("span"):
        kept.pop("from", None), kept.pop("to", None)
    elif kept.get("from") or kept.get("to"):
        kept.pop("span", None)
    if kept.get("span") == shape_of(metric).span:
        kept.pop("span")
    return kept


def answer_of(viewer: Viewer, wanted: Wish) -> AnswerView:
    """The numbers that a wish asks for."""
    return answer(viewer, wanted.metric, segment=wanted.segment, **wanted.settings)


def other_answer(viewer: Viewer, wanted: Wish) -> AnswerView | None:
    """The numbers to hold them against; None where nothing was chosen."""
    if wanted.against == "segment":
        return answer(viewer, wanted.metric, segment=wanted.than_segment, **wanted.settings)
    period = base_of(wanted)
    if period is None:
        return None
    return answer(viewer, wanted.metric, segment=wanted.segment, **wanted.settings | {"period": period})


def base_of(wanted: Wish) -> Period | None:
    """The period that the wish is held against."""
    if wanted.period is None or wanted.against not in ("before", "year"):
        return None
    # What runs to today is held against as many days of the year before: both begin and end alike.
    is_open = wanted.span in ("months_to_now", "this_year")
    return year_before(wanted.period) if wanted.against == "year" or is_open else before(wanted.period)


def _period(metric: str, asked: Mapping[str, Any]) -> tuple[str, Period]:
    if asked.get("period"):
        start, dots, end = asked["period"].partition("..")
        return "", Period(_day("period", start), _day("period", end if dots else ""))
    if asked.get("from") or asked.get("to"):
        first = _day("from", asked.get("from", ""))
        last = _day("to", asked.get("to", "") or (present_day() - timedelta(days=1)).isoformat())
        return "", Period(first, last + timedelta(days=1) if last < date.max else last)
    span = asked.get("span", "") or shape_of(metric).span
    return span, span_period(span, present_day())


def _day(name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        found = date.min
    if not date(1970, 1, 1) <= found <= date(2200, 1, 1):
        raise RequestError(
            Said(f"{name}={text} was asked for.", f"{name}={text}을(를) 요청하셨습니다."),
            Said("It is no day between 1970 and 2200.", "1970년과 2200년 사이의 날짜가 아닙니다."),
            Said(f"Write it as 2026-01-31: {name}=2026-01-31.", f"{name}=2026-01-31처럼 써 주십시오."),
        )
    return found


def _segment(viewer: Viewer, audience: str, rule: str) -> tuple[int | None, str, str]:
    """A saved audience or a typed rule, and the rule that both come down to."""
    if audience:
        found = segment_of(viewer, int(audience)) if audience.isdigit() and len(audience) < 10 else ""
        if not found:
            raise RequestError(
                Said(f"The numbers of audience {audience} were asked for.", f"고객 그룹 {audience}의 숫자를 요청하셨습니다."),
                Said("There is no such audience.", "그런 고객 그룹이 없습니다."),
                Said("Choose one of the list.", "목록에서 골라 주십시오."),
            )  # fmt: skip
        return int(audience), "", found
    return None, rule.strip(), rule.strip()


def fields(wanted: Wish) -> list[Field]:
    """The settings of the metric as fields, made from its signature."""
    parameters = find(wanted.metric).parameters
    return [
        _field(wanted, name, each)
        for name, each in parameters.items()
        if name not in ("period", "fiscal_start")
    ]


def _field(wanted: Wish, name: str, parameter: inspect.Parameter) -> Field:
    kind = _bare(parameter.annotation)
    value = wanted.given.get(name, _spelled(parameter.default))
    label = SETTINGS.get(name, Said(name, name))
    options = _options(wanted.metric, name, kind)
    if options:
        return Field(name, label, "select", value, options)
    if kind is bool:
        return Field(name, label, "select", value, tuple((each, CHOICES[each]) for each in ("true", "false")))
    simple = {int: ("number", "1"), float: ("number", "any"), date: ("date", "")}
    if kind in simple:
        return Field(name, label, simple[kind][0], value, step=simple[kind][1])
    return Field(name, label, "text", value, help=written(parameter.annotation))


def _options(metric: str, name: str, kind: Any) -> tuple[tuple[str, Said], ...]:
    if typing.get_origin(kind) is Literal:
        names = [str(each) for each in typing.get_args(kind)]
    elif inspect.isclass(kind) and issubclass(kind, StrEnum):
        names = [each.value for each in kind]
    elif name == "profile":
        names = list(PROFILES)
    elif name == "segment":
        names = ["", "plan", "channel", "country"]
    else:
        return ()
    nothing = Said("everybody", "전체")
    return tuple((each, CHOICES.get(each, Said(each, each)) if each else nothing) for each in names)


def _bare(annotation: Any) -> Any:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next(each for each in typing.get_args(annotation) if each is not type(None))
    return annotation


def _spelled(default: Any) -> str:
    if default is None or default is inspect.Parameter.empty:
        return ""
    if isinstance(default, tuple | list):
        return ", ".join(
            "-".join("" if n is None else str(n) for n in each) if isinstance(each, tuple) else str(each)
            for each in default
        )
    return (
        str(getattr(default, "value", default)).lower()
        if isinstance(default, bool)
        else str(getattr(default, "value", default))
    )


def segments(viewer: Viewer) -> list[tuple[str, str]]:
    """The saved audiences, for a choice."""
    return [(str(each.id), each.name) for each in saved(viewer)]


def spans() -> list[tuple[str, Said]]:
    """The moving periods, for a choice."""
    return [(name, words) for name, (words, _) in SPANS.items()]
