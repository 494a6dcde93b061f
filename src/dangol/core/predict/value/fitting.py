"""Which parameters make the data most likely, and how well are they known?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Likelihood = Callable[[Numbers], tuple[float, Numbers]]
"""Positive parameters in; log-likelihood and its derivative by each parameter out."""

_SMALLEST, _LARGEST = np.log(1e-4), np.log(1e6)
_STEP = 1e-4
_FIRST_STEPS, _MOST_STEPS = 15, 500
"""From every start a few steps; then the best of them is followed to the top."""
_NEWTON_STEPS = 2


@dataclass(frozen=True, eq=False)
class Optimum:
    """`covariance` is that of the logarithms of the parameters (inverse observed information); None if not known."""

    parameters: Numbers
    log_likelihood: float
    covariance: Numbers | None
    at_edge: tuple[int, ...]
    """Parameters that ran to the end of the range: the data hold too little to tell them."""

    def drawn(self, count: int, seed: int) -> Numbers:
        """`count` sets of parameters as uncertain as the fit leaves them; the estimate itself without covariance."""
        if self.covariance is None:
            return np.tile(self.parameters, (count, 1))
        size = len(self.parameters)
        noise = np.random.default_rng(seed).standard_normal((count, size))
        values, vectors = np.linalg.eigh(self.covariance)
        spread = noise @ (vectors * np.sqrt(np.clip(values, 0.0, 4.0))).T
        return np.asarray(np.exp(np.clip(np.log(self.parameters) + spread, _SMALLEST, _LARGEST)))


def most_likely(likelihood: Likelihood, starts: Sequence[Sequence[float]], scale: float) -> Optimum:
    """The top that the best of several starts leads to: L-BFGS on the logarithms of the parameters.

    `scale` is what the likelihood is divided by on the way, such as the number of customers.
    """
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    def downhill(logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        value, slope = likelihood(parameters)
        return -value / scale, -slope * parameters / scale

    def climb(start: Numbers, most: int) -> tuple[float, Numbers]:
        bounds = [(_SMALLEST, _LARGEST)] * len(start)
        options = {"maxiter": most, "ftol": 1e-13, "gtol": 1e-8}
        found = minimize(downhill, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
        return (float(found.fun) if np.isfinite(found.fun) else np.inf), np.asarray(found.x, dtype=np.float64)

    # On four parameters, threads of the linear algebra wait for one another longer than they work.
    with threadpool_limits(limits=1, user_api="blas"):
        begun = [climb(np.log(start), _FIRST_STEPS) for start in starts]
        lowest, logs = climb(min(begun, key=lambda each: each[0])[1], _MOST_STEPS)
    edge = tuple(int(at) for at in np.flatnonzero((logs <= _SMALLEST + 0.01) | (logs >= _LARGEST - 0.01)))
    covariance = None if edge else _covariance(downhill, logs, scale)
    for _ in range(0 if covariance is None else _NEWTON_STEPS):
        lowest, logs = _stepped(downhill, lowest, logs, covariance, scale)
    return Optimum(np.exp(logs), -lowest * scale, covariance, edge)


def _stepped(
    downhill: Likelihood, lowest: float, logs: Numbers, covariance: Numbers | None, scale: float
) -> tuple[float, Numbers]:
    """One step of Newton's, where it leads down: the last digits, of which L-BFGS is not sure."""
    further = logs - np.asarray(covariance) @ (downhill(logs)[1] * scale)
    there = downhill(further)[0]
    return (there, further) if there <= lowest else (lowest, logs)


def _covariance(downhill: Likelihood, logs: Numbers, scale: float) -> Numbers | None:
    """Inverse of the observed information, from central differences of the slope; None where it is not positive."""
    size = len(logs)
    steps = np.eye(size) * _STEP
    rows = [(downhill(logs + step)[1] - downhill(logs - step)[1]) / (2 * _STEP) for step in steps]
    information = np.array(rows) * scale
    information = (information + information.T) / 2
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] <= 0:
        return None
    return np.asarray(np.linalg.inv(information))
