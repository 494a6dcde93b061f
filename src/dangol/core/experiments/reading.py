"""From one row a unit, or its summaries, to the whole readout: did it work, for whom, and what did it bring?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from dangol.core.errors import DataError
from dangol.core.experiments.compare import Rule, effects, with_benjamini_hochberg, with_holm
from dangol.core.experiments.decide import Imbalance, in_order, verdict
from dangol.core.experiments.design import Design
from dangol.core.experiments.incremental import incremental, incremental_said
from dangol.core.experiments.readout import (
    Effect,
    Looks,
    Measured,
    Readout,
    SegmentEffect,
)
from dangol.core.experiments.refusals import check_columns, check_summaries
from dangol.core.experiments.summarise import DAY, Judged, Summaries, Summary, summaries_of_columns
from dangol.core.experiments.telling import sentences
from dangol.core.language import Said
from dangol.core.stats.capping import Cap
from dangol.core.stats.comparison import compare as compared
from dangol.core.stats.cuped import mean_of
from dangol.core.stats.multiple import holm
from dangol.core.stats.sample_ratio import BROKEN_BELOW, SampleRatio, sample_ratio

FEWEST_IN_GROUP = 50
"""Units that a day or a segment must have for its sample ratio to be looked at."""


def read_out(
    design: Design,
    table: Mapping[str, Any],
    measured: Mapping[str, Measured],
    *,
    looks: Looks = "any_day",
    cost: Mapping[str, float] | None = None,
    excluded_count: int = 0,
    waiting_count: int = 0,
    as_of: date | None = None,
    notes: Sequence[Said] = (),
) -> Readout:
    """The readout of columns in memory, one entry a unit whose horizon is over.

    `table` has unit_id, arm, start_on (optional), and for each outcome its value NAME, NAME_base for a ratio and
    NAME_before where something was known before (NaN is unknown), and the declared segments. `measured` describes
    the goal and the guardrails of the design by name, then any further goals. `cost` is the whole cost by arm.
    """
    check_columns(design, table)
    judged = [_judged(name, each, table) for name, each in _goals_first(design, measured).items()]
    found = summaries_of_columns(table, judged, segments=design.segments)
    return read_summaries(
        design, found, looks=looks, cost=cost, excluded_count=excluded_count, waiting_count=waiting_count,
        as_of=as_of, notes=notes,
    )  # fmt: skip


def read_summaries(
    design: Design,
    found: Summaries,
    *,
    looks: Looks = "any_day",
    cost: Mapping[str, float] | None = None,
    excluded_count: int = 0,
    waiting_count: int = 0,
    as_of: date | None = None,
    notes: Sequence[Said] = (),
    caps: Sequence[Cap] = (),
) -> Readout:
    """The readout of summaries, as `summaries_on` gives them from any engine; see `read_out`.

    Outcomes that are among the guardrails of the design are read as such, all others are goals.
    """
    check_summaries(design, found)
    rule = Rule(looks, design.planned_units)
    goals, guardrails = _effects(design, found, rule)
    checks = tuple(_checks(design, found))
    own = [each for each in goals if each.outcome.name == design.outcome]
    main = in_order(own)
    ordered = (*main, *(each for each in goals if each not in own))
    ruling = verdict(
        design, main, guardrails=guardrails, checks=checks, imbalances=_imbalances(design, found),
        units_per_week=_per_week(found),
    )  # fmt: skip
    brought = [(each, incremental(each, cost=(cost or {}).get(each.arm))) for each in main]
    readout = Readout(
        design.name, design.unit, design.control, ruling, ordered, guardrails,
        segments=_segments(design, found, rule), sample_ratio=checks,
        incremental=tuple(each for _, each in brought if each is not None),
        notes=(*notes, *_missing(found)), looks=looks, excluded_count=excluded_count, waiting_count=waiting_count, as_of=as_of,
    )  # fmt: skip
    told = [
        incremental_said(each, effect) for effect, each in brought if each is not None and effect.is_proven
    ]
    return replace(readout, sentences=tuple(sentences(readout, told, caps)))


def _goals_first(design: Design, measured: Mapping[str, Measured]) -> dict[str, Measured]:
    names = (design.outcome, *(name for name in measured if name != design.outcome))
    if design.outcome not in measured:
        raise DataError(
            Said(
                f"The experiment {design.name!r} was to be judged by {design.outcome!r}.",
                f"실험 {design.name!r}을(를) {design.outcome!r}(으)로 판정하려고 했습니다.",
            ),
            Said("There is no such outcome in the data.", "데이터에 그런 결과가 없습니다."),
            Said(f"There are: {', '.join(measured)}.", f"있는 결과: {', '.join(measured)}."),
        )
    return {name: measured[name] for name in names}


def _judged(name: str, measured: Measured, table: Mapping[str, Any]) -> Judged:
    base = f"{name}_base" if measured.kind == "ratio" else None
    before = f"{name}_before"
    is_known = before in table and bool(np.isfinite(np.asarray(table[before], dtype=np.float64)).any())
    return Judged(measured, name, base, (before,) if is_known else ())


def _effects(design: Design, found: Summaries, rule: Rule) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    goals: list[Effect] = []
    guardrails: list[Effect] = []
    for summary in found.outcomes:
        is_guardrail = summary.judged.measured.name in design.guardrails
        (guardrails if is_guardrail else goals).extend(effects(summary, design.control, rule))
    return with_holm(goals), tuple(guardrails)


def _segments(design: Design, found: Summaries, rule: Rule) -> tuple[SegmentEffect, ...]:
    """By declared segment, adjusted by false discoveries over all of them."""
    named = [
        (segment, value, effect)
        for (segment, value), summary in found.segments.items()
        for effect in effects(summary, design.control, rule)
    ]
    adjusted = with_benjamini_hochberg([effect for _, _, effect in named])
    return tuple(
        SegmentEffect(segment, value, effect)
        for (segment, value, _), effect in zip(named, adjusted, strict=True)
    )


def _checks(design: Design, found: Summaries) -> Iterable[SampleRatio]:
    """The sample ratio of everybody, then of each day and each segment that is large enough."""
    planned = design.shares
    yield sample_ratio(_in_plan(found.counts, planned), planned)
    large = {
        among: counts
        for among, counts in found.counts_among.items()
        if sum(counts.values()) * min(planned.values()) >= FEWEST_IN_GROUP / 10
        and sum(counts.values()) >= FEWEST_IN_GROUP
    }
    for (name, value), counts in large.items():
        among = value if name == DAY else f"{name} {value}"
        yield sample_ratio(_in_plan(counts, planned), planned, among=among, looked_at=len(large))


def _in_plan(counts: Mapping[str, int], planned: Mapping[str, float]) -> dict[str, int]:
    """The counts in the order of the plan; an arm that nobody is in has 0."""
    return {arm: counts.get(arm, 0) for arm in planned}


def _imbalances(design: Design, found: Summaries) -> list[Imbalance]:
    """What was known before and differs between the arms, by Welch's test, Holm over all that was looked at."""
    looked = {
        (summary.judged.before_said(column), arm): p_value
        for summary in found.outcomes
        for column in summary.judged.before
        for arm, p_value in _before(summary, column, design.control)
    }
    adjusted = holm(list(looked.values()))
    return [
        Imbalance(column, arm, p)
        for ((column, arm), _), p in zip(looked.items(), adjusted, strict=True)
        if p < BROKEN_BELOW
    ]


