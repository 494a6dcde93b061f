"""Do columns of numpy arrays, codes and numbers reach Parquet as what they stand for?"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.writer import Coded, Column, Joined, Numbered, ParquetWriter, joined
from dangol.core.schema import NOUNS

DAY = np.array(["2025-01-03", "NaT"], dtype="datetime64[us]")
ROWS: dict[str, Column] = {
    "subscription_id": Numbered("sub-", np.array([7, 8]), "-x"),
    "person_id": np.array([1, 2]),
    "account_id": Numbered("acc-", np.array([5, -1])),
    "plan": Coded(("it's", "단골"), np.array([1, -1], dtype=np.int8)),
    "started_on": np.array(["2025-01-01", "2025-01-02"], dtype="datetime64[us]"),
    "ended_on": DAY,
    "mrr_amount": np.array([19_000, 0]),
    "status": Joined((Coded(("a",), np.array([0, -1])), Coded(("b",), np.array([0, -1])))),
}


def test_every_kind_of_column_and_its_null(tmp_path: Path) -> None:
    writer = ParquetWriter(tmp_path)
    path = writer.write("subscriptions", "part-0.parquet", ROWS, NOUNS["subscriptions"].dtypes)
    writer.close()
    duck = DuckDB()
    ann, bob = duck.run(f"select * from read_parquet('{path}')").records()
    duck.close()
    assert ann == {
        "subscription_id": "sub-7-x", "person_id": 1, "account_id": "acc-5", "plan": "단골",
        "started_on": date(2025, 1, 1), "ended_on": date(2025, 1, 3), "mrr_amount": Decimal("19000.0000"),
        "currency": None, "status": "a b", "ended_because": None, "received_at": None,
    }  # fmt: skip
    assert {name: bob[name] for name in ("account_id", "plan", "ended_on", "status")} == dict.fromkeys(
        ("account_id", "plan", "ended_on", "status")
    )


def test_plain_values_are_what_is_written() -> None:
    plain = {
        name: column if isinstance(column, np.ndarray) else column.plain() for name, column in ROWS.items()
    }
    assert plain["subscription_id"].tolist() == ["sub-7-x", "sub-8-x"]
    assert plain["account_id"].tolist() == ["acc-5", None]
    assert plain["plan"].tolist() == ["단골", None]
    assert plain["status"].tolist() == ["a b", None]
    assert DAY.tolist() == [datetime(2025, 1, 3), None]


def test_parts_under_one_another() -> None:
    twice = joined([ROWS, ROWS])
    plan, status = twice["plan"], twice["status"]
    assert isinstance(plan, Coded)
    assert isinstance(status, Joined)
    assert plan.plain().tolist() == ["단골", None] * 2
    assert status.plain().tolist() == ["a b", None] * 2
    assert joined([]) == {}
