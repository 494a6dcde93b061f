"""What was tried, and did it work? Experiments with their readouts, and arms for developers' own code, over REST."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from dangol.core.experiments.roles import Wanted
from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.actions import TableWish, Wish
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id
from dangol.platform.web.viewing import language_of

router = Router()
UserId = Annotated[str, Field(min_length=1, max_length=300)]


class Arm(Schema):
    """One way of being treated."""

    name: str = Field(min_length=1, max_length=80)
    share: float = Field(gt=0, le=1)


class Experiment(Schema):
    """An experiment and what it says so far."""

    experiment_id: int
    key: str = Field(description="`experiment_id` of its events")
    name: str
    hypothesis: str
    state: str = Field(description="draft, running, stopped or decided")
    whom: str = Field(description="person or account")
    enrols: str = Field(description="start, entry, code, log, table or holdout")
    audience_id: int | None
    rule: dict[str, Any] | None = Field(description="null: everybody")
    arms: list[Arm]
    outcome: str
    horizon_days: int
    smallest: float | None
    segments: list[str]
    guardrails: list[str]
    cost: Decimal | None
    started_at: datetime | None
    ends_on: date | None
    stopped_at: datetime | None
    decided_at: datetime | None
    chosen: str
    decision: str
    units: int | None
    days_to_go: int | None
    ruling: str | None = Field(description="better, worse, no_difference, not_enough, blocked or guardrail")
    verdict: str | None
    failure: str | None = Field(description="Why there is no readout")
    harm_at: datetime | None = Field(description="Since when a stop is suggested")
    computed_at: datetime | None


class NewExperiment(Schema):
    """What shall be tried. Nothing of it can be changed after the start but `ends_on`."""

    name: str = Field(min_length=1, max_length=160, examples=["A call in the first week"])
    hypothesis: str = Field("", max_length=4_000)
    arms: list[Arm] = Field(
        [Arm(name="control", share=0.5), Arm(name="treated", share=0.5)], min_length=2, max_length=10,
        description="The first is the control",
    )  # fmt: skip
    outcome: str = Field("kept", examples=["kept"])
    horizon_days: int = Field(60, ge=1, le=730)
    whom: Literal["person", "account"] = "person"
    enrols: Literal["start", "entry", "code"] = "start"
    audience_id: int | None = Field(None, ge=1, lt=2**63)
    rule: dict[str, Any] | str | None = None
    smallest: float | None = Field(None, ge=-1e12, le=1e12)
    segments: list[str] = Field([], max_length=5)
    guardrails: list[str] = Field([], max_length=12)
    cost: float | None = Field(None, ge=0, lt=1e12)
    ends_on: date | None = None


class Adopted(Schema):
    """An experiment of another tool whose exposures are in the log."""

    key: str = Field(min_length=1, max_length=160)
    name: str = Field("", max_length=160)
    outcome: str = "kept"
    horizon_days: int = Field(60, ge=1, le=730)
    shares: list[Arm] = Field([], max_length=10, description="As planned, the control first; empty: equal")


class Outcome(Schema):
    """One thing to judge by."""

    name: str
    title: str
    means: str
    kind: str = Field(description="share, mean or ratio")
    better: str


class Planned(Schema):
    """Whether it can be proven here, and how long that takes."""

    units_now: int
    units_a_week: float
    usual: float | None
    detectable: float | None = Field(
        description="The smallest effect that those who are there now would show"
    )
    needed: int | None
    weeks: int | None
    double_weeks: int | None = Field(description="The same for an effect twice as large")
    said: str | None
    advice: list[str]
    error: str | None


class People(Schema):
    """Of whom the caller's code asks, by its own ids."""

    user_ids: list[UserId] = Field(min_length=1, max_length=1_000)
    exposes: bool = Field(
        default=True, description="The arm begins to matter now; logged for every arm alike"
    )


class Users(Schema):
    """To whom the arm begins to matter now."""

    user_ids: list[UserId] = Field(min_length=1, max_length=1_000)


class Placed(Schema):
    """The arm of one of them."""

    user_id: str
    arm: str | None = Field(description="null: leave them alone, as the control is")
    reason: str = Field(description="assigned, decided, held_out, ended, no_account or not_yours")


class Exposed(Schema):
    """How many units began."""

    count: int


class Decision(Schema):
    """What everybody gets from now on."""

    arm: str = Field(min_length=1, max_length=80)
    words: str = Field("", max_length=4_000)


class End(Schema):
    """The last day on which units come in."""

    ends_on: date | None


