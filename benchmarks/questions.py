"""Which questions are timed, and who answers them?"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import dangol
from benchmarks import peers
from benchmarks.contest import Ask, Contest, check_of
from dangol.core.engine import Answer, World
from dangol.core.engine.duck import DuckDB
from dangol.core.simulate import Business, simulate

AS_OF = date(2026, 1, 1)
WEEKS = dangol.Period(date(2024, 12, 30), AS_OF)
YEAR = dangol.Period(date(2025, 1, 1), AS_OF)
RULE = (
    'did "Report Viewed" at least 3 times within the last 30 days '
    'and not did "File Exported" within the last 7 days'
)
STEPS = ("Signed In", "Search Performed", "Report Created", "File Exported", "Team Invited")
RETAIL = ("online_retail_v.parquet", "online_retail_b.parquet")
SHEETS = Path(__file__).resolve().parents[2] / "shared" / "data"

Check = Callable[[Answer], Any]


def opened(folder: Path, noun: str, engine: str = "duckdb") -> World:
    """The world of people and one noun of the simulated data; DuckDB gets a memory limit."""
    return dangol.world(
        [folder / "people", folder / noun],
        as_of=AS_OF,
        engine=DuckDB(memory="1GB") if engine == "duckdb" else engine,
    )


def metric(
    name: str, noun: str, check: Check, engine: str = "duckdb", **parameters: Any
) -> Callable[[Path], Ask]:
    """A contender that asks the product for a metric over raw rows: built, compiled, run and fetched each time."""

    def prepare(folder: Path) -> Ask:
        world = opened(folder, noun, engine)
        return lambda: check(world.metric(name, **parameters))

    return prepare


def stored(name: str, check: Check, **parameters: Any) -> Callable[[Path], Ask]:
    """The same over the stored person-day and person-state rollups, which are made when they are missing."""

    def prepare(folder: Path) -> Ask:
        world = opened(folder, "events")
        rollups = folder / "rollups"
        rolled = world.with_rollups(rollups) if rollups.exists() else world.write_rollups(rollups)
        return lambda: check(rolled.metric(name, **parameters))

    return prepare


def audience(folder: Path) -> Ask:
    """The behaviour audience of the contest, counted."""
    world = opened(folder, "events")
    return lambda: world.audience_count(RULE)


def by_hand(sql: str, check: Callable[[Any], Any]) -> Callable[[Path], Ask]:
    """A contender in hand-written DuckDB SQL."""

    def prepare(folder: Path) -> Ask:
        ask = peers.duck(folder, sql)
        return lambda: check(ask())

    return prepare


def by_clickhouse(sql: str, check: Callable[[Any], Any]) -> Callable[[Path], Ask]:
    """A contender on ClickHouse, embedded."""

    def prepare(folder: Path) -> Ask:
        ask = peers.clickhouse(folder, sql)
        return lambda: check(ask())

    return prepare


def reading(columns: str, source: str = "EVENTS", where: str = "true") -> Callable[[Path], Ask]:
    """The limit: every value of the needed columns read once, and nothing done with it."""
    return by_hand(f"select {columns} from {source} where {where}", lambda rows: 0)


def _retention(answer: Answer) -> list[int]:
    seen = (row for row in answer if row["retained_count"])
    return check_of(
        ((row["cohort_on"] - WEEKS.start).days // 7, row["bucket"], row["retained_count"]) for row in seen
    )


def _active(answer: Answer) -> list[int]:
    return check_of(
        ((row["day"] - YEAR.start).days, row["active_count"]) for row in answer if row["active_count"]
    )


def _funnel(answer: Answer) -> list[int]:
    return [int(row["person_count"]) for row in answer]


def _levels(rows: list[list[int]]) -> list[int]:
    exactly = dict(rows)
    return [
        sum(count for level, count in exactly.items() if level >= step) for step in range(1, len(STEPS) + 1)
    ]


def _bridge(answer: Answer) -> list[int]:
    return [len(answer), round(sum(row["end_amount"] for row in answer))]


def command(*words: str) -> Ask:
    """A whole process, from its start to its end; a failure stops the contest."""

    def ask() -> int:
        return subprocess.run([sys.executable, *words], check=True, capture_output=True).returncode

    return ask


def report(_: Path) -> Ask:
    """The product's command on the two retail sheets, page and all."""
    page = Path(tempfile.mkdtemp()) / "report.html"
    sheets = [str(SHEETS / name) for name in RETAIL]
    return command("-m", "dangol", "report", *sheets, "--out", str(page))


def pandas_script(_: Path) -> Ask:
    """The figures alone, without a page, by a script in pandas."""
    return command("-m", "benchmarks.pandas_report", *(str(SHEETS / name) for name in RETAIL))


def simulator(_: Path) -> Ask:
    """Ten million events of a hundred thousand customers, simulated and written."""

    def ask() -> int:
        with tempfile.TemporaryDirectory() as folder:
            simulate(Business.benchmark(customers=100_000, events=10_000_000), Path(folder) / "world")
        return 0

    return ask


def copying(folder: Path) -> Ask:
    """The limit of the simulator: ten million rows that exist already, written again."""
    ask = peers.duck(folder, "copy (select * from EVENTS) to '/dev/null' (format parquet, compression zstd)")
    return lambda: len(ask())


