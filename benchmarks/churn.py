"""How long does it take to learn who will leave, to score, and to say why? Each beside LightGBM's plain call.

python -m benchmarks.churn [--customers 1000000] [--dry]

- train: everything from features to a model with its card (contenders, folds, calibration, checks); beside it, one
  plain `lightgbm.train` of the same trees on the same rows;
- score: calibrated chances; beside it, a plain `Booster.predict`;
- explain: the three strongest families of each customer; beside it, a plain `predict(pred_contrib=True)`, below
  which nothing can go that uses it; and the same as sentences in two languages.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from dangol.core.features.feature import Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.boosting import Boosting
from dangol.core.predict.churn import ChurnModel, fit_churn
from dangol.core.predict.labelled import Labelled

KEPT = Path(__file__).parent / "churn.json"
FEATURES, SIGNALS, SEED = 30, 8, 1
T = TypeVar("T")


def main() -> None:
    """Run everything, print it, and keep the result."""
    parser = argparse.ArgumentParser(prog="benchmarks.churn")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--dry", action="store_true", help="print, and leave the committed results alone")
    options = parser.parse_args()
    rows = customers(options.customers)
    took, model = timed(lambda: fit_churn([rows], horizon_days=30, seed=SEED))
    found: dict[str, Any] = {"customers": len(rows), "features": FEATURES, "chosen": model.card.chosen}
    found["train"] = told(took, timed(lambda: plain_training(model, rows))[0])
    found |= scored(model, rows.matrix)
    found["train and score s"] = round(took + found["score"]["s"], 1)
    found["peak MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(found, indent=1))
    if not options.dry:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")


def customers(count: int) -> Labelled:
    """Customers of thirty features, eight of which go with leaving, not all of them in a straight line."""
    dice = np.random.default_rng(SEED)
    values = dice.normal(size=(count, FEATURES))
    weights = np.linspace(0.8, 0.1, SIGNALS)
    odds = values[:, :SIGNALS] @ weights + 0.5 * (values[:, 0] > 1) * (values[:, 1] > 0) - 2.2
    has_left = dice.random(count) < 1 / (1 + np.exp(-odds))
    values[dice.random(values.shape) < 0.05] = np.nan
    families = ("usage", "purchases", "payment", "value", "support", "voice")
    described = {
        f"x{at}": Feature(f"x{at}", Said(f"Number {at}", f"수치 {at}"), families[at % len(families)], "number", int(at < SIGNALS))  # type: ignore[arg-type]
        for at in range(FEATURES)
    }  # fmt: skip
    return Labelled(FeatureMatrix(np.arange(count), tuple(described), values, described=described), has_left)


def plain_training(model: ChurnModel, rows: Labelled) -> Any:
    """The trees of the model once more, with nothing around them."""
    import lightgbm

    trees = _trees(model)
    settings = dict(lightgbm.Booster(model_str=trees.text).params)
    settings |= {"verbose": -1, "num_threads": 2, "deterministic": True, "force_row_wise": True}
    data = lightgbm.Dataset(rows.matrix.values, label=rows.has_left.astype(float), params={"verbose": -1})
    count = lightgbm.Booster(model_str=trees.text).num_trees()
    return lightgbm.train(settings, data, num_boost_round=count)


def scored(model: ChurnModel, matrix: FeatureMatrix) -> dict[str, Any]:
    """Scores and explanations, each beside the plain call."""
    import lightgbm

    booster = lightgbm.Booster(model_str=_trees(model).text)
    score = timed(lambda: model.score(matrix))[0]
    plain_score = timed(lambda: booster.predict(matrix.values, num_threads=2))[0]
    explain = timed(lambda: model.explainer.explanation(matrix))[0]
    plain_explain = timed(lambda: booster.predict(matrix.values, pred_contrib=True, num_threads=2))[0]
    say = timed(lambda: model.reasons(matrix))[0]
    return {
        "score": told(score, plain_score),
        "explain": told(explain, plain_explain),
        "explain in sentences": told(say, plain_explain),
    }


def _trees(model: ChurnModel) -> Boosting:
    return next(each.predictor for each in model.ways if isinstance(each.predictor, Boosting))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what came of it."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def told(ours: float, plain: float) -> dict[str, float]:
    """Seconds, and how many times the plain call's."""
    return {"s": round(ours, 1), "plain s": round(plain, 1), "times the plain call": round(ours / plain, 1)}


if __name__ == "__main__":
    main()