class LeagueLine(Schema):
    """One thing that was tried, and whether it works here."""

    experiment_id: int
    name: str
    outcome: str
    works: str = Field(description="yes, unproven, no or harms")
    rank: int | None
    difference: float | None
    low: float | None
    high: float | None
    expected_again: float | None = Field(description="Drawn towards the others, for the luck of winners")
    brought: float | None
    cost_of_one_more: float | None


@router.get("", response=list[Experiment], summary="Every experiment")
@needs("see_numbers")
def experiments(request: HttpRequest) -> Any:
    """What runs first."""
    return [_told(request, each) for each in queries.experiments(caller(request))]


@router.post("", response={201: Experiment}, summary="Design an experiment")
@needs("edit_insight")
def design(request: HttpRequest, given: NewExperiment) -> Any:
    """A draft, which may be changed until it is started."""
    return Status(201, _one(request, actions.design(caller(request), _wish(given))))


@router.get("outcomes/", response=list[Outcome], summary="What to judge by")
@needs("see_numbers")
def outcomes(request: HttpRequest) -> Any:
    """The outcomes by which something that was tried can be judged."""
    language = language_of(request)
    return [
        {"name": name, "title": each.measured.said.in_(language), "means": queries.MEANS[name].in_(language),
         "kind": each.measured.kind, "better": each.measured.better}
        for name, each in queries.OUTCOMES.items()
    ]  # fmt: skip


@router.get("league/", response=list[LeagueLine], summary="What works here")
@needs("see_numbers")
def league(request: HttpRequest) -> Any:
    """Proven things first. Effects are never summed up, and nothing works without a group that was left alone."""
    return [_line(each) for each in queries.league(caller(request))]


@router.post("plan/", response=Planned, summary="Size and run time of a design")
@needs("edit_insight")
def plan(request: HttpRequest, given: NewExperiment) -> Any:
    """From what happened to such customers before; nothing is written down."""
    return _planned(request, queries.plan(caller(request), _wish(given)))


@router.post("adopt/", response={201: Experiment}, summary="Read out another tool's experiment")
@needs("edit_insight")
def adopt(request: HttpRequest, given: Adopted) -> Any:
    """Its arms are in the log as `Experiment Viewed`."""
    wish = Wish(name=given.name or given.key, outcome=given.outcome, horizon_days=given.horizon_days)
    shares = [(arm.name, arm.share) for arm in given.shares]
    return Status(201, _one(request, actions.adopt(caller(request), given.key, wish, shares=shares)))


@router.post("tables/", response={201: Experiment}, summary="Read out a finished table")
@needs("edit_insight")
def read_table(
    request: HttpRequest,
    file: File[UploadedFile],
    name: Form[str] = "",
    arm: Form[str] = "",
    control: Form[str] = "",
    outcome: Form[str] = "",
) -> Any:
    """One row a unit, as for `dangol experiment FILE`; columns are found by their headings unless named."""
    wanted = Wanted(arm, control, (outcome,) if outcome else ())
    wish = TableWish(name, wanted)
    return Status(
        201, _one(request, actions.read_table(caller(request), file.name or "table.csv", file.chunks(), wish))
    )


@router.get("{experiment_id}/", response=Experiment, summary="One experiment")
@needs("see_numbers")
def experiment(request: HttpRequest, experiment_id: Id) -> Any:
    """Its design, its state and its verdict."""
    return _one(request, experiment_id)


@router.put("{experiment_id}/", response=Experiment, summary="Change a draft")
@needs("edit_insight")
def change(request: HttpRequest, experiment_id: Id, given: NewExperiment) -> Any:
    """Refused once it has begun."""
    return _one(request, actions.design(caller(request), _wish(given), experiment_id))


@router.delete("{experiment_id}/", response={204: None}, summary="Throw a draft away")
@needs("edit_insight")
def discard(request: HttpRequest, experiment_id: Id) -> Any:
    """Or take what was only read off the list; what ran here stays."""
    actions.discard(caller(request), experiment_id)
    return Status(204, None)


@router.get("{experiment_id}/readout/", response=dict[str, Any], summary="The readout")
@needs("see_numbers")
def readout(request: HttpRequest, experiment_id: Id) -> Any:
    """Every figure with its interval, the checks and the sentences in both languages; empty before the first time."""
    return dict(queries.readout(caller(request), experiment_id))


@router.post("{experiment_id}/start/", response=Experiment, summary="Start it")
@needs("edit_insight")
def start(request: HttpRequest, experiment_id: Id) -> Any:
    """From now on units come in, and only the end can be changed."""
    actions.start(caller(request), experiment_id)
    return _one(request, experiment_id)


