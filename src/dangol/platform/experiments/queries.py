"""Which experiments are there, what do they say, what worked here, and who is left alone?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q

from dangol.core.experiments.league import Place, Tried
from dangol.core.experiments.league import league as core_league
from dangol.core.language import Said
from dangol.core.rules import rule as read_rule
from dangol.core.rules import sentence
from dangol.platform.experiments.actions.changing import FLOWS
from dangol.platform.experiments.finding import unread
from dangol.platform.experiments.holding import held_out, present
from dangol.platform.experiments.measuring import SEGMENTS
from dangol.platform.experiments.models import Assignment, Change, Experiment, Holdout
from dangol.platform.experiments.outcomes import MEANS, OUTCOMES, measured_of
from dangol.platform.experiments.planning import Plan, plan
from dangol.platform.experiments.seeing import (
    changes_visible_to,
    said_of,
    seen_change,
    seen_experiment,
    visible_to,
)
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.queries import visible_to as people_visible_to

__all__ = [
    "FLOWS", "MEANS", "OUTCOMES", "SEGMENTS", "ChangeView", "ExperimentView", "HoldoutView", "LeagueLine", "Plan", "change",
    "changes", "experiment", "experiments", "holdouts", "is_held_out", "league", "measured_of", "plan", "readout", "said_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExperimentView:
    """An experiment as pages and programs see it. `told` is its readout as plain values; empty before the first."""

    id: int
    key: str
    name: str
    hypothesis: str
    whom: str
    enrols: str
    audience_id: int | None
    audience: str
    rule: Mapping[str, Any] | None
    sentence: Said | None
    """Whom it is for, in words; None: everybody."""
    arms: Sequence[Mapping[str, Any]]
    outcome: str
    outcome_said: Said
    horizon_days: int
    smallest: float | None
    segments: Sequence[str]
    guardrails: Sequence[str]
    cost: Decimal | None
    state: str
    unit: str
    made_by: str
    made_at: datetime
    started_at: datetime | None
    ends_on: date | None
    stopped_at: datetime | None
    decided_at: datetime | None
    decision: str
    chosen: str
    unit_count: int | None
    """Units in it; None where the arms were drawn elsewhere and nothing was read yet."""
    told: Mapping[str, Any]
    failure: Said | None
    computed_at: datetime | None
    harm_at: datetime | None
    days_to_go: int | None
    """Until the last horizon is over; None where that cannot be said."""

    @property
    def verdict(self) -> Said | None:
        """The answer in one sentence."""
        verdict = self.told.get("verdict")
        return said_of(verdict["said"]) if verdict else None

    @property
    def ruling(self) -> str:
        """The answer in a word: better, worse, no_difference, not_enough, blocked, guardrail; empty before the first."""
        return str(self.told.get("ruling", ""))


def experiments(viewer: Viewer) -> list[ExperimentView]:
    """Every experiment that the viewer may see, what runs first."""
    counts = dict(
        Assignment.objects.filter(experiment__in=visible_to(viewer))
        .values_list("experiment")
        .annotate(n=Count("id"))
    )
    rows = visible_to(viewer).select_related("readout")
    order = {"running": 0, "stopped": 1, "draft": 2, "decided": 3}
    return [_view(row, counts) for row in sorted(rows, key=lambda row: order[row.state])]


def experiment(viewer: Viewer, number: int) -> ExperimentView:
    """One experiment; a NotThereError when the viewer may see none of that number."""
    row = seen_experiment(viewer, number)
    return _view(row, {row.pk: Assignment.objects.filter(experiment=row).count()})


def readout(viewer: Viewer, number: int) -> Mapping[str, Any]:
    """What an experiment says so far, as plain values; empty before the first time."""
    return experiment(viewer, number).told


def _view(row: Experiment, counts: Mapping[int, int]) -> ExperimentView:
    kept = getattr(row, "readout", None)
    told = dict(kept.told) if kept else {}
    drawn_here = row.enrols in ("start", "entry", "code")
    return ExperimentView(
        audience=row.audience.name if row.audience else "",
        sentence=sentence(read_rule(row.rule)) if row.rule is not None else None,
        outcome_said=_outcome_said(row, told),
        unit=row.unit.name if row.unit else "",
        made_by=(row.made_by.name or row.made_by.email) if row.made_by else "",
        unit_count=counts.get(row.pk, 0) if drawn_here else _counted(told),
        told=told,
        failure=said_of(kept.failure) if kept and kept.failure else None,
        computed_at=kept.computed_at if kept else None,
        harm_at=kept.harm_at if kept else None,
        days_to_go=_days_to_go(row),
        id=row.pk,
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE: Final = (
    "key", "name", "hypothesis", "whom", "enrols", "audience_id", "rule", "arms", "outcome", "horizon_days", "smallest",
    "segments", "guardrails", "cost", "state", "made_at", "started_at", "ends_on", "stopped_at", "decided_at",
    "decision", "chosen",
)  # fmt: skip


def _outcome_said(row: Experiment, told: Mapping[str, Any]) -> Said:
    if row.outcome in OUTCOMES:
        return OUTCOMES[row.outcome].measured.said
    effects = told.get("effects") or ()
    return said_of(effects[0]["outcome"]["said"]) if effects else Said(row.outcome, row.outcome)


def _counted(told: Mapping[str, Any]) -> int | None:
    """Units by the readout's own check of the arms."""
    checks = told.get("sample_ratio") or ()
    if not checks:
        return None
    waiting = int(told.get("waiting_count") or 0) + int(told.get("excluded_count") or 0)
    return sum(int(each) for each in checks[0]["counts"].values()) + waiting


