"""Can this table be read as an experiment at all? What is wrong with it, and what would work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dangol.core.errors import DataError
from dangol.core.experiments.design import Design
from dangol.core.experiments.summarise import Summaries, Summary
from dangol.core.language import Said

HALF_A_DAY_AND_MORE = 15
"""Hours by which two time zones may differ."""


def check_columns(design: Design, table: Mapping[str, Any]) -> None:
    """A DataError when a unit stands in several rows."""
    ids = np.asarray(table["unit_id"])
    extra = len(ids) - len(np.unique(ids))
    if extra:
        raise duplicated(design.name, extra)


def check_summaries(design: Design, found: Summaries) -> None:
    """A DataError when an arm is empty, is not one of the design, or says itself what the outcome says."""
    unknown = sorted(set(found.counts) - set(design.shares))
    if unknown:
        raise _refused(
            design.name,
            Said(
                f"The data has arms that were not declared: {', '.join(unknown)}.",
                f"정해 두지 않은 실험군이 데이터에 있습니다: {', '.join(unknown)}.",
            ),
            Said(
                f"Declare them, or leave those rows out. Declared are: {', '.join(design.shares)}.",
                f"실험군으로 정하거나 그 행을 빼십시오. 정해 둔 실험군: {', '.join(design.shares)}.",
            ),
        )
    empty = [arm for arm in design.shares if not found.counts.get(arm)]
    if empty:
        raise _refused(
            design.name,
            Said(
                f"Nobody is in the arm {', '.join(empty)}.", f"실험군 {', '.join(empty)}에 아무도 없습니다."
            ),
            Said(
                "Give everybody who was eligible in every arm, also those to whom nothing was sent.",
                "아무것도 보내지 않은 집단까지, 대상이었던 모두를 주십시오.",
            ),
        )
    for summary in found.outcomes:
        _check_leak(design, summary)


def _check_leak(design: Design, summary: Summary) -> None:
    """An outcome that everybody of one arm has and nobody of the others is the arm under another name."""
    if summary.judged.measured.kind != "share":
        return
    shares = {arm: each.mean(summary.judged.value) for arm, each in summary.arms.items() if each.n >= 10}
    if len(shares) > 1 and set(shares.values()) == {0.0, 1.0}:
        name = summary.judged.measured.said
        raise _refused(
            design.name,
            Said(
                f"“{name.en}” is the same for everybody in an arm and different between them: "
                "the arm tells the outcome.",
                f"“{name.ko}” 값이 실험군 안에서는 모두 같고 실험군끼리는 다릅니다. 실험군이 곧 결과를 말합니다.",
            ),
            Said(
                "Give the arm as it was drawn, not as it turned out, and an outcome that came later.",
                "결과가 아니라 추첨한 그대로의 실험군과, 그 뒤에 생긴 결과를 주십시오.",
            ),
        )


def duplicated(name: str, extra: int) -> DataError:
    """The error of a table in which units stand in several rows."""
    return _refused(
        name,
        Said(
            f"{extra:,} rows are of units that have a row already.",
            f"이미 나온 대상이 다시 나오는 행이 {extra:,}개 있습니다.",
        ),
        Said(
            "Give one row a unit. Where arms were drawn by account, one row an account.",
            "대상마다 한 행을 주십시오. 거래처 단위로 나눴다면 거래처마다 한 행입니다.",
        ),
    )


def one_arm(name: str, arms: Sequence[str]) -> DataError:
    """The error of a table that has fewer than two arms."""
    only = ", ".join(arms) or "-"
    return _refused(
        name,
        Said(f"The table has one arm only: {only}.", f"실험군이 하나뿐입니다: {only}."),
        Said(
            "Add those who were left alone: without them nothing can be proven.",
            "아무것도 하지 않은 집단을 더하십시오. 비교할 대상이 없으면 아무것도 증명할 수 없습니다.",
        ),
    )


def check_order(name: str, assigned: Any, happened: Any) -> None:
    """A DataError when outcomes lie before their assignment (arrays of datetime64; NaT is none).

    If all that do so lie within the hours by which time zones differ, that is said to be the likely reason.
    """
    lag = (np.asarray(happened) - np.asarray(assigned)) / np.timedelta64(1, "h")
    early = lag[lag < 0]
    if not len(early):
        return
    wrong = Said(
        f"In {len(early):,} rows the outcome lies before the assignment.",
        f"{len(early):,}개 행에서 결과가 배정보다 먼저 일어났습니다.",
    )
    if float(-early.min()) <= HALF_A_DAY_AND_MORE:
        raise _refused(
            name,
            wrong,
            Said(
                "By a few hours only, as when two clocks of different time zones wrote them. "
                "Give both moments in one time zone.",
                "몇 시간 차이뿐이므로 서로 다른 시간대의 시계로 적힌 것 같습니다. 두 시각을 같은 시간대로 주십시오.",
            ),
        )
    raise _refused(
        name,
        wrong,
        Said(
            "Count only what happened from the assignment on; what came before belongs into --before.",
            "배정 뒤에 일어난 것만 세십시오. 그 전의 것은 --before로 주십시오.",
        ),
    )


def _refused(name: str, wrong: Said, would_work: Said) -> DataError:
    asked = Said(f"The experiment {name!r} was to be read.", f"실험 {name!r}의 결과를 읽으려고 했습니다.")
    return DataError(asked, wrong, would_work)
