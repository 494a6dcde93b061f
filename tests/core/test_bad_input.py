"""What happens to bad input? A clear sentence in both languages, every row accounted for, never a traceback."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.engine import Settings, World, world
from dangol.core.engine.files import REFUSALS
from dangol.core.errors import DataError, RequestError, UnknownNameError

HEAD = "order_id,customer_id,order_date,amount"
GOOD = ["1,Ann,2025-01-03,10.50", "2,Ann,2025-02-03,12", "3,Bob,2025-01-08,30"]


def _write(folder: Path, *lines: str, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def _load(folder: Path, *rows: str, head: str = HEAD, **options: Any) -> World:
    return _checked(world(_write(folder, head, *rows), **options))


def _checked(loaded: World) -> World:
    """Nothing is lost: kept and refused make what was read, and every refused row can be had."""
    loading = loaded.loading
    for file in loading.understood:
        assert file.rows_read == file.rows_kept + sum(file.refused.values())
        assert set(file.refused) <= set(REFUSALS)
    assert len(list(loading.refused_rows())) == sum(loading.refused.values())
    return loaded


def _rows(loaded: World, columns: str, noun: str = "orders") -> list[Any]:
    return loaded.engine.run(f"select {columns} from {noun} order by all").rows


def _notes(loaded: World) -> str:
    files = [note for file in loaded.loading.files for note in file.notes]
    return " ".join(f"{note.en} {note.ko}" for note in (*files, *loaded.loading.notes))


def _fails(source: Any, *facts: str, **options: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        world(source, **options)
    said = caught.value.in_("en") + caught.value.in_("ko")
    for fact in facts:
        assert fact in said
    assert caught.value.in_("en") != caught.value.in_("ko")
    return caught.value


def test_missing_file(tmp_path: Path) -> None:
    _write(tmp_path, HEAD, *GOOD, name="here.csv")
    _fails(tmp_path / "there.csv", "there.csv", "no such file", "here.csv", "없습니다")


def test_empty_file(tmp_path: Path) -> None:
    _fails(_write(tmp_path, ""), "0 bytes", "비어 있습니다")


def test_only_headings(tmp_path: Path) -> None:
    _fails(_write(tmp_path, HEAD), "no rows", "행이 없습니다")


@pytest.mark.parametrize(("name", "word"), [("orders.parquet", "Parquet"), ("orders.xlsx", "workbook")])
def test_unreadable_file(tmp_path: Path, name: str, word: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"this is not what its name says" * 20)
    _fails(path, word, name)


def test_cut_off_gzip(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress("\n".join([HEAD, *GOOD]).encode())[:-20])
    _fails(path, "orders.csv.gz", "열 수 없습니다")


def test_prose_is_no_table(tmp_path: Path) -> None:
    path = _write(
        tmp_path, "Dear all,", "we sold well", "yours", "and one more longer line here", name="letter.txt"
    )
    _fails(path, "letter.txt", "columns")


def test_folder_without_tables(tmp_path: Path) -> None:
    _fails(tmp_path, "empty", "비어")
    (tmp_path / "picture.png").write_bytes(b"png")
    _fails(tmp_path, "picture.png", "CSV")


def test_missing_columns_say_which_and_how_to_map(tmp_path: Path) -> None:
    path = _write(tmp_path, "shape,colour,amount", "round,red,3", "square,blue,4")
    _fails(path, "person_id", "ordered_at", "shape, colour, amount", "--map person_id=", "있는 제목")


def test_mapping_to_a_heading_that_is_not_there(tmp_path: Path) -> None:
    path = _write(tmp_path, HEAD, *GOOD)
    _fails(path, "매출액", "order_date", mapping={"amount": "매출액"})
    with pytest.raises(UnknownNameError, match="amount"):
        world(path, mapping={"amonut": "amount"})
    with pytest.raises(UnknownNameError, match="orders"):
        world(path, mapping={"noun": "oders"})


def test_null_ids(tmp_path: Path) -> None:
    loaded = _load(tmp_path, *GOOD, "4,,2025-01-09,1", "5,NULL,2025-01-09,1", "6, ,2025-01-09,1")
    assert loaded.loading.refused == {"no_id": 3}
    assert loaded.loading.rows_kept == 3


def test_unreadable_dates_and_amounts(tmp_path: Path) -> None:
    rows = [
        "4,Cat,yesterday,1",
        "5,Cat,2025-02-30,1",
        "6,Cat,,1",
        "7,Cat,2025-01-01,lots",
        "8,Cat,12.12.06,1",
    ]
    loaded = _load(tmp_path, *GOOD, *rows)
    assert loaded.loading.refused == {"bad_date": 3, "no_date": 1, "bad_amount": 1}
    assert [row["row_number"] for row in loaded.loading.refused_rows()] == [5, 6, 7, 8, 9]


def test_all_refused_says_why(tmp_path: Path) -> None:
    path = _write(tmp_path, HEAD, "1,Ann,soon,3", "2,Bob,later,4")
    _fails(path, "All 2 rows", "cannot be read as a date", "모두 거부", "ordered_at <- order_date")


def test_future_dates(tmp_path: Path) -> None:
    loaded = _load(tmp_path, *GOOD, "4,Cat,2125-01-01,1", not_after=date(2025, 3, 1))
    assert loaded.loading.refused == {"future": 1}
    assert loaded.as_of == date(2025, 2, 4)


def test_duplicates_with_an_id(tmp_path: Path) -> None:
    loaded = _load(tmp_path, *GOOD, GOOD[0], GOOD[0])
    assert loaded.loading.refused == {"duplicate": 2}
    assert loaded.loading.rows_made["orders"] == 3


def test_equal_rows_on_a_day_may_be_two_purchases(tmp_path: Path) -> None:
    loaded = _load(tmp_path, "Ann,2025-01-03,5", "Ann,2025-01-03,5", head="customer_id,date,amount")
    assert loaded.loading.refused == {}
    assert loaded.loading.rows_made["orders"] == 2
    assert "two purchases" in _notes(loaded)


def test_equal_rows_at_a_moment_are_one(tmp_path: Path) -> None:
    rows = ["Ann,2025-01-03 10:00:01,5"] * 2
    loaded = _load(tmp_path, *rows, head="customer_id,date,amount")
    assert loaded.loading.refused == {"duplicate": 1}


def test_the_same_file_twice_and_overlapping_exports(tmp_path: Path) -> None:
    one = _write(tmp_path, HEAD, *GOOD)
    two = _write(tmp_path, HEAD, *GOOD[1:], "4,Cat,2025-01-09,7", name="february.csv")
    loaded = _checked(world([one, two]))
    assert loaded.loading.refused == {"duplicate_elsewhere": 2}
    assert loaded.loading.rows_made["orders"] == 4
    assert "겹칩니다" in _notes(loaded)
    assert _checked(world([one, one])).loading.rows_made["orders"] == 3


def test_equal_invoice_lines_are_kept(tmp_path: Path) -> None:
    head = "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID"
    rows = ["A1,mug,1,2025-01-03 10:00:00,4.5,Ann"] * 2 + ["C536379,mug,-1,2025-01-04 10:00:00,4.5,Ann"]
    loaded = _load(tmp_path, *rows, head=head)
    assert _rows(loaded, "order_id, amount::double, is_return, item_count") == [
        ("A1", 9.0, False, 2), ("C536379", -4.5, True, -1),
    ]  # fmt: skip
    assert "two of the same gift" in _notes(loaded)


def test_a_total_on_every_line_counts_once(tmp_path: Path) -> None:
    rows = [
        "1,Ann,2025-01-03,30000,차",
        "1,Ann,2025-01-03,30000,컵",
        "2,Bob,2025-01-04,20000,차",
        "2,Bob,2025-01-04,20000,컵",
    ]
    loaded = _load(tmp_path, *rows, head="주문번호,고객번호,주문일,총결제금액,상품명")
    assert _rows(loaded, "order_id, amount::int") == [("1", 30000), ("2", 20000)]
    assert "주문 총액" in _notes(loaded)


def test_returns_negative_and_zero_amounts(tmp_path: Path) -> None:
    loaded = _load(tmp_path, *GOOD, "4,Ann,2025-02-09,-10.50", "5,Ann,2025-02-09,(3)", "6,Ann,2025-02-10,0")
    assert _rows(loaded, "is_return, count(*), sum(amount)::double from orders group by 1 --")[1] == (
        True,
        2,
        -13.5,
    )
    assert "1 rows with an amount of 0" in _notes(loaded)
    assert "2 rows are returns" in _notes(loaded)


def test_mixed_currencies_are_never_added(tmp_path: Path) -> None:
    rows = [f"{n},Ann,2025-01-0{n},10,{money}" for n, money in enumerate(["USD", "usd", "KRW", "USD", ""], 1)]
    loaded = _load(tmp_path, *rows, head=HEAD + ",currency")
    assert loaded.loading.currency == "USD"
    assert loaded.loading.refused == {"other_currency": 1}
    assert "1 rows in other currencies" in _notes(loaded)
    signs = _load(tmp_path, "1,Ann,2025-01-01,₩12000", "2,Ann,2025-01-02,3000원", "3,Ann,2025-01-03,$4")
    assert signs.loading.currency == "KRW"
    assert signs.loading.refused == {"other_currency": 1}


def test_naive_and_mixed_time_zones(tmp_path: Path) -> None:
    rows = [
        "1,Ann,2025-01-03T23:30:00Z,1",
        "2,Ann,2025-01-03 23:30:00,1",
        "3,Ann,2025-01-03T10:00:00-08:00,1",
    ]
    loaded = _load(tmp_path, *rows, settings=Settings(time_zone="Asia/Seoul"))
    assert [str(row[0]) for row in _rows(loaded, "ordered_on")] == ["2025-01-03", "2025-01-04", "2025-01-04"]
    assert [str(row[0]) for row in _rows(loaded, "ordered_at")] == [
        "2025-01-03 14:30:00", "2025-01-03 18:00:00", "2025-01-03 23:30:00",
    ]  # fmt: skip
    assert "2 rows carry a time zone" in _notes(loaded)
    assert "1 carry none" in _notes(loaded)


def test_ends_before_it_starts(tmp_path: Path) -> None:
    head = "subscription_id,customer_id,start_date,end_date,monthly_amount,status"
    rows = ["1,Ann,2025-01-01,2025-03-01,10,active", "2,Bob,2025-03-01,2025-01-01,10,active",
            "3,Cat,2025-01-01,9999-12-31,10,active", "4,Dan,2025-01-01,,10,canceled", "5,Dan,2025-01-01,,,active"]  # fmt: skip
    loaded = _load(tmp_path, *rows, head=head)
    assert loaded.loading.refused == {"end_before_start": 1, "no_end": 1, "no_amount": 1}
    assert _rows(loaded, "ended_on is null", "subscriptions") == [(False,), (True,)]


def test_broken_bytes_refuse_the_row_and_not_the_file(tmp_path: Path) -> None:
    good = ["1,김단골,2025-01-03,10", "2,이손님,2025-01-04,10", "3,박고객,2025-01-05,10"]
    path = tmp_path / "orders.csv"
    path.write_bytes("\n".join([HEAD, *good, ""]).encode() + b"4,\xff\xfe\xba,2025-01-06,10\n")
    loaded = _checked(world(path))
    assert loaded.loading.refused == {"broken_text": 1}
    assert loaded.loading.rows_kept == 3


def test_too_many_cells(tmp_path: Path) -> None:
    loaded = _load(tmp_path, *GOOD, "4,Ann,2025-02-03,1,234", "5,Bob")
    assert loaded.loading.refused == {"too_many_cells": 1, "no_date": 1}


def test_cells_with_line_breaks(tmp_path: Path) -> None:
    loaded = _load(tmp_path, '1,"Ann\nSmith",2025-01-03,10', *GOOD[1:])
    assert loaded.loading.rows_kept == 3


def test_cancelled_orders_are_no_purchase(tmp_path: Path) -> None:
    rows = ["1,Ann,2025-01-03,10,paid", "2,Ann,2025-01-04,10,refunded", "3,Ann,2025-01-05,10,취소완료"]
    loaded = _load(tmp_path, *rows, head=HEAD + ",Financial Status")
    assert loaded.loading.refused == {"not_a_purchase": 2}


def test_day_and_month_by_evidence(tmp_path: Path) -> None:
    day_first = _load(tmp_path, "1,Ann,03/01/2025,1", "2,Ann,25/01/2025,1")
    assert str(_rows(day_first, "ordered_on")[0][0]) == "2025-01-03"
    assert "1 dates can only be so" in _notes(day_first)
    month_first = _load(tmp_path, "1,Ann,01/03/2025,1", "2,Ann,01/25/2025,1")
    assert str(_rows(month_first, "ordered_on")[0][0]) == "2025-01-03"
    open_either_way = _load(tmp_path, "1,Ann,03/01/2025,1")
    assert str(_rows(open_either_way, "ordered_on")[0][0]) == "2025-03-01"
    assert "--map date_order=dmy" in _notes(open_either_way)
    asked = _load(tmp_path, "1,Ann,03/01/2025,1", mapping={"date_order": "dmy"})
    assert str(_rows(asked, "ordered_on")[0][0]) == "2025-01-03"


def test_a_folder_of_mixed_files(tmp_path: Path) -> None:
    _write(tmp_path, HEAD, *GOOD)
    _write(tmp_path, "a,b", "1,2", name="other.csv")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 no")
    (tmp_path / ".hidden").write_bytes(b"x")
    loaded = _checked(world(tmp_path))
    assert loaded.loading.rows_made["orders"] == 3
    problems = {Path(file.path).name: file.problem for file in loaded.loading.not_understood}
    assert set(problems) == {"other.csv", "notes.pdf", "broken.parquet"}
    assert all(problem and problem.ko != problem.en for problem in problems.values())


def test_refused_rows_in_a_file_that_a_spreadsheet_can_open(tmp_path: Path) -> None:
    loaded = _load(tmp_path, *GOOD, "4,=cmd(),soon,1", "5,,2025-01-01,1")
    target = tmp_path / "refused.csv"
    assert loaded.loading.write_refused(target, "ko") == 2
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["code"] for row in rows] == ["bad_date", "no_id"]
    assert rows[0]["reason"] == REFUSALS["bad_date"].ko
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_every_reason_says_itself() -> None:
    for code, said in REFUSALS.items():
        assert said.en.endswith(".")
        assert said.ko.endswith("다.")
        assert code.isidentifier()


MESSY = st.tuples(
    st.sampled_from(["1", "2", "3", "", "x7"]),
    st.sampled_from(["Ann", "Bob", "", " ", "NULL", "고객"]),
    st.sampled_from(["2025-01-03", "2025.2.3", "31/12/2025", "", "soon", "2999-01-01", "45000"]),
    st.sampled_from(["1", "-2", "1,000", "₩3", "", "many", "0"]),
    st.sampled_from(["", ",extra"]),
)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(rows=st.lists(MESSY, min_size=1, max_size=30))
def test_kept_and_refused_make_what_was_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any]
) -> None:
    path = tmp_path_factory.mktemp("messy") / "orders.csv"
    lines = ["1,Ann,2025-01-03,5", *(f'{o},{p},{d},"{a}"{x}' for o, p, d, a, x in rows)]
    path.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    loaded = _checked(world(path, not_after=date(2026, 1, 1)))
    assert loaded.loading.rows_read == len(lines)
    loaded.close()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_quote_left_open_is_named_for_what_it_is(tmp_path: Path, place: int) -> None:
    """It swallows the lines after it; the reason must not speak of a bad number or an empty date."""
    rows = [[f"Ann{n}", f"2025-01-{n:02d}", "10"] for n in range(1, 21)]
    rows[4][place] = '"' + rows[4][place]
    path = tmp_path / "orders.csv"
    path.write_text(
        "\n".join(",".join(row) for row in [["customer_id", "order_date", "amount"], *rows]) + "\n"
    )
    loaded = world(path)
    assert loaded.loading.refused == {"unclosed_quote": 1}
    assert loaded.loading.rows_kept == 4
    assert "not closed" in REFUSALS["unclosed_quote"].en


def test_a_day_before_the_first_row_is_a_sentence(tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("customer_id,order_date,amount\nann,2026-03-05,10\n", encoding="utf-8")
    with pytest.raises(RequestError) as error:
        world(orders, as_of=date(2026, 3, 5))
    assert "2026-03-05" in error.value.in_("en")
    assert "2026-03-06" in error.value.in_("ko")
    assert world(orders, as_of=date(2026, 3, 6)).metric("repeat_purchase_rate").rows


def test_a_shop_with_a_subscription_or_two_stays_a_shop() -> None:
    orders = [
        {"order_id": str(n), "person_id": who, "ordered_on": date(2025, month, 1), "amount": 10}
        for n, (who, month) in enumerate([("ann", 1), ("ann", 2), ("bob", 1), ("ann", 3)])
    ]
    one = [{"person_id": "cat", "started_on": date(2025, 3, 1), "mrr_amount": 5}]
    both = world({"orders": orders, "subscriptions": one}, settings=Settings(customers="orders"))
    shop = world({"orders": orders}, as_of=both.as_of)
    assert both.activity_noun == "orders"
    period = {"period": shop.period()}
    assert (
        both.metric("customer_retention_rate", **period).rows
        == shop.metric("customer_retention_rate", **period).rows
    )
