"""Which questions does the page of an experiment answer? The sections, from the effect to the check of the arms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from dangol.core.experiments.incremental import incremental_said
from dangol.core.experiments.readout import Effect, Readout
from dangol.core.experiments.wording import (
    difference_said,
    effect_said,
    interval_said,
    is_percent,
    p_said,
    percent_said,
    value_said,
)
from dangol.core.language import Said
from dangol.core.report.charts import Chart, Span, both, intervals
from dangol.core.report.model import Basis, Section, Table
from dangol.core.report.voice import Voice, ticks
from dangol.core.stats.interval import Interval

Part = Callable[[Readout, Voice], Section | None]

HEADS: Final = (
    Said("Arm", "실험군"), Said("Outcome", "결과"), Said("Units", "대상 수"), Said("Value", "값"),
    Said("Control", "대조군"), Said("Difference", "차이"), Said("95% interval", "95% 구간"), Said("p", "p 값"),
    Said("p, adjusted", "보정한 p 값"),
)  # fmt: skip
MEANS: Final = Said(
    "Difference: the mean of an arm less that of the control, over everybody assigned to them.",
    "차이: 배정된 모두에 대해 실험군의 평균에서 대조군의 평균을 뺀 값입니다.",
)
BY_CONTROL: Final = Said(
    "Relative difference: the difference over the mean of the control, by the delta method.",
    "상대 차이: 차이를 대조군의 평균으로 나눈 값입니다(델타 방법).",
)
EQUAL: Final = Said(
    "Sample ratio: the sizes of the arms against the planned shares, by chi-square; p below 0.001 blocks the verdict.",
    "표본 비율: 실험군의 크기를 계획한 비율과 카이제곱으로 견줍니다. p 값이 0.001보다 작으면 판정하지 않습니다.",
)
BROUGHT: Final = Said(
    "Incremental: the difference times the units of the arm. Never summed up over experiments.",
    "늘어난 양: 차이에 실험군의 대상 수를 곱한 값입니다. 여러 실험의 값을 더하지 않습니다.",
)

GREY: Final = Said("Grey: not proven.", "회색: 확인되지 않았습니다.")


def _effect(readout: Readout, say: Voice) -> Section | None:
    """The goal, arm by arm."""
    main = readout.main
    if main is None or readout.verdict.ruling == "blocked":
        return None
    goal = [each for each in readout.effects if each.outcome.name == main.outcome.name]
    name, rows = say(main.outcome.said), [(each, each.arm, each.difference) for each in goal]
    return Section(
        "effect",
        say(Said("How large is the effect, and how sure is it?", "효과는 얼마나 크고 얼마나 확실합니까?")),
        say(Said("{name}: each arm against {control}", "{name}: {control} 대비 실험군별 차이"), name=name, control=main.control),
        Basis(say(MEANS), "", say(Said("{n} units", "대상 {n}"), n=say.count(_units(goal)))),
        sentences=tuple(say(each) for each in _words(main)),
        charts=(_chart("effect", name, rows, say),),
        notes=_key(rows, say),
        tables=(_table(goal, say),),
    )  # fmt: skip


def _units(effects: Sequence[Effect]) -> int:
    """Units in the control and in every arm."""
    return effects[0].untreated.n + sum(each.treated.n for each in effects)


def _words(main: Effect) -> Iterable[Said]:
    """What the verdict leaves out: the relative difference, and how much of the noise was taken away."""
    if main.relative is not None:
        said = percent_said(main.relative)
        yield Said(
            f"Against {main.control}, {main.arm} is {said.en}.", f"{main.control} 대비 {main.arm}: {said.ko}."
        )
    if main.cut is not None:
        cut = f"{100 * main.cut:.2f}%"
        yield Said(
            f"What was known before the start took {cut} of the variance away.",
            f"시작 전에 알던 것으로 분산이 {cut} 줄었습니다.",
        )


def _goals(readout: Readout, say: Voice) -> Section | None:
    """All goals on one scale, which only relative differences can share."""
    others = [*readout.effects, *readout.guardrails]
    names = {each.outcome.name for each in others}
    shown = [(each, each.relative) for each in others if each.relative is not None]
    if len(names) < 2 or not shown or readout.verdict.ruling == "blocked":
        return None
    rows = [(each, f"{say(each.outcome.said)} · {each.arm}", relative) for each, relative in shown]
    return Section(
        "goals",
        say(Said("And everything else that was measured?", "함께 잰 다른 결과는 어떻습니까?")),
        say(Said("Every goal, relative to the control", "대조군을 기준으로 본 모든 목표")),
        Basis(say(BY_CONTROL), "", ""),
        charts=(_relative_chart(rows, say),),
        notes=_key(rows, say),
        tables=(_table(others, say),),
    )


def _segments(readout: Readout, say: Voice) -> Section | None:
    if not readout.segments or readout.verdict.ruling == "blocked":
        return None
    rows = [
        (each.effect, f"{each.segment} {each.value} · {each.effect.arm}", each.effect.difference)
        for each in readout.segments
    ]
    return Section(
        "segments",
        say(Said("For whom?", "누구에게 효과가 있었습니까?")),
        say(Said("The goal in each segment that was declared", "미리 정한 세그먼트별 결과")),
        Basis(say(MEANS), "", ""),
        charts=(_chart("segments", say(readout.segments[0].effect.outcome.said), rows, say),),
        tables=(_table([each for each, _, _ in rows], say, [label for _, label, _ in rows]),),
        notes=(
            *_key(rows, say),
            say(
                Said(
                    "Segments chosen after the fact prove nothing.",
                    "결과를 본 뒤에 고른 세그먼트는 아무것도 증명하지 못합니다.",
                )
            ),
        ),
    )


def _brought(readout: Readout, say: Voice) -> Section | None:
    by_arm = {
        each.arm: each for each in readout.effects if readout.main and each.outcome == readout.main.outcome
    }
    proven = [each for each in readout.incremental if by_arm[each.arm].is_proven]
    if not proven or readout.verdict.ruling == "blocked":
        return None
    return Section(
        "brought",
        say(Said("What would not have happened without it?", "없었더라면 일어나지 않았을 것은 얼마입니까?")),
        say(incremental_said(proven[0], by_arm[proven[0].arm])),
        Basis(say(BROUGHT), "", ""),
        sentences=tuple(say(incremental_said(each, by_arm[each.arm])) for each in proven[1:]),
    )


def _arms(readout: Readout, say: Voice) -> Section | None:
    check = readout.srm
    if check is None:
        return None
    total = sum(check.counts.values())
    finding = (
        Said("The arms do not have the sizes that were planned ({p})", "실험군의 크기가 계획과 다릅니다({p})")
        if check.is_broken
        else Said("The arms have the sizes that were planned ({p})", "실험군의 크기가 계획과 맞습니다({p})")
    )
    heads = (Said("Arm", "실험군"), Said("Units", "대상 수"), Said("Share", "비율"), Said("Planned", "계획"))
    rows = tuple(
        (arm, say.count(n), say.percent(n / total, 2), say.percent(check.planned[arm], 2))
        for arm, n in check.counts.items()
    )
    others = [each for each in readout.sample_ratio[1:] if each.is_broken]
    return Section(
        "arms",
        say(Said("Were the arms drawn as planned?", "계획대로 나뉘었습니까?")),
        say(finding, p=p_said(check.p_value)),
        Basis(say(EQUAL), "", say(Said("{n} units", "대상 {n}"), n=say.count(total))),
        notes=tuple(f"{each.among}: {p_said(each.p_value)}" for each in others),
        tables=(Table(tuple(map(say, heads)), rows),),
    )  # fmt: skip


SECTIONS: Final[tuple[Part, ...]] = (_effect, _goals, _segments, _brought, _arms)


def _colour(effect: Effect, at: Interval) -> str:
    """Grey for what is not proven, or not on the scale it is drawn on."""
    if not effect.is_proven or at.low <= 0 <= at.high:
        return "grey"
    return "accent" if effect.is_good else "bad"


def _chart(name: str, title: str, rows: Sequence[tuple[Effect, str, Interval]], say: Voice) -> Chart:
    spans = [
        Span(label, say(difference_said(each.outcome, at.value)), *at, colour=_colour(each, at))
        for each, label, at in rows
    ]
    outcome = rows[0][0].outcome
    marks = [(t, _tick(say, t * 100 if is_percent(outcome) else t)) for t in _places(spans)]
    described = "; ".join(say(effect_said(each)) for each, _, _ in rows)
    return both(name, title, described, lambda width: intervals(width, spans, marks))


def _relative_chart(rows: Sequence[tuple[Effect, str, Interval]], say: Voice) -> Chart:
    spans = [
        Span(label, f"{_tick(say, 100 * at.value)}%", *at, colour=_colour(each, at))
        for each, label, at in rows
    ]
    marks = [(t, f"{_tick(say, t * 100)}%") for t in _places(spans)]
    described = "; ".join(f"{label}: {say(percent_said(at))}" for _, label, at in rows)
    title = say(Said("Relative to the control", "대조군 대비"))
    return both("goals", title, described, lambda width: intervals(width, spans, marks))


def _key(rows: Sequence[tuple[Effect, str, Interval]], say: Voice) -> tuple[str, ...]:
    is_grey = any(_colour(each, at) == "grey" for each, _, at in rows)
    return (say(GREY),) if is_grey else ()


def _places(spans: Sequence[Span]) -> list[float]:
    reach = [0.0, *(end for span in spans for end in (span.low, span.high))]
    return ticks(min(reach), max(reach), 4)


def _tick(say: Voice, value: float) -> str:
    size = abs(value)
    digits = 0 if size >= 10 or value == int(value) else 1 if size >= 1 or size == 0 else 2
    return ("+" if value > 0 else "") + say.decimal(value, digits)


def _table(effects: Sequence[Effect], say: Voice, names: Sequence[str] = ()) -> Table:
    rows = tuple(
        _line(each, say, name)
        for each, name in zip(effects, names or [each.arm for each in effects], strict=True)
    )
    return Table(tuple(map(say, HEADS)), rows, words=2)


def _line(each: Effect, say: Voice, name: str) -> tuple[str, ...]:
    around = replace(each.outcome, unit="") if not is_percent(each.outcome) else each.outcome
    ends = say(interval_said(around, each.difference)).removeprefix(say(Said("95% interval ", "95% 구간 ")))
    adjusted = "-" if each.adjusted_p is None else _p(each.adjusted_p)
    return (
        name, say(each.outcome.said), say.count(each.treated.n), say(value_said(each.outcome, each.treated.value)),
        say(value_said(each.outcome, each.untreated.value)), say(difference_said(each.outcome, each.difference.value)),
        ends, _p(each.p_value), adjusted,
    )  # fmt: skip


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
