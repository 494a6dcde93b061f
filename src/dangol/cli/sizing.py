"""Before an experiment starts: how many units and how many weeks does it take, said on a terminal?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dangol.core.errors import RequestError
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.core.experiments.power import SampleSize
    from dangol.core.experiments.roles import Wanted

NEEDED = Said(
    "To see a difference of {size}: {control:,} units held out and {treated:,} treated, "
    "with four chances in five.",
    "{size} 차이를 확인하려면 제외군 {control:,}, 처치군 {treated:,}이 필요합니다(확인할 확률 80%).",
)
NO_PACE = Said(
    "With --per-week it is said how long that takes.", "--per-week를 주면 얼마나 걸리는지 알려 드립니다."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What was said of an experiment to come. A file shows what is usual: the units of its control, or all of them."""

    file: Path | None
    wanted: Wanted
    rate: float | None
    smallest: float | None
    per_week: float | None
    control_share: float


def told_size(plan: Plan, as_json: bool, language: Language) -> None:
    """Say the size and the run time, as sentences or as JSON."""
    from dangol.cli.output import as_json as written
    from dangol.core.experiments.power import run_time

    size, shown = _size(plan)
    run = run_time(size, plan.per_week) if plan.per_week is not None else None
    if as_json:
        typer.echo(
            written({"control": size.control, "treated": size.treated} | (run.to_plain() if run else {}))
        )
        return
    typer.echo(
        NEEDED.format(size=shown.in_(language), control=size.control, treated=size.treated).in_(language)
    )
    typer.echo((run.said if run else NO_PACE).in_(language))


def _size(plan: Plan) -> tuple[SampleSize, Said]:
    from dangol.core.experiments.power import sample_size, sample_size_of_mean

    if plan.smallest is None:
        raise _lacks(
            "--smallest", Said("the smallest effect worth having", "의미 있는 가장 작은 효과"), "0.01"
        )
    points = Said(f"{100 * plan.smallest:g} % points", f"{100 * plan.smallest:g}%p")
    if plan.rate is not None:
        return sample_size(plan.rate, plan.rate + plan.smallest, control_share=plan.control_share), points
    if plan.file is None:
        raise _lacks("--rate", Said("the share without the treatment", "처치가 없을 때의 비율"), "0.9")
    mean, variance, is_share = _usual(plan.file, plan.wanted)
    if is_share:
        return sample_size(mean, mean + plan.smallest, control_share=plan.control_share), points
    size = sample_size_of_mean(plan.smallest, variance, control_share=plan.control_share)
    return size, Said(f"{plan.smallest:g}", f"{plan.smallest:g}")


def _usual(file: Path, wanted: Wanted) -> tuple[float, float, bool]:
    """Mean and variance of the goal in the control of an earlier experiment, and whether it is a share."""
    from dangol.core.engine.randomised import randomised
    from dangol.core.experiments.roles import control_of
    from dangol.core.experiments.summarise import summaries_on

    found = randomised(file, wanted)
    try:
        goal = found.judged[0]
        summary = summaries_on(found.ask, found.units, (goal,)).outcomes[0]
        control = summary.arms[control_of(found.arms, wanted.control)]
        return control.mean(goal.value), control.variance(goal.value), goal.measured.kind == "share"
    finally:
        found.close()


def _lacks(option: str, what: Said, example: str) -> RequestError:
    return RequestError(
        Said("The size of an experiment was asked for.", "실험에 필요한 크기를 물으셨습니다."),
        Said(f"It depends on {what.en}, which is not given.", f"{what.ko}에 달려 있는데 주지 않으셨습니다."),
        Said(f"Write {option} {example}.", f"{option} {example}처럼 쓰십시오."),
    )