_WEEKLY: dict[str, Any] = {"period": WEEKS, "grain": "week"}
_PATH: dict[str, Any] = {"period": YEAR, "steps": STEPS}
_NAMES = ", ".join(f"'{name}'" for name in STEPS)
_CONDITIONS = ", ".join(f"name = '{name}'" for name in STEPS)
_AUDIENCE = peers.AUDIENCE.replace("{since}", "2025-12-02").replace("{since7}", "2025-12-25").replace(
    "{did}", "Report Viewed").replace("{didnt}", "File Exported")  # fmt: skip

CONTESTS: dict[str, Contest] = {
    contest.name: contest
    for contest in (
        Contest(
            "cohort_retention",
            "Weekly cohort retention, 53 by 53 weeks, from raw events.",
            {
                "Dangol, raw events": metric("cohort_retention", "events", _retention, **_WEEKLY),
                "Dangol, stored rollups": stored("cohort_retention", _retention, **_WEEKLY),
                "DuckDB, distinct and join": by_hand(peers.RETENTION_DISTINCT_JOIN, check_of),
                "ClickHouse, PostHog's shape": by_clickhouse(peers.RETENTION_POSTHOG, check_of),
                "spark": metric("cohort_retention", "events", _retention, "spark", **_WEEKLY),
                "reading the columns": reading("bit_xor(person_id), max(occurred_on)"),
            },
            limit="reading the columns",
            target_seconds=1.2,
            same=("Dangol, raw events", "Dangol, stored rollups", "DuckDB, distinct and join",
                  "ClickHouse, PostHog's shape", "spark"),
        ),
        Contest(
            "cohort_retention_by_day",
            "The same question on the same events in a file a day, in the order of their moments, as a log has them.",
            {
                "Dangol, raw events": metric("cohort_retention", "events", _retention, **_WEEKLY),
                "DuckDB, distinct and join": by_hand(peers.RETENTION_DISTINCT_JOIN, check_of),
                "ClickHouse, PostHog's shape": by_clickhouse(peers.RETENTION_POSTHOG, check_of),
                "reading the columns": reading("bit_xor(person_id), max(occurred_on)"),
            },
            limit="reading the columns",
            target_seconds=1.2,
            same=("Dangol, raw events", "DuckDB, distinct and join", "ClickHouse, PostHog's shape"),
            sizes=("100M by day",),
            data="by_day",
        ),
        Contest(
            "rolling_activity",
            "Who was active in the 28 days before each day, and who came back or fell away.",
            {
                "Dangol, raw events": metric("active_users", "events", _active, period=YEAR),
                "Dangol, stored rollups": stored("active_users", _active, period=YEAR),
                "DuckDB, range join": by_hand(peers.ACTIVE_RANGE_JOIN, check_of),
                "spark": metric("active_users", "events", _active, "spark", period=YEAR),
                "reading the columns": reading("bit_xor(person_id), max(occurred_on)"),
            },
            limit="reading the columns",
            target_seconds=3.5,
            same=("Dangol, raw events", "Dangol, stored rollups", "DuckDB, range join", "spark"),
            skipped={"DuckDB, range join": ("100M",)},
        ),
        Contest(
            "ordered_funnel",
            "Five steps in order within seven days, the exact rule of windowFunnel.",
            {
                "Dangol": metric("ordered_funnel", "events", _funnel, **_PATH),
                "ClickHouse, windowFunnel": by_clickhouse(
                    peers.FUNNEL_WINDOW.replace("{conditions}", _CONDITIONS).replace("{names}", _NAMES), _levels
                ),
                "spark": metric("ordered_funnel", "events", _funnel, "spark", **_PATH),
                "reading the columns": reading(
                    "bit_xor(person_id), max(occurred_at), max(name)", where=f"name in ({_NAMES})"
                ),
            },
            limit="reading the columns",
            target_seconds=4.0,
            skipped={"spark": ("100M",)},
            same=("Dangol", "ClickHouse, windowFunnel", "spark"),
        ),
        Contest(
            "behaviour_audience",
            f"How many people are in the audience: {RULE}.",
            {
                "Dangol": audience,
                "DuckDB, by hand": by_hand(_AUDIENCE, lambda rows: int(rows[0][0])),
                "reading the columns": reading(
                    "bit_xor(person_id), max(occurred_at), max(name)", where="occurred_on >= date '2025-12-02'"
                ),
            },
            limit="reading the columns",
            target_seconds=0.1,
            same=("Dangol", "DuckDB, by hand"),
        ),
        Contest(
            "mrr_waterfall",
            "The movements of recurring revenue of every month, from one million subscription rows of 558,000 customers.",
            {
                "Dangol": metric("mrr_movements", "subscriptions", _bridge),
                "spark": metric("mrr_movements", "subscriptions", _bridge, "spark"),
                "reading the columns": reading(
                    "bit_xor(person_id), max(started_on), max(ended_on), sum(mrr_amount), max(status)", "SUBSCRIPTIONS"
                ),
            },
            limit="reading the columns",
            target_seconds=0.5,
            same=("Dangol", "spark"),
            sizes=("1M",),
            data="subscriptions",
        ),
        Contest(
            "simulator",
            "Ten million events, simulated and written to Parquet.",
            {"Dangol": simulator, "copying such rows": copying},
            limit="copying such rows",
            target_seconds=10.0,
            sizes=("10M",),
            runs=3,
        ),
        Contest(
            "report",
            "One million invoice lines of a shop, from the command to the finished page.",
            {"Dangol, figures and page": report, "pandas script, figures only": pandas_script},
            target_seconds=5.0,
            sizes=("retail",),
            data="none",
            runs=3,
        ),
    )
}  # fmt: skip
