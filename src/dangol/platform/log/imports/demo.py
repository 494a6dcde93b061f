"""What does the platform look like with a business in it? A simulated one, brought through the same door as real data."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.simulate import Business, simulate
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.actions import set_up_business
from dangol.platform.kernel.queries import business
from dangol.platform.log.imports import places
from dangol.platform.log.imports.actions import import_source
from dangol.platform.log.imports.models import Import
from dangol.platform.log.imports.queries import ImportView
from dangol.platform.log.models import Envelope, Segment, Source

SOURCE: Final = "Simulated business"
NAME: Final = {"en": "Dangol Coffee (simulated)", "ko": "단골 커피 (모의 사업)"}
CUSTOMERS: Final = 3_000
MONTHS: Final = 18
EVENTS_A_MONTH: Final = 8.0
UNIT_TRAIT: Final = "team"
UNITS: Final = ("Seoul", "Busan")
_GONE: Final = (Import.State.UNDONE,)


def begin_demo(
    viewer: Viewer, *, customers: int = CUSTOMERS, seed: int = 1, language: str = "en"
) -> ImportView:
    """Set up a simulated business; the worker brings it. Refused where there is data already."""
    check_may(viewer, "administer")
    _check_empty()
    with transaction.atomic():
        set_up_business(
            viewer, name=NAME["ko" if language == "ko" else "en"], kind="both", time_zone="Asia/Seoul", currency="KRW",
            is_demo=True, language=language,
        )  # fmt: skip
        source = import_source(SOURCE, Source.Kind.INTERNAL)
        until = clock.today(business().time_zone)
        told = {"customers": customers, "seed": seed, "until": until.isoformat()}
        Source.objects.filter(pk=source.pk).update(settings=source.settings | {"demo": told})
        found = Import.objects.create(
            name=SOURCE, source=source, made_by=viewer.name, made_at=clock.now(), state=Import.State.PLANNED
        )
        Import.objects.filter(pk=found.pk).update(paths=[str(places.uploads_of(found.pk))])
        audit.record(viewer, "demo.begun", f"import {found.pk}", **told)
    return ImportView.of(found)


def prepare(found: Import) -> None:
    """Simulate the business of a demo's import, the same whenever it is asked again."""
    told = found.source.settings.get("demo")
    if not told or found.source.kind != Source.Kind.INTERNAL:
        return
    folder = places.uploads_of(found.pk)
    shutil.rmtree(folder, ignore_errors=True)
    simulate(_business(told), folder)
    _give_teams(folder / "people")


def _business(told: dict[str, Any]) -> Business:
    until = date.fromisoformat(told["until"])
    start = (until - timedelta(days=round(MONTHS * 30.44))).replace(day=1)
    return Business(
        seed=told["seed"],
        customers=told["customers"],
        start=start,
        end=until,
        events_per_month=EVENTS_A_MONTH,
    )


def _give_teams(folder: Path) -> None:
    """Everybody belongs to one of two teams, so that what a team sees can be tried."""
    duck = DuckDB()
    try:
        for part in folder.glob("*.parquet"):
            told = part.with_suffix(".told")
            team = f"case when person_id % 5 < 3 then '{UNITS[0]}' else '{UNITS[1]}' end"
            duck.execute(
                f"copy (select * replace (json_merge_patch(traits::json, json_object('{UNIT_TRAIT}', {team}))::varchar as traits) "
                f"from read_parquet({quoted(str(part))})) to {quoted(str(told))} (format parquet)"
            )
            told.replace(part)
    finally:
        duck.close()


def demo_import() -> ImportView | None:
    """The import that brought the simulated business, while it stands; None without one."""
    found = Import.objects.select_related("source").filter(
        source__name=SOURCE, source__kind=Source.Kind.INTERNAL
    )
    last = found.exclude(state__in=_GONE).first()
    return ImportView.of(last) if last else None


def _check_empty() -> None:
    if not (Segment.objects.exists() or Envelope.objects.exists()):
        return
    raise RequestError(
        Said("A simulated business was asked for.", "모의 사업을 요청하셨습니다."),
        Said("There is data here already, and the two would mix.", "이미 데이터가 있어 섞이게 됩니다."),
        Said(
            "Try it in an installation of its own: DANGOL_DATA=./demo.",
            "별도의 설치에서 해 보십시오. 예: DANGOL_DATA=./demo.",
        ),
    )
