"""How does a planned import become rows of the log? In batches that may be killed and begun again at any line.

The files are read the same way every time and the messages have the same ids, so an import that was killed
reads again, passes over what it has noted as brought, and brings the rest; what was brought but not yet
noted is known to the log by its ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from dangol.core.engine.duck import DuckDB
from dangol.core.errors import DangolError
from dangol.core.language import LANGUAGES
from dangol.platform.kernel import clock, cursors, leases
from dangol.platform.kernel.queries import business
from dangol.platform.log.actions import accept
from dangol.platform.log.duck import listed
from dangol.platform.log.imports import places
from dangol.platform.log.imports.belonging import seat_accounts, strangers
from dangol.platform.log.imports.demo import prepare
from dangol.platform.log.imports.messages import Row, Speaker
from dangol.platform.log.imports.models import Import
from dangol.platform.log.imports.reading import Read, read
from dangol.platform.log.imports.record import REFUSED_FILE, record_of, write_refused
from dangol.platform.log.imports.rows import Counted, keyed, write_keys
from dangol.platform.log.projections import KEYED
from dangol.platform.log.sequencer import POSITION
from dangol.platform.log.sets import cut
from dangol.platform.log.vocabulary import names_of

BATCH: Final = 2_000
LEASE: Final = "log.imports"
"""Held by whoever brings: one import at a time, so that the next one sees what this one brought."""
LEASE_SECONDS: Final = 600
Progress = Callable[[int, int], None]
ORDER: Final = (
    "accounts", "people", "subscriptions", "orders", "events", "messages", "answers", "tickets", "exposures", "scores",
)  # fmt: skip
"""Who first, then what they did."""


def run(found: Import, progress: Progress | None = None) -> None:
    """Bring an import to its end: done, or failed with a sentence. `progress` is told the rows done and in all."""
    Import.objects.filter(pk=found.pk, started_at=None).update(started_at=clock.now())
    _note(found, state=Import.State.RUNNING, stage="reading", error=None)
    try:
        prepare(found)
        with read(found.paths, mapping_of(found), business().time_zone) as opened:
            counted = count(opened, found)
            _note_record(found, opened, counted)
            _note(found, stage="bringing", rows_total=sum(each.brought for each in counted.values()))
            bring(opened.duck, found, counted, progress)
            _keep(opened, found, counted)
    except DangolError as error:
        fail(found, error)
        return
    _note(
        found, state=Import.State.DONE, stage="", ended_at=clock.now(), last_position=cursors.position(POSITION),
        rows_done=sum(each.brought for each in counted.values()),
    )  # fmt: skip
    places.drop_uploads(found.pk)


def check(found: Import) -> None:
    """Read everything and count, but bring nothing: the dry run."""
    try:
        with read(found.paths, mapping_of(found), business().time_zone) as opened:
            counted = count(opened, found)
            write_refused(opened.loading, places.folder_of(found.pk) / REFUSED_FILE)
            _note_record(found, opened, counted)
            _note(found, stage="checked", error=None)
    except DangolError as error:
        _note(found, stage="checked", error=both(error, found), record={}, rows_read=0, rows_kept=0)


def mapping_of(found: Import) -> dict[str, str]:
    """What the user said of the files: headings by column, and the noun."""
    return dict(found.mapping) | ({"noun": found.noun} if found.noun else {})


def count(opened: Read, found: Import) -> dict[str, Counted]:
    """What is new in each noun, against everything that the source brought before."""
    nouns = [noun for noun in ORDER if noun in opened.nouns]
    before = earlier(found)
    counted: dict[str, Counted] = {
        noun: keyed(opened.duck, noun, found.source_id, found.pk, before) for noun in nouns
    }
    if "accounts" in counted:
        waiting = seat_accounts(opened.duck, nouns)
        told = counted["accounts"]
        counted["accounts"] = replace(told, new=told.new - waiting, waiting=waiting)
    if "events" in counted:
        counted["events"] = _told_once(opened.duck, counted)
    return counted


def _told_once(duck: DuckDB, counted: dict[str, Counted]) -> Counted:
    """Events that say what rows of another table say better are left to those: an order is told once."""
    names = [name for noun in counted if noun in KEYED for name in names_of(noun)]
    if not names:
        return counted["events"]
    duck.execute(f"delete from rows_events where name in ({listed(names)})")
    (left, changed) = duck.execute(
        "select count(*), count(*) filter (is_changed) from rows_events"
    ).fetchall()[0]
    before = counted["events"]
    return replace(before, new=left - changed, changed=changed, known=before.known + before.brought - left)


def earlier(found: Import) -> list[Path]:
    """The key files of the imports of the same source that stand."""
    done = Import.objects.filter(source_id=found.source_id, state=Import.State.DONE).exclude(pk=found.pk)
    paths = [places.keys_of(pk) for pk in done.order_by("pk").values_list("pk", flat=True)]
    return [path for path in paths if path.is_file()]


def bring(duck: DuckDB, found: Import, counted: dict[str, Counted], progress: Progress | None = None) -> None:
    """Accept the messages of every row, from where an earlier attempt has noted to be."""
    undone = Import.objects.filter(source_id=found.source_id, state=Import.State.UNDONE, pk__lt=found.pk)
    moment = found.made_at.replace(tzinfo=None)
    speaker = Speaker(found.source_id, found.pk, business().time_zone, moment, undone.count())
    named = strangers(duck, counted, earlier(found))
    for part in cut(named, BATCH):
        accept([speaker.person(each) for each in part], found.source_id, is_live=False)
    passed = 0
    for noun in counted:
        for rows in batches(duck, noun):
            passed += len(rows)
            if passed <= found.rows_done:
                continue
            accept(speaker.messages(noun, rows), found.source_id, is_live=found.is_live)
            _note(found, rows_done=passed)
            if progress is not None:
                leases.kept(LEASE, LEASE_SECONDS)
                progress(passed, found.rows_total)


def batches(duck: DuckDB, noun: str) -> Iterator[list[Row]]:
    """The rows of a noun a batch at a time, those of one subscription together."""
    order = "subscription_id, user_id, started_on, number" if noun == "subscriptions" else "number"
    cursor = duck.connection.cursor().execute(f"select * from rows_{noun} order by {order}")
    names = [field[0] for field in cursor.description]
    if noun != "subscriptions":
        while rows := cursor.fetchmany(BATCH):
            yield [dict(zip(names, row, strict=True)) for row in rows]
        return
    held: list[Row] = []
    for _, group in groupby(_each(cursor, names), key=lambda row: (row["subscription_id"], row["user_id"])):
        held += group
        if len(held) >= BATCH:
            yield held
            held = []
    if held:
        yield held


def _each(cursor: Any, names: list[str]) -> Iterator[Row]:
    while rows := cursor.fetchmany(BATCH):
        yield from (dict(zip(names, row, strict=True)) for row in rows)


def _keep(opened: Read, found: Import, counted: dict[str, Counted]) -> None:
    """The keys for the next import, and the refused rows for the user."""
    write_refused(opened.loading, places.folder_of(found.pk) / REFUSED_FILE)
    write_keys(opened.duck, list(counted), found.pk, places.keys_of(found.pk))


def _note_record(found: Import, opened: Read, counted: dict[str, Counted]) -> None:
    told = record_of(opened.loading, counted)
    counts = {name: told[name] for name in ("rows_read", "rows_kept", "rows_refused", "rows_repeated")}
    _note(found, record=told, **counts)


def fail(found: Import, error: DangolError) -> None:
    """Set an import aside with the sentence that says why; it can be planned again."""
    _note(found, state=Import.State.FAILED, stage="", error=both(error, found), ended_at=clock.now())


def both(error: DangolError, found: Import) -> dict[str, str]:
    """An error in both languages, as it is kept; where uploads lie on the server is nobody's business."""
    folder = f"{places.uploads_of(found.pk)}/"
    return {language: error.in_(language).replace(folder, "") for language in LANGUAGES}


def _note(found: Import, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(found, name, value)
    Import.objects.filter(pk=found.pk).update(**fields)