def _days_to_go(row: Experiment) -> int | None:
    if row.state not in ("running", "stopped") or row.enrols in ("log", "table") or row.started_at is None:
        return None
    today, last = clock.now().date(), row.started_at.date()
    if row.enrols != "start":
        if row.stopped_at is None and row.ends_on is None:
            return None
        last = row.stopped_at.date() if row.stopped_at else row.ends_on or last
    return max((last + timedelta(days=row.horizon_days) - today).days, 0)


@dataclass(frozen=True, slots=True)
class LeagueLine:
    """One thing that was tried, as the table of what worked here shows it."""

    experiment: ExperimentView
    works: str
    """yes, no, harms, unproven; nothing works without a group that was left alone (E-36)."""
    place: Place | None
    """Its rank among what was judged by the same outcome, and what to expect when it is done again."""


_WORKS: Final = {"better": "yes", "worse": "harms", "guardrail": "harms", "no_difference": "no"}
_ORDER: Final = ("yes", "unproven", "no", "harms")


def league(viewer: Viewer) -> list[LeagueLine]:
    """What was tried, proven things first, then by rank; effects are shrunk for the luck of winners, never summed."""
    told = [each for each in experiments(viewer) if each.state != "draft" and each.told]
    places = {
        name: found for outcome in {each.outcome for each in told} for name, found in _places(told, outcome)
    }
    lines = [LeagueLine(each, _works(each), places.get(each.key)) for each in told]
    return sorted(
        lines, key=lambda line: (_ORDER.index(line.works), (line.place and line.place.rank) or 10**6)
    )


def _works(each: ExperimentView) -> str:
    return _WORKS.get(each.ruling, "unproven") if each.told.get("is_randomised", True) else "unproven"


def _places(told: Sequence[ExperimentView], outcome: str) -> list[tuple[str, Place]]:
    """The league of one outcome: effects in one unit, drawn towards their mean."""
    tried = [
        _tried(each)
        for each in told
        if each.outcome == outcome and each.ruling != "blocked" and each.told.get("effects")
    ]
    better = OUTCOMES[outcome].measured.better if outcome in OUTCOMES else "up"
    return [(place.tried.name, place) for place in core_league(tried, better=better)]


def _tried(each: ExperimentView) -> Tried:
    effect = each.told["effects"][0]
    gains = each.told.get("incremental") or ()
    return Tried(
        each.key, each.name, effect["difference"]["value"], effect["standard_error"], effect["treated"]["n"],
        has_holdout=bool(each.told.get("is_randomised", True)), is_proven=each.ruling == "better",
        cost=gains[0]["cost"] if gains else None,
    )  # fmt: skip


