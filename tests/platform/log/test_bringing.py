"""Do whole files of typed rows come in through the same door? The same answers as from the files, and only once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import dangol
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.simulate import Business, simulate
from dangol.platform.kernel import leases
from dangol.platform.log import bringing
from dangol.platform.log.actions import bring_in, erase
from dangol.platform.log.models import Segment
from dangol.platform.log.queries import opened, position
from dangol.platform.log.vocabulary import FAMILIES, names_of
from tests_support.logged import seal, source

pytestmark = pytest.mark.django_db

NOUNS = ("orders", "subscriptions", "messages", "answers", "tickets", "exposures", "events")


@pytest.fixture(scope="module")
def business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated business of 60 customers, as files."""
    folder = tmp_path_factory.mktemp("business")
    simulate(
        Business(seed=3, customers=60, start=date(2025, 6, 1), end=date(2026, 2, 1), events_per_month=4.0),
        folder,
    )
    return folder


def there(folder: Path) -> list[str]:
    return [noun for noun in NOUNS if list((folder / noun).glob("**/*.parquet"))]


def told_once(folder: Path, noun: str) -> str | Path:
    """Events that say what rows of another table say better are left to those."""
    if noun != "events":
        return folder / noun
    names = ", ".join(
        f"'{name}'" for family in FAMILIES if family in there(folder) for name in names_of(family)
    )
    return f"select * from read_parquet('{folder}/events/**/*.parquet') where name not in ({names})"


def test_two_at_once_do_not_double(business: Path) -> None:
    number = source("twice")
    with leases.held(f"log.bringing.{number}.orders", 60) as is_ours:
        assert is_ours
        with pytest.raises(RequestError, match="just now"):
            bring_in("orders", business / "subscriptions", number)


def test_what_was_brought_answers_as_its_files_do(business: Path, clock: Any) -> None:
    files = dangol.world(business, as_of=date(2026, 2, 1), settings=dangol.Settings(time_zone="Asia/Seoul"))
    for noun in there(business):
        assert bring_in(noun, told_once(business, noun), source("import")).known == 0, noun
    brought = opened(date(2026, 2, 1))
    for sealed in (False, True):
        if sealed:
            seal()
            brought = opened(date(2026, 2, 1))
        for noun, columns in (
            (
                "orders",
                "count(*), sum(amount), count(distinct person_id), sum(is_return::int), sum(item_count)",
            ),
            (
                "subscriptions",
                "count(*), sum(mrr_amount), min(started_on), count(ended_on), count(distinct person_id)",
            ),
            ("answers", "count(*), sum(score), count(distinct person_id)"),
            ("messages", "count(*), count(opened_at), count(clicked_at)"),
            ("tickets", "count(*), count(resolved_at), count(replied_at)"),
        ):
            sql = f"select {columns} from {noun}"
            assert brought.engine.run(sql).rows == files.engine.run(sql).rows, noun
        for metric in ("net_dollar_retention", "customer_retention_rate"):
            assert brought.metric(metric).rows == files.metric(metric).rows, metric


def test_the_same_again_brings_nothing(business: Path, clock: Any) -> None:
    first = bring_in("orders", business / "orders", source("import"))
    again = bring_in("orders", business / "orders", source("import"))
    assert (again.count, again.known) == (0, first.count)
    assert position() == first.count
    seal()
    assert bring_in("orders", business / "orders", source("import")).count == 0


def test_rows_that_are_alike_are_rows_of_their_own(clock: Any) -> None:
    row = "select 'ann' as person_id, 'Signed In' as name, timestamp '2026-01-05 09:00' as occurred_at"
    assert bring_in("events", f"{row} union all {row}", source("import")).count == 2
    assert bring_in("events", f"{row} union all {row} union all {row}", source("import")).count == 1


def test_a_table_that_cannot_be_told_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        bring_in("postings", "select 1", 1)


def test_somebody_who_is_erased_while_rows_are_brought_does_not_come_back(
    business: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = bringing._write

    def late(*given: Any) -> None:
        monkeypatch.setattr(bringing, "_write", write)
        people = [row[0] for row in given[0].execute("select distinct person_id from ready").fetchall()]
        erase(people[:1])
        write(*given)

    monkeypatch.setattr(bringing, "_write", late)
    with pytest.raises(RequestError, match="was erased or renamed meanwhile"):
        bring_in("orders", business / "orders", source("late"))
    assert not Segment.objects.exists()
    assert bring_in("orders", business / "orders", source("late")).count > 0