@router.post("{experiment_id}/stop/", response=Experiment, summary="Stop it")
@needs("edit_insight")
def stop(request: HttpRequest, experiment_id: Id) -> Any:
    """Nobody comes in any more."""
    actions.stop(caller(request), experiment_id)
    return _one(request, experiment_id)


@router.post("{experiment_id}/end/", response=Experiment, summary="Move its last day")
@needs("edit_insight")
def end(request: HttpRequest, experiment_id: Id, given: End) -> Any:
    """The one thing that may change after the start."""
    actions.set_end(caller(request), experiment_id, given.ends_on)
    return _one(request, experiment_id)


@router.post("{experiment_id}/decide/", response=Experiment, summary="Note the decision")
@needs("edit_insight")
def decide(request: HttpRequest, experiment_id: Id, given: Decision) -> Any:
    """From now on everybody who asks gets this arm; the readout stays as it is."""
    actions.decide(caller(request), experiment_id, given.arm, given.words)
    return _one(request, experiment_id)


@router.post("{experiment_id}/assign/", response=list[Placed], summary="Which arm are these in?")
@needs("edit_insight")
def assign(request: HttpRequest, experiment_id: Id, given: People) -> Any:
    """Ask when somebody becomes eligible, in every arm alike. Whoever has an arm keeps it, for ever."""
    return actions.assign_users(caller(request), experiment_id, given.user_ids, exposes=given.exposes)


@router.post("{experiment_id}/expose/", response=Exposed, summary="The arm begins to matter to these")
@needs("edit_insight")
def expose(request: HttpRequest, experiment_id: Id, given: Users) -> Any:
    """For arms that were asked for earlier with `exposes: false`; of every arm, also the one that gets nothing."""
    return {"count": actions.expose_units(caller(request), experiment_id, given.user_ids)}


def _wish(given: NewExperiment) -> Wish:
    return Wish(
        name=given.name, hypothesis=given.hypothesis, arms=tuple((arm.name, arm.share) for arm in given.arms),
        outcome=given.outcome, horizon_days=given.horizon_days, whom=given.whom, enrols=given.enrols,
        audience=given.audience_id, rule=given.rule, smallest=given.smallest, segments=tuple(given.segments),
        guardrails=tuple(given.guardrails), cost=None if given.cost is None else Decimal(str(given.cost)),
        ends_on=given.ends_on,
    )  # fmt: skip


def _one(request: HttpRequest, number: int) -> dict[str, Any]:
    return _told(request, queries.experiment(caller(request), number))


_AS_THEY_ARE = (
    "key", "name", "hypothesis", "state", "whom", "enrols", "audience_id", "rule", "arms", "outcome", "horizon_days",
    "smallest", "segments", "guardrails", "cost", "started_at", "ends_on", "stopped_at", "decided_at", "chosen",
    "decision", "days_to_go", "harm_at", "computed_at",
)  # fmt: skip


def _told(request: HttpRequest, each: queries.ExperimentView) -> dict[str, Any]:
    language = language_of(request)
    return {
        "experiment_id": each.id,
        "units": each.unit_count,
        "ruling": each.ruling or None,
        "verdict": each.verdict and each.verdict.in_(language),
        "failure": each.failure and each.failure.in_(language),
        **{name: getattr(each, name) for name in _AS_THEY_ARE},
    }


def _planned(request: HttpRequest, found: queries.Plan) -> dict[str, Any]:
    language, run = language_of(request), found.run
    told: Mapping[str, Any] = run.to_plain() if run else {}
    return {
        "units_now": found.units_now, "units_a_week": found.units_a_week, "usual": found.usual,
        "detectable": found.detectable, "needed": run and run.size.total, "weeks": told.get("weeks"),
        "double_weeks": told.get("double_weeks"), "said": run and run.said.in_(language),
        "advice": [each.in_(language) for each in found.advice], "error": found.error and found.error.in_(language),
    }  # fmt: skip


def _line(line: queries.LeagueLine) -> dict[str, Any]:
    each, place = line.experiment, line.place
    effects, gains = each.told.get("effects") or (), each.told.get("incremental") or ()
    ends = effects[0]["difference"] if effects else {}
    return {
        "experiment_id": each.id, "name": each.name, "outcome": each.outcome, "works": line.works,
        "rank": place and place.rank, "difference": ends.get("value"), "low": ends.get("low"), "high": ends.get("high"),
        "expected_again": place.shrunk.value if place and place.shrunk else None,
        "brought": gains[0]["amount"]["value"] if gains else None,
        "cost_of_one_more": gains[0]["cost_per_unit"] if gains else None,
    }  # fmt: skip
