"""Who will leave, by many small trees? LightGBM set up for a few thousand customers, not for millions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Final

import numpy as np

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.columns import Columns, Numbers, columns_from_plain
from dangol.core.predict.labelled import Flags
from dangol.core.predict.tree_shares import TreeShares, tree_shares

SLOWLY: Final = 0.03
"""The learning rate: what each tree may add of what it finds."""
TREES: Final = (50, 100, 200, 300, 400, 600)
"""Numbers of trees that are tried; the last is the most that are grown."""
QUICKLY: Final = 0.1
FEWER_TREES: Final = (50, 100, 200)
"""The same with many rows, which do not over-fit so easily and take their time."""
MANY_ROWS: Final = 100_000
MANY_LEAVERS: Final = 5000
"""From so many leavers on a tree has eight leaves, below four: the default of 31 over-fits a few thousand rows."""
_SHARED_FROM: Final = 300_000
"""From so many rows on two threads share the work; with fewer they wait for one another longer than they work."""


@dataclass(frozen=True, eq=False)
class Boosting:
    """A fitted ensemble as LightGBM's own text, read back when it is first asked."""

    columns: Columns
    text: str
    name: ClassVar[str] = "boosting"

    @cached_property
    def _booster(self) -> Any:
        import lightgbm

        return lightgbm.Booster(model_str=self.text)

    @cached_property
    def _shares(self) -> TreeShares | None:
        return tree_shares(self._booster.dump_model())

    def margins(self, matrix: FeatureMatrix) -> Numbers:
        """Log-odds of leaving: float64[n]."""
        if not len(matrix):
            return np.empty(0)
        return np.asarray(
            self._booster.predict(
                self.columns.values(matrix), raw_score=True, num_threads=_threads(len(matrix))
            )
        )

    def contributions(self, matrix: FeatureMatrix) -> Numbers:
        """Exact Shapley values of the trees in log-odds, float64[n, k]. Lundberg et al. 2020 (TreeSHAP)."""
        if not len(matrix):
            return np.empty((0, len(self.columns.features)))
        values = self.columns.values(matrix)
        if self._shares is not None:
            return self._shares.of(values)
        return np.asarray(
            self._booster.predict(values, pred_contrib=True, num_threads=_threads(len(matrix)))
        )[:, :-1]

    def gains(self) -> dict[str, float]:
        """The share of the gain of all splits that each feature has, 0 to 1; empty where nothing was split."""
        gain = self._booster.feature_importance("gain")
        total = gain.sum()
        return dict(zip(self.columns.names, map(float, gain / total), strict=True)) if total else {}

    def margins_after(self, matrix: FeatureMatrix, trees: Sequence[int]) -> Numbers:
        """Log-odds after so many trees each, rising: float64[n, len(trees)]."""
        values, before, steps = self.columns.values(matrix), 0, []
        for until in trees:
            part = self._booster.predict(
                values,
                raw_score=True,
                start_iteration=before,
                num_iteration=until - before,
                num_threads=_threads(len(matrix)),
            )
            steps.append(part)
            before = until
        return np.cumsum(np.column_stack(steps), axis=1)

    def to_plain(self) -> dict[str, Any]:
        """Everything of it, for JSON."""
        return {"name": self.name, "columns": self.columns.to_plain(), "text": self.text}


def boosting_from_plain(plain: Mapping[str, Any]) -> Boosting:
    """What `Boosting.to_plain` wrote."""
    return Boosting(columns_from_plain(plain["columns"]), plain["text"])


def pace(rows: int) -> tuple[float, tuple[int, ...]]:
    """Learning rate and the numbers of trees to try, for so many rows."""
    return (QUICKLY, FEWER_TREES) if rows >= MANY_ROWS else (SLOWLY, TREES)


def fit_boosting(
    matrix: FeatureMatrix,
    has_left: Flags,
    columns: Columns,
    seed: int,
    trees: int = TREES[-1],
    rate: float = SLOWLY,
) -> Boosting:
    """Trees fitted to who left, never against a feature's known direction; the same seed gives the same text.

    Learning rate 0.03 (0.1 with many rows), 4 or 8 leaves of at least 40 customers, half of the features a tree, L2 of 10; a category is
    split off one at a time up to 32 words. Source of the settings: SCIENCE 3.5 and 7, tried on Telco.
    """
    import lightgbm

    names = [f"f{at}" for at in range(len(columns.features))]
    rows = lightgbm.Dataset(
        columns.values(matrix),
        label=has_left.astype(np.float64),
        feature_name=names,
        categorical_feature=[
            at for at, each in enumerate(columns.features) if each.name in columns.categories
        ],
        params={"verbose": -1},
        free_raw_data=True,
    )
    booster = lightgbm.train(_settings(columns, has_left, seed, rate), rows, num_boost_round=trees)
    return Boosting(columns, booster.model_to_string())


def _threads(rows: int) -> int:
    return 2 if rows >= _SHARED_FROM else 1


def _settings(columns: Columns, has_left: Flags, seed: int, rate: float) -> dict[str, Any]:
    return {
        "objective": "binary",
        "learning_rate": rate,
        "num_leaves": 8 if has_left.sum() >= MANY_LEAVERS else 4,
        "min_data_in_leaf": 40,
        "feature_fraction": 0.5,
        "lambda_l2": 10.0,
        "max_cat_to_onehot": 32,
        "monotone_constraints": [
            0 if each.name in columns.categories else each.direction for each in columns.features
        ],
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": _threads(len(has_left)),
        "verbose": -1,
    }
