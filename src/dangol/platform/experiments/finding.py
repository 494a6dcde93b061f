"""Which experiments of other tools does the log hold? Their exposures came in, and nobody reads them out yet."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from dangol.core.engine import World
from dangol.core.engine.duck import quoted
from dangol.platform.experiments.models import Experiment
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.queries import world_for

MOST: Final = 50


def unread(viewer: Viewer) -> list[tuple[str, int]]:
    """Their names, with how many people were exposed; the largest first."""
    if not viewer.may("see_numbers"):
        return []
    known = set(Experiment.objects.values_list("key", flat=True))
    with closing(world_for(viewer)) as world:
        return [(name, n) for name, n in _exposed(world) if name not in known]


def arms_in(world: World, key: str) -> list[tuple[str, int]]:
    """The arms of an experiment in the log, with how many people each has."""
    if "exposures" not in world.nouns:
        return []
    answer = world.engine.run(
        "select arm, count(distinct person_id) as n from exposures "
        f"where experiment = {quoted(key)} and arm <> '' group by arm order by n desc, arm"
    )
    return [(str(arm), int(n)) for arm, n in answer.rows]


def _exposed(world: World) -> list[tuple[str, int]]:
    if "exposures" not in world.nouns:
        return []
    answer = world.engine.run(
        "select experiment, count(distinct person_id) as n from exposures where experiment <> '' "
        f"group by experiment order by n desc, experiment limit {MOST}"
    )
    return [(str(name), int(n)) for name, n in answer.rows]
