"""What does choosing customers by effect earn beside choosing by risk, by response and by lots, with the same budget?

python -m benchmarks.uplift [--customers 120000] [--splits 10] [--data ../shared/data] [--only simulator] [--dry]

- Hillstrom: an e-mail to the first 30 % of the half of the customers that was not learned from; a visit is worth 1, an
  e-mail costs .05. Profit is told from the lots that were drawn (inverse propensity), over so many splits;
- simulator: a call to the first 20 % of the paying customers of the other half, from the features of the day of the
  campaign; profit is told from the planted truth of each customer, which also gives the most that anyone could earn.
  Once with sleeping dogs drawn by lots, whom nothing tells apart, and once with such who use the product little.

"by effect" is the logistic T-learner; "as chosen" what `fit_uplift` chooses on the half that is learned from: an effect,
a rule, or lots where nothing beats chance. The rules are fitted on the same half.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from dangol.core.engine import world
from dangol.core.engine.duck import DuckDB
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.uplift.choosing import fit_uplift
from dangol.core.predict.uplift.evaluation import Logged, inverse_propensity, policy_of
from dangol.core.predict.uplift.learner import LEARNERS
from dangol.core.predict.uplift.trial import Trial
from dangol.core.simulate import Business, simulate
from dangol.core.simulate.business import CAMPAIGNS

HERE = Path(__file__).parent
KEPT = HERE / "uplift.json"
CHEAP = ("t_linear", "x_linear", "dr_linear", "class_transformation_linear", "s", "x")
NUMBERS, WORDS = ("recency", "history", "mens", "womens", "newbie"), ("zip_code", "channel")
VISIT, MAIL, MAIL_SHARE = 1.0, 0.05, 0.3
STAYING, CALL, CALL_SHARE = 300_000.0, 6_000.0, 0.2
KNOWN = (
    "tenure_days", "value_mrr_amount", "payment_is_past_due", "support_ticket_count_28d", "support_open_count",
    "voice_csat_score", "contract_plan", "contract_renewal_days", "profile_channel", "usage_event_count_14d",
    "usage_event_count_90d", "usage_active_days_28d", "usage_trend_14d", "usage_slope_28d", "usage_own_ratio_7d",
    "usage_own_ratio_28d", "usage_overdue_ratio",
)  # fmt: skip


def main() -> None:
    """Run both, print each, and keep the result."""
    parser = argparse.ArgumentParser(prog="benchmarks.uplift")
    parser.add_argument("--customers", type=int, default=120_000)
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--data", type=Path, default=HERE.parents[1] / "shared" / "data")
    parser.add_argument("--only", choices=("hillstrom", "simulator"))
    parser.add_argument("--dry", action="store_true", help="print, and leave the committed results alone")
    options = parser.parse_args()
    found = json.loads(KEPT.read_text()) if options.only and KEPT.exists() else {}
    if options.only != "simulator" and (options.data / "hillstrom.csv").exists():
        for arm in ("Womens E-Mail", "Mens E-Mail"):
            found[f"hillstrom, {arm}"] = mailed(hillstrom(options.data, arm), options.splits)
    if options.only != "hillstrom":
        for name, quiet in (("dogs by lots", False), ("quiet dogs", True)):
            found[f"simulator, check_in_call, {name}"] = called(options.customers, quiet)
    print(json.dumps(found, indent=1))
    if not options.dry:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")


def hillstrom(folder: Path, arm: str) -> Trial:
    """One of the e-mails against none."""
    with (folder / "hillstrom.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["segment"] in (arm, "No E-Mail")]
    words = {name: tuple(sorted({row[name] for row in rows})) for name in WORDS}
    columns = [[float(row[name]) for row in rows] for name in NUMBERS]
    columns += [[float(words[name].index(row[name])) for row in rows] for name in WORDS]
    matrix = FeatureMatrix(
        np.arange(len(rows)), (*NUMBERS, *WORDS), np.array(columns).T.copy(), categories=words
    )
    treated = np.array([row["segment"] == arm for row in rows])
    return Trial(matrix, treated, np.array([float(row["visit"]) for row in rows]), np.full(len(rows), 0.5))


def mailed(trial: Trial, splits: int) -> dict[str, Any]:
    """Profit a thousand customers by each way of choosing, its mean and spread over the splits."""
    profits: dict[str, list[float]] = {}
    chosen = []
    for seed in range(splits):
        learned, kept = halves(trial, seed)
        scores, by = rankings(learned, kept.matrix, seed)
        chosen.append(by)
        for name, score in scores.items():
            profits.setdefault(name, []).append(mail_profit(kept, score))
    return told(profits) | {"chosen": chosen}


def halves(trial: Trial, seed: int) -> tuple[Trial, Trial]:
    """Two halves by chance."""
    order = np.random.default_rng(seed).permutation(len(trial))
    return trial.take(order[: len(trial) // 2]), trial.take(order[len(trial) // 2 :])


def rankings(learned: Trial, matrix: FeatureMatrix, seed: int) -> tuple[dict[str, Any], str]:
    """Scores of new customers by each way of choosing, and the name of what was chosen."""
    model = fit_uplift(learned, seed=1, learners=CHEAP, folds=3, resamples=100)
    ways = {"by effect": "t_linear", "response": "response", "risk": "risk"}
    fixed = {name: LEARNERS[way].fit(learned, 1).uplift(matrix.values) for name, way in ways.items()}
    lots = np.random.default_rng(1_000 + seed).random(len(matrix))
    chosen = model.score(matrix).score if model.learner else lots
    return {**fixed, "random": lots, "as chosen": chosen}, model.card.chosen


def mail_profit(kept: Trial, score: Any) -> float:
    """Money a thousand customers that mailing the first of a ranking adds to mailing nobody."""
    first = np.argsort(-score, kind="stable")[: int(MAIL_SHARE * len(score))]
    action = np.full(len(score), -1)
    action[first] = 0
    done = np.where(kept.is_treated, 0, -1)
    logged = Logged(done, np.full(len(score), 0.5), VISIT * kept.outcome - MAIL * kept.is_treated)
    ways = (inverse_propensity(logged, policy_of(each, 1)) for each in (action, np.full(len(score), -1)))
    chosen, nobody = (way.per_customer.value for way in ways)
    return 1_000 * (chosen - nobody)


def called(customers: int, quiet: bool) -> dict[str, Any]:
    """The same for a campaign of the simulator, in KRW, by the truth of each customer."""
    trial, effect = campaign(customers, quiet)
    order = np.random.default_rng(0).permutation(len(trial))
    learned, kept = order[: len(trial) // 2], order[len(trial) // 2 :]
    scores, chosen = rankings(trial.take(learned), trial.matrix.take(kept), 0)
    true = effect[kept]
    profits = {name: [call_profit(true, score)] for name, score in scores.items()}
    profits["knowing the truth"] = [call_profit(true, true)]
    profits["everyone"] = [1_000 * float((STAYING * true - CALL).mean())]
    dogs = {name: int((true[first_of(score)] < 0).sum()) for name, score in scores.items()}
    return told(profits) | {"chosen": chosen, "customers": len(trial), "sleeping dogs called": dogs}


def call_profit(effect: Any, score: Any) -> float:
    """Money a thousand customers of calling the first of a ranking; of equals as many as would pay."""
    first = first_of(score)
    return float(1_000 * (STAYING * effect[first] - CALL).sum() / len(effect))


def first_of(score: Any) -> Any:
    """Positions of those who are called."""
    return np.argsort(-score, kind="stable")[: int(CALL_SHARE * len(score))]


def campaign(customers: int, quiet: bool) -> tuple[Trial, Any]:
    """Who was called and who stayed, with what was known on that day, and the planted effect of each."""
    business = Business(
        seed=3, customers=customers, kind="subscription", events_per_month=8, dogs_are_quiet=quiet
    )
    number = 1
    day = business.start + timedelta(days=business.day(CAMPAIGNS[number].when))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "business"
        simulate(business, place)
        known = world(place, as_of=business.end)
        matrix = known.features(day)
        stays = ~known.outcomes(day, CAMPAIGNS[number].window).has_left
        known.close()
        duck = DuckDB()
        rows = duck.run(
            f"select person_id, e.arm = 'treated', t.campaign_2 from read_parquet('{place}/exposures/*.parquet') e "
            f"join read_parquet('{place}/_truth/*.parquet') t using (person_id) "
            f"where e.experiment = '{CAMPAIGNS[number].name}' order by person_id"
        ).rows
        duck.close()
    at = np.searchsorted(matrix.person_ids, [row[0] for row in rows])
    mine = matrix.take(at).named([name for name in KNOWN if name in matrix.names])
    effect = np.array([{"persuadable": 1.0, "sleeping_dog": -1.0}.get(row[2], 0.0) for row in rows])
    treated = np.array([row[1] for row in rows])
    return Trial(mine, treated, stays[at].astype(np.float64), np.full(len(rows), 0.5)), effect


def told(profits: Mapping[str, list[float]]) -> dict[str, Any]:
    """Mean, spread over the splits, and how many times the profit of lots."""
    lots = float(np.mean(profits["random"]))
    return {
        name: {
            "profit": round(float(np.mean(each)), 2),
            "spread": round(float(np.std(each)), 2),
            "times random": round(float(np.mean(each)) / lots, 2) if lots > 0 else None,
        }
        for name, each in profits.items()
    }


if __name__ == "__main__":
    main()
