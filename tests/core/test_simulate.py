"""Is a simulated business reproducible, clean and within its own time, whatever its size and chunks?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dangol
from dangol.core.engine import World, world
from dangol.core.engine.duck import DuckDB
from dangol.core.errors import RequestError
from dangol.core.schema import NOUNS
from dangol.core.simulate import Business, Truths, simulate, simulated_tables
from dangol.core.simulate.business import CAMPAIGNS
from dangol.core.simulate.season import OFFICE_WEEK

# Scores are given by models, not made by customers.
SIMULATED = tuple(name for name in NOUNS if name not in ("scores", "trait_changes"))
SMALL = Business(seed=7, customers=1_500, events_per_month=6)


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _rows(folder: Path, noun: str) -> list[tuple[Any, ...]]:
    duck = DuckDB()
    rows = duck.run(f"select * from read_parquet('{folder}/{noun}/**/*.parquet') order by all").rows
    duck.close()
    return rows


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truths]:
    folder = tmp_path_factory.mktemp("business") / "small"
    return folder, simulate(SMALL, folder)


@pytest.fixture(scope="module")
def small() -> Iterator[World]:
    known = world(simulated_tables(SMALL), as_of=SMALL.end)
    yield known
    known.close()


def test_the_same_seed_gives_the_same_bytes(written: tuple[Path, Truths], tmp_path: Path) -> None:
    simulate(SMALL, tmp_path / "again")
    assert _digests(tmp_path / "again") == _digests(written[0])


def test_another_seed_gives_another_business(written: tuple[Path, Truths], tmp_path: Path) -> None:
    truths = simulate(replace(SMALL, seed=8), tmp_path / "other")
    assert truths.rows["people"] == written[1].rows["people"]
    assert truths.rows["events"] != written[1].rows["events"]


def test_chunks_change_files_and_not_rows(tmp_path: Path) -> None:
    business = Business(seed=3, customers=9_000, events_per_month=1)
    one = simulate(replace(business, chunk_customers=4_096), tmp_path / "one")
    other = simulate(replace(business, chunk_customers=100_000), tmp_path / "other")
    assert replace(one, business={}) == replace(other, business={})
    assert len(list((tmp_path / "one" / "people").iterdir())) == 3
    assert len(list((tmp_path / "other" / "people").iterdir())) == 1
    for noun in ("people", "events", "subscriptions", "answers", "_truth"):
        assert _rows(tmp_path / "one", noun) == _rows(tmp_path / "other", noun), noun


def test_progress_ends_with_everyone(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    business = Business(seed=3, customers=9_000, events_per_month=1, chunk_customers=4_096)
    simulate(business, tmp_path / "business", lambda done, whole: calls.append((done, whole)))
    assert calls == [(4_096, 9_000), (8_192, 9_000), (9_000, 9_000)]


@pytest.mark.parametrize("noun", SIMULATED)
def test_every_noun_has_its_schema_and_as_many_rows_as_counted(
    noun: str, written: tuple[Path, Truths]
) -> None:
    folder, truths = written
    duck = DuckDB()
    duck.read_parquet("rows", folder / noun)
    described = {row[0]: row[1] for row in duck.run("describe rows").rows}
    rows = duck.run("select count(*) as n from rows").one()["n"]
    required = [column.name for column in NOUNS[noun].columns if column.is_required]
    missing = duck.run(
        f"select {' + '.join(f'count_if({c} is null)' for c in required)} as n from rows"
    ).one()["n"]
    key = ", ".join(NOUNS[noun].key)
    twice = (
        duck.run(f"select count(*) - count(distinct ({key or 1})) as n from rows").one()["n"] if key else 0
    )
    duck.close()
    names = {"string": "VARCHAR", "int64": "BIGINT", "float64": "DOUBLE"}
    assert described == {
        n: names.get(t, t.upper().replace(" ", "").replace(",", ",")) for n, t in NOUNS[noun].dtypes.items()
    }
    assert rows == truths.rows[noun] > 0
    assert missing == 0
    assert twice == 0


def test_every_noun_loads_with_nothing_refused(written: tuple[Path, Truths]) -> None:
    folder, truths = written
    loaded = dangol.world(folder, as_of=SMALL.end)
    assert loaded.nouns == frozenset(SIMULATED)
    assert loaded.loading.refused == {}
    assert loaded.loading.not_understood == ()
    assert dict(loaded.loading.rows_made) == truths.rows
    loaded.close()


def test_the_same_business_in_memory(small: World, written: tuple[Path, Truths]) -> None:
    for noun in SIMULATED:
        assert small.engine.run(f"select count(*) as n from {noun}").one()["n"] == written[1].rows[noun], noun
    in_memory = small.engine.run("select person_id, name, occurred_at, object_id from events order by all")
    duck = DuckDB()
    duck.read_parquet("rows", written[0] / "events")
    assert (
        in_memory.rows
        == duck.run("select person_id, name, occurred_at, object_id from rows order by all").rows
    )
    duck.close()


def test_nothing_happens_before_a_person_joined_or_after_the_end(small: World) -> None:
    dated = {noun: NOUNS[noun].happened for noun in SIMULATED if NOUNS[noun].happened}
    for noun, day in dated.items():
        early = f"select count(*) as n from {noun} join people using (person_id) where {day} < joined_on"
        late = f"select count(*) as n from {noun} where {day} >= date '{SMALL.end}'"
        assert small.engine.run(early).one()["n"] == 0, noun
        assert small.engine.run(late).one()["n"] == 0, noun


def test_moments_lie_on_their_day_here_and_in_seoul(small: World) -> None:
    for noun, moment, day in (("events", "occurred_at", "occurred_on"), ("orders", "ordered_at", "ordered_on"),
                              ("tickets", "opened_at", "opened_on"), ("answers", "answered_at", "answered_on")):  # fmt: skip
        off = f"({moment}::date != {day} or ({moment} + interval 9 hour)::date != {day})"
        assert small.engine.run(f"select count(*) as n from {noun} where {off}").one()["n"] == 0, noun


def test_moments_follow_one_another(small: World) -> None:
    wrong = {
        "tickets": "replied_at < opened_at or resolved_at < coalesce(replied_at, resolved_at)",
        "messages": "opened_at < sent_at or clicked_at < opened_at or (is_bounced and opened_at is not null)",
        "subscriptions": "ended_on <= started_on or mrr_amount < 0 or (mrr_amount = 0 and status != 'trial')",
        "orders": "(amount < 0) != is_return or amount = 0 or currency != 'KRW'",
    }
    for noun, condition in wrong.items():
        assert small.engine.run(f"select count(*) as n from {noun} where {condition}").one()["n"] == 0, noun


def test_the_terms_of_a_person_never_overlap(small: World) -> None:
    sql = (
        "select count(*) as n from (select ended_on, lead(started_on) over (partition by person_id order by started_on) "
        "as next_on from subscriptions) where next_on is not null and (ended_on is null or ended_on > next_on)"
    )
    assert small.engine.run(sql).one()["n"] == 0


def test_nobody_uses_the_product_after_leaving(small: World) -> None:
    sql = (
        "with gone as (select person_id from subscriptions group by 1 having count_if(ended_on is null) = 0), "
        "last as (select person_id, max(ended_on) as last_on from subscriptions join gone using (person_id) group by 1) "
        "select count(*) as n from events join last using (person_id) where occurred_on >= last_on"
    )
    assert small.engine.run(sql).one()["n"] == 0


def test_friends_are_referred_by_customers_who_were_there(small: World) -> None:
    sql = (
        "select count(*) as n, count_if(p.channel != 'friend') as other, count_if(r.joined_on > p.joined_on) as late, "
        "count_if(r.person_id is null) as nobody from people p left join people r on r.person_id = p.referrer_id "
        "where p.referrer_id is not null"
    )
    row = small.engine.run(sql).one()
    assert (row["other"], row["late"], row["nobody"]) == (0, 0, 0)
    assert (
        row["n"] == small.engine.run("select count(*) as n from people where channel = 'friend'").one()["n"]
    )


def test_comments_are_varied_and_in_the_writers_language(small: World) -> None:
    rows = small.engine.run(
        "select comment, traits like '%ko%' as korean from answers join people using (person_id) where comment is not null"
    )
    assert len(rows) > 300
    assert len({row["comment"] for row in rows}) > len(rows) / 4
    for row in rows:
        has_hangul = any("가" <= letter <= "힣" for letter in row["comment"])
        assert has_hangul == row["korean"], row["comment"]


def test_leavers_over_poor_support_waited_longer_and_were_less_content(written: tuple[Path, Truths]) -> None:
    folder, _ = written
    duck = DuckDB()
    sql = (
        f"select t.cause = 'poor_support' as bad, median(epoch(replied_at - opened_at)) / 3600 as hours "
        f"from read_parquet('{folder}/tickets/*.parquet') join read_parquet('{folder}/_truth/*.parquet') t "
        f"using (person_id) where t.churned_on - opened_on between 0 and 45 group by 1 order by 1"
    )
    others, bad = duck.run(sql).column("hours")
    duck.close()
    assert bad > 5 * others


@pytest.mark.parametrize("number", [0, 1])
def test_a_campaign_moves_only_whom_it_should(number: int, written: tuple[Path, Truths]) -> None:
    """Sure stay and lost leave in both arms; the persuadable stay only, and sleeping dogs leave only, if treated."""
    folder, truths = written
    campaign = CAMPAIGNS[number]
    until = SMALL.start + timedelta(days=SMALL.day(campaign.when) + campaign.window)
    duck = DuckDB()
    rows = duck.run(
        f"select campaign_{number + 1} as effect, arm = 'treated' as treated, count(*) as n, "
        f"count_if(churned_on is null or churned_on >= date '{until}') as stays "
        f"from read_parquet('{folder}/exposures/*.parquet') join read_parquet('{folder}/_truth/*.parquet') "
        f"using (person_id) where experiment = '{campaign.name}' group by all"
    )
    duck.close()
    expected = {"sure": (1, 1), "lost": (0, 0), "persuadable": (0, 1), "sleeping_dog": (1, 0)}
    for row in rows:
        assert row["stays"] == row["n"] * expected[row["effect"]][row["treated"]], row
    groups = truths.campaigns[campaign.name]["groups"]
    counted = {(row["effect"], row["treated"]): row["n"] for row in rows}
    for name, group in groups.items():
        assert (group["control"], group["treated"]) == (
            counted.get((name, False), 0),
            counted.get((name, True), 0),
        )


def test_weekdays_have_their_planted_busyness() -> None:
    business = Business(seed=5, customers=4_000, kind="subscription", events_per_month=20, is_detailed=False)
    tables = simulated_tables(business)
    days = (
        tables["events"]["occurred_on"].astype("datetime64[D]").astype(np.int64) + 3
    ) % 7  # 1970-01-01: Thursday
    counts = np.bincount(days, minlength=7)
    week = counts / counts.mean()
    assert week == pytest.approx(np.array(OFFICE_WEEK) / np.mean(OFFICE_WEEK), abs=0.05)


@pytest.mark.parametrize("kind", ["subscription", "shop"])
def test_each_kind_has_what_belongs_to_it(kind: Any) -> None:
    tables = simulated_tables(Business(customers=500, kind=kind))
    assert ("subscriptions" in tables) == (kind == "subscription")
    assert ("orders" in tables) == (kind == "shop")
    assert {"people", "events", "answers", "tickets", "messages"} <= set(tables)


def test_the_truths_are_written_and_say_themselves(written: tuple[Path, Truths]) -> None:
    folder, truths = written
    kept = json.loads((folder / "_truth" / "truths.json").read_text(encoding="utf-8"))
    assert kept["biggest_hole"]["cause"] == "onboarding_failed"
    assert kept["rows"] == truths.rows
    english, korean = truths.lines("en"), truths.lines("ko")
    assert len(english) == len(korean) > 10
    assert not set(english[:-1]) & set(korean[:-1])
    assert sum(each["share"] for each in kept["cause_shares"]["causes"].values()) == pytest.approx(1)


def test_the_benchmark_business_has_its_events_and_a_heavy_tail(tmp_path: Path) -> None:
    truths = simulate(Business.benchmark(customers=20_000, events=1_000_000), tmp_path / "bench")
    assert sorted(truths.rows) == ["events", "people", "subscriptions"]
    assert truths.rows["events"] == pytest.approx(1_000_000, rel=0.1)
    duck = DuckDB()
    duck.read_parquet("events", tmp_path / "bench" / "events")
    counts = np.array(duck.run("select count(*) as n from events group by person_id").column("n"))
    assert np.percentile(counts, 99) > 30 * np.median(counts)
    months = duck.run("select count(*) as n from events group by date_trunc('month', occurred_on) order by n")
    assert months.column("n")[-1] < 1.6 * months.column("n")[0], "a business of steady size"
    sorted_parts = duck.run(
        "select count(*) as n from (select person_id < lag(person_id) over (partition by filename order by file_row_number) "
        f"as back from read_parquet('{tmp_path}/bench/events/**/*.parquet', filename=true, file_row_number=true)) where back"
    )
    duck.close()
    assert sorted_parts.one()["n"] == 0


def test_what_cannot_be_simulated_is_said(written: tuple[Path, Truths]) -> None:
    with pytest.raises(RequestError, match="at least one customer"):
        Business(customers=0)
    with pytest.raises(RequestError, match="90 days"):
        Business(start=date(2025, 1, 1), end=date(2025, 2, 1))
    with pytest.raises(RequestError, match="kind of business 'bank'"):
        Business(kind="bank")  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="between 0 and 1"):
        Business(english_share=1.5)
    with pytest.raises(RequestError, match="empty folder"):
        simulate(SMALL, written[0])
