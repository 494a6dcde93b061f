"""Does `dangol predict` tell who will leave and what they are worth, from files alone, in both languages, or why not?"""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests_support.terminal import Run


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen months of orders of 260 customers: some come every fortnight, some stop, some came once."""
    random = np.random.default_rng(8)
    path = tmp_path_factory.mktemp("shop") / "orders.csv"
    start, lines = date(2024, 1, 1), ["customer_id,order_date,amount,currency"]
    for person in range(260):
        day, leave = float(random.integers(0, 300)), random.beta(0.8, 6)
        pace = random.gamma(3, 8) + 4
        while day < 425:
            lines.append(f"p{person:03d},{start + timedelta(days=int(day))},{random.gamma(4, 9):.2f},EUR")
            if random.random() < leave:
                break
            day += max(random.exponential(pace), 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain table of 600 customers: who pays month by month, by check, or calls often leaves more often."""
    random = np.random.default_rng(2)
    path = tmp_path_factory.mktemp("table") / "customers.csv"
    lines = ["customerID,Contract,Payment,calls,tenure,MonthlyCharges,Churn"]
    for person in range(600):
        is_monthly, by_check = random.random(2) < 0.5
        calls, tenure, price = random.poisson(1.5), int(random.integers(1, 60)), random.uniform(20, 90)
        odds = -2.6 + 1.1 * is_monthly + 0.8 * by_check + 0.5 * calls - 0.03 * tenure + 0.01 * price
        left = random.random() < 1 / (1 + np.exp(-odds))
        contract, payment = "Month-to-month" if is_monthly else "Two year", "check" if by_check else "card"
        lines.append(f"c{person},{contract},{payment},{calls},{tenure},{price:.2f},{'Yes' if left else 'No'}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def everybody(folder: Path) -> list[dict[str, str]]:
    with (folder / "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_shop(dangol: Run, shop: Path) -> None:
    ended = dangol("predict", shop, "--out", "seen", "--horizon", "60")
    assert ended.code == 0, ended.err
    assert "likely to leave within the next 60 days" in ended.out
    assert "expected and" in ended.out
    rows = everybody(Path("seen"))
    assert len(rows) == 260
    risks = [float(row["value_at_risk"]) for row in rows if row["value_at_risk"]]
    assert risks == sorted(risks, reverse=True)
    assert all(float(row["value_low"]) <= float(row["value_high"]) for row in rows if row["value"])
    chances = [float(row["chance"]) for row in rows if row["chance"]]
    assert 0 <= min(chances) <= max(chances) <= 1
    page = (Path("seen") / "predict.html").read_text(encoding="utf-8")
    for part in ("Whom to look at first?", "What are they still worth?", "<svg", "€"):
        assert part in page
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_a_table_that_says_who_left(dangol: Run, table: Path) -> None:
    ended = dangol("predict", table, "--lang", "ko", "--json")
    assert ended.code == 0, ended.err
    assert "날짜가 없어" in ended.err
    told = json.loads(ended.out)
    assert told["format"] == "dangol.foresight/1"
    assert told["churn_card"]["is_usable"]
    assert told["value_card"]["chosen"] == "sbg"
    first = told["customers"][0]
    assert first["customer"].startswith("c")
    assert "이탈과 함께 나타납니다" in first["reasons"]
    assert first["value_at_risk"] == pytest.approx(first["chance"] * first["value"], rel=0.01)
    stayed = sum(line.endswith("No") for line in table.read_text().splitlines())
    assert len(told["customers"]) == stayed
    page = Path("foresight/predict.html").read_text(encoding="utf-8")
    assert 'lang="ko"' in page


def test_a_leak_is_said_and_can_be_left_out(dangol: Run, table: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines()
    refund = [f"{line},{int(line.endswith('Yes'))}" for line in lines[1:]]
    Path("leaking.csv").write_text("\n".join([f"{lines[0]},refunded", *refund]) + "\n", encoding="utf-8")
    ended = dangol("predict", "leaking.csv")
    assert ended.code == 0, ended.err
    assert "Who will leave cannot be said" in ended.out
    assert "refunded" in Path("foresight/predict.html").read_text(encoding="utf-8")
    assert "likely to leave" in dangol("predict", "leaking.csv", "--leave-out", "refunded").out
    without_prices = [
        ",".join([*line.split(",")[:4], *line.split(",")[6:]]) for line in [f"{lines[0]},refunded", *refund]
    ]
    Path("leaking.csv").write_text("\n".join(without_prices) + "\n", encoding="utf-8")
    refused = dangol("predict", "leaking.csv")
    assert refused.code == 3
    assert "refunded" in refused.err
    assert "tenure (in months)" in refused.err


def test_the_same_seed_gives_the_same_letters(dangol: Run, table: Path) -> None:
    first, second = (dangol("predict", table, "--json", "--seed", "7").out for _ in range(2))
    assert first == second


def test_too_little_is_said(dangol: Run, orders: Path) -> None:
    ended = dangol("predict", orders)
    assert ended.code == 3
    assert "4 customers" in ended.err
    assert "고객이 4명" in dangol("predict", orders, "--lang", "ko").err


def test_a_file_in_place_of_the_folder_is_said(dangol: Run, table: Path) -> None:
    Path("there").write_text("", encoding="utf-8")
    ended = dangol("predict", table, "--out", "there")
    assert (ended.code, "That is a file" in ended.err) == (2, True)


def test_what_makes_no_sense_is_refused(dangol: Run, orders: Path) -> None:
    assert dangol("predict", orders, "--margin", "0").code == 2
    assert dangol("predict", orders, "--discount", "1.5").code == 2
    assert dangol("predict", orders, "--horizon", "0").code == 2


def test_subscribers_who_have_all_left(dangol: Run) -> None:
    lines = ["customer_id,start_date,end_date,mrr"]
    lines += [f"a{n},2024-01-{1 + n % 28:02d},2024-{2 + n % 9:02d}-15,30" for n in range(60)]
    Path("subscriptions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ended = dangol("predict", "subscriptions.csv", "--out", "gone")
    assert ended.code == 0, ended.err
    assert "Nobody is a customer any more" in ended.out