# Changes


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change with the weaker estimates of what it moved."""

    id: int
    name: str
    note: str
    why: str
    changed_on: date
    method: str
    audience_id: int | None
    audience: str
    sentence: Said | None
    outcomes: Sequence[str]
    days: int
    made_by: str
    made_at: datetime
    told: Sequence[Mapping[str, Any]]
    failure: Said | None
    computed_at: datetime | None


def changes(viewer: Viewer) -> list[ChangeView]:
    """The log of changes, newest first."""
    return [_change_view(row) for row in changes_visible_to(viewer)]


def change(viewer: Viewer, number: int) -> ChangeView:
    """One change; a NotThereError when the viewer may see none of that number."""
    return _change_view(seen_change(viewer, number))


def _change_view(row: Change) -> ChangeView:
    names = (
        "name",
        "note",
        "why",
        "changed_on",
        "method",
        "audience_id",
        "outcomes",
        "days",
        "made_at",
        "told",
        "computed_at",
    )
    return ChangeView(
        id=row.pk,
        audience=row.audience.name if row.audience else "",
        sentence=sentence(read_rule(row.rule)) if row.rule is not None else None,
        made_by=(row.made_by.name or row.made_by.email) if row.made_by else "",
        failure=said_of(row.failure) if row.failure else None,
        **{name: getattr(row, name) for name in names},
    )  # fmt: skip


# Holdouts


@dataclass(frozen=True, slots=True)
class HoldoutView:
    """Who is left alone: a share of everybody, by one salt, from a day on."""

    id: int
    action: str
    whom: str
    share: float
    exempt_id: int | None
    exempt: str
    made_by: str
    started_at: datetime
    ended_at: datetime | None
    experiment_id: int | None
    """The readout of what all actions change; None for one action's own."""


def holdouts(viewer: Viewer) -> list[HoldoutView]:
    """Every holdout, those that hold first; none for who sees some units only: it is drawn over everybody."""
    if viewer.units is not None or not viewer.may("see_numbers"):
        return []
    rows = list(Holdout.objects.select_related("exempt"))
    watched = dict(Experiment.objects.filter(enrols="holdout").values_list("key", "pk"))
    views = [
        HoldoutView(
            id=row.pk,
            exempt=row.exempt.name if row.exempt else "",
            experiment_id=watched.get(f"global-holdout-{row.pk}"),
            **{
                n: getattr(row, n)
                for n in ("action", "whom", "share", "exempt_id", "made_by", "started_at", "ended_at")
            },
        )
        for row in rows
    ]
    return sorted(views, key=lambda view: (view.ended_at is not None, view.action))


def present_holdout(viewer: Viewer, action: str = "") -> HoldoutView | None:
    """The holdout that holds now; None without one."""
    found = present(action)
    return next((each for each in holdouts(viewer) if found is not None and each.id == found.pk), None)


def is_held_out(person_ids: Iterable[int], action: str = "") -> set[int]:
    """Those of these people whom no action (or not this one) may reach; a room that acts asks this first."""
    return held_out(person_ids, action)


def held_out_of(viewer: Viewer, person_ids: Iterable[int], action: str = "") -> set[int]:
    """The same of the people whom a viewer may see."""
    seen = set(people_visible_to(viewer).filter(pk__in=set(person_ids)).values_list("pk", flat=True))
    return held_out(seen, action)


def found_in_log(viewer: Viewer) -> list[tuple[str, int]]:
    """Experiments of other tools that the log holds exposures of and nobody reads yet, with how many people."""
    return unread(viewer)


def waiting_for_first(viewer: Viewer) -> int:
    """How many experiments and changes are not counted yet."""
    experiments_ = visible_to(viewer).filter(~Q(state="draft"), readout=None).count()
    return experiments_ + changes_visible_to(viewer).filter(computed_at=None).count()


def drawn(viewer: Viewer, number: int) -> dict[str, int]:
    """How many units each arm has, of an experiment that is drawn here."""
    row = seen_experiment(viewer, number)
    rows = Assignment.objects.filter(experiment=row).values_list("arm").annotate(n=Count("id"))
    names = [arm["name"] for arm in row.arms]
    return {names[place]: n for place, n in sorted(rows) if place < len(names)}