def _missing(found: Summaries) -> Iterable[Said]:
    """Outcomes that are known of more units in one arm than in another: who is missing may be an effect itself."""
    for summary in found.outcomes:
        parts = [(arm, each.n, summary.unknown.get(arm, 0)) for arm, each in summary.arms.items()]
        known, all_ = sum(n for _, n, _ in parts), sum(n + m for _, n, m in parts)
        if not 0 < known < all_:
            continue
        counts = {arm: n for arm, n, _ in parts} | {f"{arm} -": m for arm, _, m in parts}
        expected = {arm: (n + m) * known for arm, n, m in parts} | {
            f"{arm} -": (n + m) * (all_ - known) for arm, n, m in parts
        }
        check = sample_ratio(counts, expected, fitted=len(parts))
        if check.is_broken:
            yield _missing_said(summary, parts)


def _missing_said(summary: Summary, parts: Sequence[tuple[str, int, int]]) -> Said:
    shares = ", ".join(f"{arm} {100 * n / (n + m):.1f}%" for arm, n, m in parts)
    said = summary.judged.measured.said
    return Said(
        f"“{said.en}” is not known of equally many in each arm ({shares}): those who are missing may be an effect, "
        "and the figures are of the others only.",
        f"“{said.ko}” 값을 아는 비율이 실험군마다 다릅니다({shares}). 빠진 사람이 생긴 것 자체가 효과일 수 있으며, "
        "숫자는 나머지만의 것입니다.",
    )


def _before(summary: Summary, column: str, control: str) -> Iterable[tuple[str, float]]:
    base = summary.arms.get(control)
    for arm, moments in summary.arms.items():
        if arm == control or base is None or min(base.n, moments.n) < 2:
            continue
        found = compared(mean_of(base, column), mean_of(moments, column))
        if found is not None and found.p_value is not None:
            yield arm, found.p_value


def _per_week(found: Summaries) -> float | None:
    """Units that start in a week, over the days on which they did; None where all began on one day."""
    days = sorted(date.fromisoformat(value[:10]) for name, value in found.counts_among if name == DAY)
    if len(days) < 2:
        return None
    return 7 * sum(found.counts.values()) / ((days[-1] - days[0]).days + 1)
