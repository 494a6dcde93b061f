"""How does a finished randomised table become a readout? The file is read once and not kept; its readout is."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import transaction

from dangol.core.engine.randomised import Randomised, randomised
from dangol.core.errors import RequestError
from dangol.core.experiments import Arm, Design, read_summaries, summaries_on
from dangol.core.experiments import Readout as Told
from dangol.core.experiments.roles import Wanted, control_of
from dangol.core.language import Said
from dangol.platform.experiments.models import Experiment, Readout
from dangol.platform.experiments.seeing import unit_of
from dangol.platform.experiments.wishes import new_key
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.mending import without_nul

MOST_BYTES: Final = 200 * 1024 * 1024
_FORMAT: Final = re.compile(r"(\.(csv|tsv|txt|parquet|xlsx|json|jsonl|ndjson))(\.gz)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableWish:
    """What somebody said of a table; what is empty is found by its headings."""

    name: str = ""
    wanted: Wanted = field(default_factory=Wanted)
    shares: Mapping[str, float] = field(default_factory=dict)
    """Planned parts by arm, of any sum; equal without them."""
    smallest: float | None = None


def read_table(viewer: Viewer, file_name: str, pieces: Iterable[bytes], wish: TableWish) -> int:
    """Read a file of one row a unit, as `dangol experiment FILE` does, and keep its readout; the experiment's number."""
    check_may(viewer, "edit_insight")
    name = " ".join(without_nul(wish.name or Path(file_name).stem).split())[:160] or "table"
    with tempfile.TemporaryDirectory(prefix="dangol-") as folder:
        path = _written(Path(folder), file_name, pieces)
        found = randomised(path, wish.wanted)
        try:
            design, told = _read(found, wish, name)
        finally:
            found.close()
    return _kept(viewer, design, told)


def _read(found: Randomised, wish: TableWish, name: str) -> tuple[Design, Told]:
    parts = dict(wish.shares) or dict.fromkeys(found.arms, 1.0)
    control, whole = control_of(tuple(parts), wish.wanted.control), sum(parts.values())
    # The control comes first, as in every experiment here.
    ordered = [control, *(arm for arm in parts if arm != control)]
    design = Design(
        name, tuple(Arm(arm, parts[arm] / whole) for arm in ordered), found.judged[0].measured.name, "as-given",
        control=control, smallest_effect=wish.smallest, segments=wish.wanted.segments,
    )  # fmt: skip
    summaries = summaries_on(found.ask, found.units, found.judged, segments=wish.wanted.segments)
    return design, read_summaries(design, summaries, caps=found.caps, notes=found.notes)


@transaction.atomic
def _kept(viewer: Viewer, design: Design, told: Told) -> int:
    now = clock.now()
    key, salt = new_key(design.name)
    made = Experiment.objects.create(
        key=key, salt=salt, name=design.name, enrols=Experiment.Enrols.TABLE, state=Experiment.State.STOPPED,
        arms=[{"name": arm.name, "share": arm.share} for arm in design.arms], outcome=design.outcome[:160],
        horizon_days=1, smallest=design.smallest_effect, segments=list(design.segments),
        unit_id=unit_of(viewer), made_by_id=viewer.user_id, made_at=now, stopped_at=now,
    )  # fmt: skip
    Readout.objects.create(experiment=made, told=told.to_plain(), computed_at=now)
    audit.record(viewer, "experiment.table_read", f"experiment {made.pk}", name=made.name)
    return made.pk


def _written(folder: Path, file_name: str, pieces: Iterable[bytes]) -> Path:
    """The file under a name of ours with its own ending; a RequestError when it is too large."""
    ending = _FORMAT.search(file_name)
    target = folder / f"table{ending[0].lower() if ending else '.csv'}"
    size = 0
    with target.open("wb") as out:
        for piece in pieces:
            size += len(piece)
            if size > MOST_BYTES:
                raise RequestError(
                    Said(f"The table {file_name!r} was uploaded.", f"표 {file_name!r}을(를) 올리셨습니다."),
                    Said("It is larger than 200 MB.", "200MB보다 큽니다."),
                    Said("Read it on the server: dangol experiment FILE.", "서버에서 읽으십시오: dangol experiment FILE."),
                )  # fmt: skip
            out.write(piece)
    return target
