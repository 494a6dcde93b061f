"""Do the tables give the same exact contributions as LightGBM works out, whatever is unknown or new?"""

from __future__ import annotations

from dataclasses import replace

import lightgbm
import numpy as np
import pytest

from dangol.core.predict.boosting import fit_boosting
from dangol.core.predict.columns import columns_of
from dangol.core.predict.tree_shares import tree_shares
from tests_support.churners import churners


@pytest.mark.parametrize(("count", "rate"), [(1500, 0.0), (12_000, 1.0)], ids=["four leaves", "eight leaves"])
def test_tables_agree_with_lightgbm(count: int, rate: float) -> None:
    rows = churners(count, seed=3, rate=rate)
    columns = columns_of(rows.matrix)
    trees = fit_boosting(rows.matrix, rows.has_left, columns, 1, 60)
    matrix = rows.matrix.take(np.arange(1000))
    holes = np.random.default_rng(1).random(matrix.values.shape) < 0.3
    broken = replace(matrix, values=np.where(holes, np.nan, matrix.values))
    booster = lightgbm.Booster(model_str=trees.text)
    for each in (matrix, broken):
        plain = booster.predict(columns.values(each), pred_contrib=True, num_threads=1)
        assert trees.contributions(each) == pytest.approx(plain[:, :-1], abs=1e-12)


def test_large_trees_are_left_to_lightgbm() -> None:
    dice = np.random.default_rng(2)
    values = dice.normal(size=(2000, 4))
    data = lightgbm.Dataset(values, label=(values.sum(axis=1) > 0).astype(float), params={"verbose": -1})
    settings = {"objective": "binary", "num_leaves": 31, "verbose": -1, "num_threads": 1}
    assert tree_shares(lightgbm.train(settings, data, 3).dump_model()) is None
    stump = lightgbm.train(settings | {"num_leaves": 2}, data, 3)
    shares = tree_shares(stump.dump_model())
    assert shares is not None
    assert shares.of(values) == pytest.approx(stump.predict(values, pred_contrib=True)[:, :-1], abs=1e-12)
