"""Is every kind of file understood for what it is? Encodings, delimiters, workbooks, Parquet, JSON, frames, headings."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from dangol.core.engine import Settings, World, world
from dangol.core.engine.files.encoding import detect
from dangol.core.engine.files.headings import noun_of, plain
from dangol.core.errors import RequestError, UnknownNameError

KOREAN = (
    '고객번호,주문일,금액\n회원1,2025. 1. 3.,"12,000원"\n회원2,2025년 2월 4일,￦8000\n회원1,2025-03-05,7000\n'
)


def _rows(loaded: World, columns: str, noun: str = "orders") -> list[Any]:
    return loaded.engine.run(f"select {columns} from {noun} order by all").rows


def _found(loaded: World, number: int = 0) -> dict[str, str]:
    return {each.column: each.heading for each in loaded.loading.files[number].columns}


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_korean_headings_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "주문.csv"
    path.write_bytes(KOREAN.replace("\n", "\r\n").encode(encoding))
    loaded = world(path)
    assert _found(loaded) == {"person_id": "고객번호", "ordered_at": "주문일", "amount": "금액"}
    assert all(each.how == "heading" for each in loaded.loading.files[0].columns)
    assert [row[1] for row in _rows(loaded, "ordered_on, amount::int")] == [12000, 8000, 7000]
    assert loaded.loading.rows_kept == 3
    assert loaded.loading.currency == "KRW"
    assert set(loaded.external_ids([1, 2]).values()) == {"회원1", "회원2"}


def test_a_spreadsheet_writes_the_won_sign_as_a_backslash(tmp_path: Path) -> None:
    path = tmp_path / "매출.csv"
    rows = '회원1,2025-01-03,"\\12,000"\n회원2,2025-01-04,"-\\3,000"\n회원1,2025-01-05," \\900 "\n'
    path.write_bytes(("고객번호,주문일,금액\n" + rows).encode("cp949"))
    loaded = world(path)
    assert [row[1] for row in _rows(loaded, "ordered_on, amount::int")] == [12000, -3000, 900]
    assert loaded.loading.currency == "KRW"
    bare = tmp_path / "제목없음.csv"
    bare.write_bytes(rows.encode("cp949"))
    assert _found(world(bare))["amount"] == "column 3"


def test_encoding_is_checked_to_the_last_byte(tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    path.write_bytes(b"a,b\n" * 2_000_000 + "고객,1\n".encode("cp949"))
    assert detect(path).name == "cp949"


def test_western_text_is_not_taken_for_korean(tmp_path: Path) -> None:
    path = tmp_path / "west.csv"
    path.write_bytes("customer,date,amount\nRenée,2025-01-03,£4.50\nJosé,2025-01-04,£5\n".encode("cp1252"))
    loaded = world(path)
    assert loaded.loading.files[0].encoding == "Windows-1252"
    assert loaded.loading.currency == "GBP"
    assert loaded.loading.rows_kept == 2


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "  "])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    rows = [["customer_id", "date", "amount"], ["Ann", "2025-01-03", "4.5"], ["Bob", "2025-01-04", "5"]]
    path = tmp_path / "orders.txt"
    path.write_text("\r\n".join(delimiter.join(row) for row in rows), encoding="utf-8")
    assert _rows(world(path), "amount::double") == [(4.5,), (5.0,)]


def test_decimal_commas(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer;date;amount\nAnn;2025-01-03;1.234,50\nBob;2025-01-04;7,25\n", encoding="utf-8")
    assert _rows(world(path), "amount::double") == [(7.25,), (1234.5,)]


def test_gzip_and_titles_above_the_table(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(f"매출 현황\n2025년\n\n{KOREAN}".encode()))
    assert world(path).loading.rows_kept == 3


def test_without_headings_by_content(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("".join(f"{n % 4 + 100},2025010{n % 7 + 1},{n}.5\n" for n in range(20)), encoding="utf-8")
    loaded = world(path)
    assert _found(loaded) == {"person_id": "column 1", "ordered_at": "column 2", "amount": "column 3"}
    assert {each.how for each in loaded.loading.files[0].columns} == {"content"}
    assert loaded.loading.rows_kept == 20


def test_a_mapping_overrides(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,date,amount,순매출\nAnn,2025-01-03,4,3\n", encoding="utf-8")
    loaded = world(path, mapping={"amount": "순매출", "noun": "orders"})
    assert _rows(loaded, "amount::int") == [(3,)]
    assert {each.column: each.how for each in loaded.loading.files[0].columns}["amount"] == "given"


def test_a_workbook_of_several_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "주문"
    for row in (["매출 자료"], [], ["회원번호", "주문일자", "결제금액"], [7, datetime(2025, 1, 3, 14, 5), 12000.5],
                [7, date(2025, 2, 3), 3000], [8, 45000, "4,000"]):  # fmt: skip
        first.append(row)
    notes = book.create_sheet("메모")
    notes.append(["할 일", "누가"])
    notes.append(["보고", "김"])
    book.create_sheet("빈 시트")
    book.save(tmp_path / "sales.xlsx")
    loaded = world(tmp_path / "sales.xlsx")
    assert [(f.sheet, f.noun, f.rows_kept) for f in loaded.loading.files] == [
        ("주문", "orders", 3),
        ("메모", None, 0),
    ]
    assert "left out: 1" in loaded.loading.notes[-1].en
    assert [str(row[0]) for row in _rows(loaded, "ordered_on")] == ["2023-03-15", "2025-01-03", "2025-02-03"]


def test_json_lines_and_an_array(tmp_path: Path) -> None:
    events = [{"userId": f"u{n % 2}", "event": "Report Viewed", "timestamp": f"2025-01-0{n}T10:00:00Z",
               "properties": {"plan": "pro"}} for n in range(1, 4)]  # fmt: skip
    lines, array = tmp_path / "events.jsonl", tmp_path / "events.json"
    lines.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    array.write_text(json.dumps(events), encoding="utf-8")
    for path in (lines, array):
        loaded = world(path)
        assert _rows(
            loaded, "name, count(*), min(properties->>'plan') from events group by 1 --", "events"
        ) == [("Report Viewed", 3, "pro")]


def test_a_broken_line_of_json_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    row = '{"customer_id": "Ann", "date": "2025-01-03", "amount": 4}'
    path.write_text(f"{row}\nnot json\n", encoding="utf-8")
    loaded = world(path)
    assert (loaded.loading.rows_read, loaded.loading.rows_kept) == (2, 1)
    assert sum(loaded.loading.refused.values()) == 1


RECORDS = [{"customer_id": 1, "order_date": datetime(2025, 1, 3), "total": 4.5}]


@pytest.mark.parametrize(
    "frame", [pd.DataFrame(RECORDS), pa.Table.from_pylist(RECORDS)], ids=["pandas", "arrow"]
)
def test_frames(frame: Any) -> None:
    loaded = world({"orders": frame})
    assert _rows(loaded, "person_id, ordered_on, amount") == [(1, date(2025, 1, 3), Decimal("4.5000"))]


def test_what_is_no_table() -> None:
    with pytest.raises(UnknownNameError, match="orders"):
        world({"oders": []})
    with pytest.raises(RequestError, match="neither a path"):
        world(42)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headings", "noun"),
    [
        (
            "Name,Email,Financial Status,Paid at,Currency,Total,Lineitem quantity,Lineitem name,Created at,Id",
            "orders",
        ),
        ("주문번호,주문일시,회원아이디,총결제금액,상품명,수량", "orders"),
        ("상품주문번호,구매자ID,결제일,상품별 총 주문금액,수량", "orders"),
        ("Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country", "orders"),
        ("id,Customer ID,Plan,Amount,Status,Created (UTC),Start (UTC),Ended At (UTC)", "subscriptions"),
        ("user_id,event_name,timestamp,properties", "events"),
        ("customer_id,survey,score,comment,submitted_at", "answers"),
        ("ticket_id,customer_id,subject,opened_at,closed_at", "tickets"),
        ("customer_id,channel,campaign,sent_at,opened_at", "messages"),
        ("user_id,experiment,variant,assigned_at", "exposures"),
        ("customer_id,name,email,signup_date", "people"),
        ("company_id,company,industry,owner", "accounts"),
        ("shape,colour", None),
    ],
)
def test_the_noun_by_headings(headings: str, noun: str | None) -> None:
    found = noun_of(headings.split(","))
    assert (found.noun if found else None) == noun


def test_a_shopify_export(tmp_path: Path) -> None:
    path = tmp_path / "orders_export.csv"
    path.write_text(
        "Name,Email,Financial Status,Paid at,Currency,Total,Lineitem quantity,Lineitem name,Lineitem price,Created at,Id\n"
        "#1001,ann@x.y,paid,2024-05-01 10:11:12 -0400,USD,30.00,1,Tea,10.00,2024-05-01 10:11:12 -0400,555\n"
        "#1001,ann@x.y,,,,,2,Cup,10.00,2024-05-01 10:11:12 -0400,\n"
        "#1002,bob@x.y,refunded,2024-05-02 10:00:00 -0400,USD,9.00,1,Tea,9.00,2024-05-02 10:00:00 -0400,556\n",
        encoding="utf-8",
    )
    loaded = world(path, settings=Settings(time_zone="America/New_York"))
    assert _rows(loaded, "order_id, amount::int, item_count, ordered_on::varchar") == [
        ("#1001", 30, 3, "2024-05-01")
    ]
    assert loaded.loading.refused == {"not_a_purchase": 1}


def test_headings_are_compared_without_dress() -> None:
    assert plain("Order_Date (UTC)") == plain("order date") == "orderdate"
    assert plain("결제 금액(원)") == "결제금액"


def test_two_nouns_and_what_counts_as_activity(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("customer_id,date,amount\n1,2025-01-03,4\n", encoding="utf-8")
    (tmp_path / "events.csv").write_text(
        "customer_id,event_name,timestamp\n1,Page Viewed,2025-01-01\n2,Page Viewed,2025-01-02\n",
        encoding="utf-8",
    )
    loaded = world(tmp_path)
    assert loaded.nouns == {"orders", "events", "people"}
    assert loaded.activity_noun == "orders"
    assert loaded.with_settings(activity="events").activity_noun == "events"
    assert loaded.period().start == date(2025, 1, 1)
    assert loaded.period("orders").start == date(2025, 1, 3)
    assert len(_rows(loaded, "*", "people")) == 2
    with pytest.raises(RequestError, match="time zone"):
        loaded.with_settings(time_zone="Asia/Seoul")


def test_large_sources_go_through_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dangol.core.engine.files import typed_tables

    path = tmp_path / "orders.csv"
    path.write_text(KOREAN, encoding="utf-8")
    small = _rows(world(path), "*")
    monkeypatch.setattr(typed_tables, "LARGE", 0)
    large = world(path)
    assert _rows(large, "*") == small
    assert list(large.engine.folder.glob("staged_orders/*.parquet"))  # type: ignore[attr-defined]


def test_parquet_of_the_schema_is_read_where_it_lies(tmp_path: Path, cast: World) -> None:
    for noun in ("events", "orders", "subscriptions"):
        cast.engine.write_parquet(f"select * from staged_{noun}", tmp_path / noun)
    loaded = world(tmp_path)
    assert loaded.nouns == {"events", "orders", "subscriptions", "people"}
    assert _rows(
        loaded, "person_id, active_on", "(select person_id, ordered_on as active_on from orders)"
    ) == _rows(cast, "person_id, active_on", "(select person_id, ordered_on as active_on from orders)")
    assert loaded.metric("customer_retention_rate").rows == cast.metric("customer_retention_rate").rows


def test_everybody_in_parquet_of_the_schema_is_one_person(tmp_path: Path, cast: World) -> None:
    """A person with many events and no table of people is still one person, also in an audience."""
    cast.engine.write_parquet("select * from staged_events", tmp_path / "events")
    loaded = world(tmp_path / "events")
    assert sorted(row[0] for row in _rows(loaded, "external_id", "people")) == ["1", "2", "3", "4"]
    assert loaded.audience_count('did "Report Viewed" at least 3 times') == 3


@pytest.mark.spark
def test_a_cluster_reads_parquet_where_it_lies(tmp_path: Path, cast: World, spark: Any) -> None:
    cast.engine.write_parquet("select * from staged_orders", tmp_path / "orders")
    here = world(tmp_path)
    there = world(tmp_path, engine=spark)
    frame = spark.session.read.parquet(str(tmp_path / "orders"))
    given = world({"orders": frame}, engine=spark)
    addressed = world({"orders": (tmp_path / "orders").as_uri()}, engine=spark)
    for each in (there, given, addressed):
        assert each.as_of == here.as_of
        assert each.metric("customer_retention_rate").rows == here.metric("customer_retention_rate").rows
