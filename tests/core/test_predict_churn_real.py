"""Do the churn models reach the figures found on Telco, on a cable company and on a gift shop?"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dangol
from dangol.core.predict.calibration import calibration_error
from dangol.core.predict.card import Card
from dangol.core.predict.churn import ChurnModel, fit_churn
from dangol.core.predict.discrimination import auc
from dangol.core.predict.labelled import Labelled
from dangol.core.predict.labelled_table import labels_in, read_labelled_table
from dangol.core.predict.value.bg_nbd import BgNbd
from dangol.core.predict.value.histories import PurchaseHistories

pytestmark = pytest.mark.data
T = date(2011, 9, 9)


def _columns(path: Path) -> dict[str, list[str]]:
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def _value(card: Card, name: str) -> float:
    figure = card.figure(name)
    assert figure is not None
    assert figure.value is not None
    return figure.value


def _of(card: Card, rival: str, name: str) -> float:
    figures: Mapping[str, Any] = {
        each.name: each for one in card.baselines if one.name == rival for each in one.figures
    }
    return float(figures[name].value)


@cache
def _telco(data: Path) -> tuple[Labelled, ChurnModel]:
    rows = read_labelled_table(_columns(data / "telco.csv"))
    return rows, fit_churn([rows], horizon_days=30, seed=42)


def test_telco_is_read_as_it_is(data: Path) -> None:
    rows, _ = _telco(data)
    assert labels_in(_columns(data / "telco.csv")) == "Churn"
    assert (len(rows), rows.left_count, len(rows.matrix.names)) == (7043, 1869, 19)
    assert np.isnan(rows.matrix.column("TotalCharges")).sum() == 11
    assert rows.matrix.categories["Contract"] == ("Month-to-month", "One year", "Two year")


def test_telco_in_five_folds(data: Path) -> None:
    card = _telco(data)[1].card
    assert card.chosen == "boosting"
    assert card.is_usable
    assert np.mean(card.facts["fold_auc"]) >= 0.849
    assert _value(card, "ece") <= 0.01
    assert _value(card, "brier") <= 0.1337
    assert _value(card, "lift_10") == pytest.approx(2.87, abs=0.02)
    # Found before 10.32, by other trees; of trees of this kind it lies between 10.25 and 10.33.
    assert _value(card, "empc") == pytest.approx(10.32, abs=0.03)
    assert _value(card, "empc_share") == pytest.approx(0.51, abs=0.01)
    assert _of(card, "logistic", "auc") == pytest.approx(0.8451, abs=0.001)


def test_telco_reasons_are_contract_and_tenure(data: Path) -> None:
    rows, model = _telco(data)
    table = model.card.table("features")
    assert table is not None
    assert [row[0] for row in table.rows][:2] == ["Contract", "tenure"]
    first = model.reasons(rows.matrix.take(np.array([int(model.score(rows.matrix).argmax())])))[0]
    assert len(first) == 3
    assert all(each.contribution > 0 for each in first)
    assert any(each.said.en == "tenure: 1 (typical: 29) – associated with leaving." for each in first)


def test_a_cable_company_with_few_leavers(data: Path) -> None:
    rows = read_labelled_table(_columns(data / "churn_tv_subscriptions.csv.gz"))
    assert (len(rows), rows.left_count) == (9379, 449)
    assert not {name for name in rows.matrix.names if name.startswith("C_")}
    card = fit_churn([rows], horizon_days=30, seed=42).card
    # Found before: .726 with a spread of .024 over the folds; here .723.
    assert np.mean(card.facts["fold_auc"]) == pytest.approx(0.726, abs=0.005)
    assert card.facts["calibration"] == "platt"
    assert _value(card, "ece") <= 0.01


@cache
def _shop(data: Path) -> Any:
    import duckdb

    rows = duckdb.sql(
        f"select 'c' || cid::int, day::date, amt from '{data / 'online_retail_ii_orders.parquet'}' "
        "where cid is not null and amt > 0"
    ).fetchall()
    orders = [{"person_id": who, "ordered_on": day, "amount": amount} for who, day, amount in rows]
    return dangol.world({"orders": orders}, as_of=date(2011, 12, 9)).with_settings(inactivity_days=180)


def _histories(data: Path) -> PurchaseHistories:
    """Everybody who bought before T, at risk or not."""
    import duckdb

    found = duckdb.sql(
        "select count(*) - 1, max(day) - min(day), t - min(day) from (select distinct cid, day::date as day, "
        f"date '{T}' as t from '{data / 'online_retail_ii_orders.parquet'}' where cid is not null and amt > 0) "
        "where day < t group by cid, t"
    ).fetchnumpy()
    x, t_x, age = (np.ma.filled(each).astype(float) for each in found.values())
    return PurchaseHistories(np.arange(len(x)), x, t_x, age, np.full(len(x), np.nan))


@cache
def _shop_training(data: Path) -> tuple[Labelled, ...]:
    """Snapshots four weeks apart whose outcome was known on the last day, and that day."""
    days = [T - timedelta(days=28 * back) for back in (13, 9, 8, 7, 6, 5, 4)]
    return tuple(_shop(data).training(90, 0, [*days, T]))


def test_a_shop_after_the_shift_of_the_season(data: Path) -> None:
    training = _shop_training(data)
    assert (len(training[-1]), round(training[-1].base_rate or 0, 3)) == (2779, 0.385)
    rhythm = BgNbd.fit(_histories(data))
    card = fit_churn(training, horizon_days=90, seed=1, rhythm=rhythm).card
    assert card.is_usable
    assert card.facts["season"] == "last_year"
    assert card.facts["judged_count"] == 2779
    assert _value(card, "auc") >= 0.766
    assert _value(card, "ece") <= 0.03
    assert _value(card, "brier") <= 0.1892
    assert _of(card, "recency", "auc") == pytest.approx(0.658, abs=5e-4)
    assert _of(card, "bg_nbd", "auc") == pytest.approx(0.762, abs=1e-3)


def test_the_purchase_rhythm_is_a_rule_to_beat(data: Path) -> None:
    last = _shop_training(data)[-1]
    matrix = last.matrix
    histories = PurchaseHistories(
        matrix.person_ids, *(matrix.column(f"purchase_{name}") for name in ("repeat_count", "recency_days", "age_days")),
        np.full(len(matrix), np.nan),
    )  # fmt: skip
    silent = BgNbd.fit(_histories(data)).silent(histories, 90)
    area = auc(last.has_left, silent)
    assert area is not None
    assert area.value == pytest.approx(0.762, abs=5e-4)
    assert calibration_error(last.has_left, silent) == pytest.approx(0.092, abs=5e-3)
