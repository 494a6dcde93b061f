"""Which experiments and changes may a viewer see? The one door of lists, pages, readouts, downloads and counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Model, QuerySet

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.experiments.models import Change, Experiment
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError, check_may
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer

M = TypeVar("M", bound=Model)
EXPERIMENT = Said("experiment", "실험")
CHANGE = Said("change", "변경")


def visible_to(viewer: Viewer) -> QuerySet[Experiment]:
    """The experiments of a viewer: all, or those about people of their units only."""
    return _of_units(Experiment.objects.select_related("made_by", "audience", "unit"), viewer)


def changes_visible_to(viewer: Viewer) -> QuerySet[Change]:
    """The changes of a viewer, likewise."""
    return _of_units(Change.objects.select_related("made_by", "audience", "unit"), viewer)


def _of_units(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    if not viewer.may("see_numbers"):
        return rows.none()
    return rows if viewer.units is None else rows.filter(unit_id__in=viewer.units)


def seen_experiment(viewer: Viewer, number: int) -> Experiment:
    """One experiment that the viewer may see."""
    found = visible_to(viewer).filter(pk=number).first()
    if found is None:
        raise NotThereError(EXPERIMENT, number)
    return found


def edited_experiment(viewer: Viewer, number: int) -> Experiment:
    """One experiment that the viewer may change."""
    check_may(viewer, "edit_insight")
    return seen_experiment(viewer, number)


def seen_change(viewer: Viewer, number: int) -> Change:
    """One change that the viewer may see."""
    found = changes_visible_to(viewer).filter(pk=number).first()
    if found is None:
        raise NotThereError(CHANGE, number)
    return found


def unit_of(viewer: Viewer) -> int | None:
    """The unit that something made by this viewer is about: none for the whole business, else the first of theirs."""
    return None if viewer.units is None else min(viewer.units, default=0) or None


def eyes_of(unit_id: int | None) -> Viewer:
    """The platform itself, limited to the people that something is about."""
    return SYSTEM if unit_id is None else Viewer("dangol", Role.ADMIN, frozenset({unit_id}))


def check_whole(viewer: Viewer) -> None:
    """What holds for everybody is changed by those who see everybody."""
    check_may(viewer, "edit_insight")
    if viewer.units is not None:
        raise NotAllowedError("edit_insight")


def said_of(told: Mapping[str, str]) -> Said:
    """A text that was kept in both languages."""
    return Said(told["en"], told["ko"])


def why(error: DangolError) -> dict[str, str]:
    """Why there is no figure, as it is kept: what is wrong, and what would work."""
    return {
        "en": f"{error.wrong.en} {error.would_work.en}",
        "ko": f"{error.wrong.ko} {error.would_work.ko}",
    }
