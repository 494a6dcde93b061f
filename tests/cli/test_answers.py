"""Does each command answer on stdout, with notes on stderr, in the language that was asked for?"""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from pathlib import Path

from dangol.cli.clock import today
from dangol.cli.demo_report import room_for_business
from dangol.core.metrics import catalogue
from tests_support.terminal import Run


def test_the_list_names_every_metric(dangol: Run) -> None:
    listed = dangol("metric", "list").out.splitlines()
    assert [line.split()[0] for line in listed] == list(catalogue())
    read = json.loads(dangol("metric", "list", "--json", "--lang", "ko").out)
    assert {each["metric"] for each in read} == set(catalogue())
    assert re.search("[가-힣]", read[0]["says"])


def test_a_metric_explains_itself(dangol: Run) -> None:
    shown = dangol("metric", "show", "customer_retention_rate").out
    for part in ("|start and end| / |start|", "tenures", "grain=day|week|month|quarter|year", "kept_count"):
        assert part in shown
    assert "설정" in dangol("metric", "show", "customer_retention_rate", "--lang", "ko").out
    facts = json.loads(dangol("metric", "show", "customer_retention_rate", "--json").out)
    assert facts["columns"]["rate"] == "float64"
    assert facts["settings"]["grain"]["default"] == "month"


def test_a_metric_answers(dangol: Run, orders: Path) -> None:
    arguments = ("metric", "run", "repeat_purchase_rate", orders)
    ended = dangol(*arguments, "--json")
    assert ended.code == 0
    answer = json.loads(ended.out)
    assert answer["data"]["rows_kept"] == 8
    assert answer["as_of"] == "2025-05-02"
    assert answer["rows"]
    table = dangol(*arguments).out.splitlines()
    assert table[0].split() == list(answer["columns"])
    rows = list(csv.DictReader(dangol(*arguments, "--csv").out.splitlines()))
    assert len(rows) == len(answer["rows"])


def test_settings_reach_the_metric(dangol: Run, orders: Path) -> None:
    arguments = ("--set", "grain=quarter", "--set", "period=2025-01-01..2025-04-01")
    answer = json.loads(dangol("metric", "run", "customer_retention_rate", orders, *arguments, "--json").out)
    assert [row["starts_on"] for row in answer["rows"]] == ["2025-01-01"]


def test_notes_say_what_was_found(dangol: Run, orders: Path) -> None:
    said = dangol("metric", "run", "repeat_purchase_rate", orders).err
    assert "orders.csv: Orders, 8 of 8 rows" in said
    assert "person_id = customer_id" in said
    assert "주문" in dangol("metric", "run", "repeat_purchase_rate", orders, "--lang", "ko").err


def test_a_report_in_each_language(dangol: Run, orders: Path, tmp_path: Path) -> None:
    ended = dangol("report", orders)
    assert ended.code == 0
    assert ended.out.strip()
    assert "report.html" in ended.err
    assert 'lang="en"' in (tmp_path / "report.html").read_text(encoding="utf-8")
    korean = dangol("report", orders, "--lang", "ko", "--out", "ko.html")
    assert re.search("[가-힣]", korean.out)
    assert 'lang="ko"' in (tmp_path / "ko.html").read_text(encoding="utf-8")


def test_a_report_for_programs(dangol: Run, orders: Path, tmp_path: Path) -> None:
    assert dangol("report", orders, "--json", "numbers.json").code == 0
    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    assert numbers == json.loads(dangol("report", orders, "--json", "-").out)
    assert numbers["as_of"] == "2025-05-02"


def test_korean_headings_in_cp949(dangol: Run, tmp_path: Path) -> None:
    path = tmp_path / "주문.csv"
    path.write_bytes(
        "고객번호,주문일,금액\n가,2025-01-03,1000\n가,2025-02-03,2000\n나,2025-01-05,500\n".encode("cp949")
    )
    ended = dangol("metric", "run", "repeat_purchase_rate", path, "--json", "--lang", "ko")
    assert ended.code == 0
    assert json.loads(ended.out)["data"]["files"][0]["columns"]["person_id"] == "고객번호"


def test_map_overrides_what_was_found(dangol: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c\nann,2025-01-03,10\nbob,2025-01-04,20\n", encoding="utf-8")
    mapping = ("--map", "person_id=a", "--map", "ordered_on=b", "--map", "amount=c")
    ended = dangol("metric", "run", "repeat_purchase_rate", path, *mapping)
    assert ended.code == 0, ended.err
    assert "amount = c (as told)" in ended.err


def test_refused_rows_are_counted_and_kept(dangol: Run, orders: Path, tmp_path: Path) -> None:
    later = today("UTC") + timedelta(days=3)
    with orders.open("a", encoding="utf-8") as file:
        file.write(f"eve,{later},5\n,2025-01-01,5\nfay,soon,5\n")
    ended = dangol("metric", "run", "repeat_purchase_rate", orders, "--json", "--refused", "refused.csv")
    data = json.loads(ended.out)["data"]
    assert data["rows_read"] - data["rows_kept"] == sum(data["refused"].values()) == 3
    assert data["refused"]["future"] == 1
    kept = list(csv.reader((tmp_path / "refused.csv").open(encoding="utf-8-sig")))
    assert len(kept) == 4
    assert "refused: 1 rows" in ended.err


def test_as_of_cuts(dangol: Run, orders: Path) -> None:
    answer = json.loads(
        dangol("metric", "run", "repeat_purchase_rate", orders, "--as-of", "2025-03-01", "--json").out
    )
    assert answer["as_of"] == "2025-03-01"


def test_a_simulated_business_tells_its_truths(dangol: Run, tmp_path: Path) -> None:
    ended = dangol("simulate", "--customers", "60", "--seed", "3", "--out", "one", "--json")
    assert ended.code == 0
    truths = json.loads(ended.out)
    assert truths["business"]["seed"] == 3
    assert (
        json.loads(dangol("simulate", "--customers", "60", "--seed", "3", "--out", "two", "--json").out)
        == truths
    )
    assert "구멍" in dangol("simulate", "--customers", "60", "--out", "three", "--lang", "ko").out
    assert (tmp_path / "one" / "people").is_dir()


def test_the_demo_writes_both_reports(dangol: Run, tmp_path: Path) -> None:
    ended = dangol("demo", "--report", "demo", "--customers", "100")
    assert ended.code == 0, ended.err
    assert ended.out.splitlines() == [
        (tmp_path / "demo" / name).as_uri() for name in ("report.html", "report.ko.html")
    ]
    assert "Open the report" in ended.err
    for name in ("report.html", "report.ko.html"):
        assert (tmp_path / "demo" / name).stat().st_size > 10_000


def test_a_second_demo_replaces_only_the_first(tmp_path: Path) -> None:
    kept, replaced = tmp_path / "kept" / "business", tmp_path / "demo" / "business"
    (replaced / "_truth").mkdir(parents=True)
    (replaced / "_truth" / "truths.json").touch()
    kept.mkdir(parents=True)
    assert [room_for_business(path.parent) for path in (kept, replaced)] == [kept, replaced]
    assert (kept.exists(), replaced.exists()) == (True, False)


def test_the_day_is_that_of_the_zone() -> None:
    assert 1 <= (today("Pacific/Kiritimati") - today("Pacific/Pago_Pago")).days <= 2
