"""How fast are purchases learned? BG/NBD and Pareto/NBD against lifetimes in the same run, and a million customers.

    python -m benchmarks.value [CUSTOMERS]

On CDNOW where it lies beside the project, else on customers drawn as BG/NBD says. Both find the same parameters, which
is asserted. A million customers are fitted by their different histories; lifetimes is not asked, as it would take hours.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from dangol.core.predict.value.bg_nbd import BgNbd
from dangol.core.predict.value.gamma_gamma import GammaGamma
from dangol.core.predict.value.histories import PurchaseHistories, grouped
from dangol.core.predict.value.pareto_nbd import ParetoNbd

CDNOW = Path(__file__).resolve().parents[2] / "shared" / "data" / "cdnow_summary_tx.csv"
ROUNDS = 5


def main(customers: int) -> None:
    """Time, compare, print."""
    histories = _cdnow() if CDNOW.exists() else drawn(2_357)
    print(f"{len(histories):,} customers, {len(grouped(histories).x):,} different histories")
    for name, ours, theirs in (
        ("BG/NBD", BgNbd.fit, _their_bg_nbd),
        ("Pareto/NBD", ParetoNbd.fit, _their_pareto_nbd),
        ("Gamma-Gamma", GammaGamma.fit, _their_gamma_gamma),
    ):
        own, found = _timed(lambda fit=ours: fit(histories))
        peer, told = _timed(lambda fit=theirs: fit(histories), rounds=1)
        for key, value in told.items():
            assert abs(found.parameters[key] / value - 1) < 0.005, (name, key, found.parameters[key], value)
        print(f"  {name:12} {own * 1e3:8.1f} ms   lifetimes {peer * 1e3:9.1f} ms   {peer / own:7.1f} x")
    many = drawn(customers)
    for name, fit in (("BG/NBD", BgNbd.fit), ("Pareto/NBD", ParetoNbd.fit)):
        took, found = _timed(lambda fit=fit: fit(many), rounds=1)
        rounded = {key: round(value, 3) for key, value in found.parameters.items()}
        print(
            f"  {name:12} of {customers:,} customers, {len(grouped(many).x):,} histories: {took:.1f} s  {rounded}"
        )


def drawn(count: int, seed: int = 1) -> PurchaseHistories:
    """Customers as BG/NBD says (r .243, alpha 31 days, a .793, b 2.426), of 273 whole days, as CDNOW has them."""
    random = np.random.default_rng(seed)
    age = random.integers(189, 274, count).astype(float)
    rate, leave = random.gamma(0.243, 1 / 31, count), random.beta(0.793, 2.426, count)
    x, t_x, day = np.zeros(count), np.zeros(count), np.zeros(count)
    there = np.arange(count)
    while len(there):
        day[there] += random.exponential(1 / np.maximum(rate[there], 1e-12))
        there = there[day[there] < age[there]]
        x[there] += 1
        t_x[there] = day[there]
        there = there[random.random(len(there)) >= leave[there]]
    return PurchaseHistories(np.arange(count), x, np.minimum(np.ceil(t_x), age), age, np.full(count, np.nan))


def _cdnow() -> PurchaseHistories:
    table = np.genfromtxt(CDNOW, delimiter=",", skip_header=1)
    return PurchaseHistories(table[:, 0].astype(np.int64), *table[:, 1:].T)


def _timed(ask: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    """Median seconds and the answer, after one call that loads what is loaded once."""
    found, took = ask(), []
    for _ in range(rounds):
        began = time.perf_counter()
        found = ask()
        took.append(time.perf_counter() - began)
    return median(took), found


def _their_bg_nbd(histories: PurchaseHistories) -> dict[str, float]:
    from lifetimes import BetaGeoFitter

    return _fitted(BetaGeoFitter(), histories)


def _their_pareto_nbd(histories: PurchaseHistories) -> dict[str, float]:
    from lifetimes import ParetoNBDFitter

    return _fitted(ParetoNBDFitter(), histories)


def _their_gamma_gamma(histories: PurchaseHistories) -> dict[str, float]:
    from lifetimes import GammaGammaFitter

    paid = histories.take((histories.repeat_count > 0) & (histories.mean_amount > 0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter = GammaGammaFitter().fit(paid.repeat_count, paid.mean_amount)
    return dict(fitter.params_)


def _fitted(fitter: Any, histories: PurchaseHistories) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter.fit(histories.repeat_count, histories.recency, histories.age)
    return dict(fitter.params_)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
