"""Who was treated, who was not, and what came of it? A randomised action as a table, and what makes one unusable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEWEST = 100
"""Customers in each arm below which no effect on anyone in particular can be said."""
FEWEST_OUTCOMES = 20
"""So many must have had the outcome, and so many not, over both arms."""

ASKED = Said(
    "Whom an action changes was to be learned from a trial of {n} customers.",
    "고객 {n}명의 시험에서 누구에게 효과가 있는지 알아보도록 요청하셨습니다.",
)


@dataclass(frozen=True, eq=False)
class Trial:
    """An action that reached some customers and not others, by chance; [n] each, in the order of `matrix`.

    `outcome` is 1 for what is wanted (stayed, bought), 0 otherwise. `propensity` is the probability with which each
    customer was to be treated, as it was logged; None: the same for all, and estimated by the share of the treated.
    `check_trial` says where nothing can be learned from it.
    """

    matrix: FeatureMatrix
    is_treated: Flags
    outcome: Floats
    propensity: Floats | None = None
    is_randomised: bool = True
    """False where nobody drew lots, and the propensity is an estimate."""

    def __post_init__(self) -> None:
        n = len(self.matrix)
        for name in ("is_treated", "outcome", "propensity"):
            given = getattr(self, name)
            if given is not None and np.shape(given) != (n,):
                raise ValueError(f"{np.shape(given)} values of {name} were given for {n} customers.")
        object.__setattr__(self, "is_treated", np.asarray(self.is_treated, dtype=np.bool_))
        object.__setattr__(self, "outcome", np.asarray(self.outcome, dtype=np.float64))

    def __len__(self) -> int:
        return len(self.matrix)

    @property
    def chance(self) -> Floats:
        """Probability of being treated, [n]: as logged, or the share of the treated."""
        if self.propensity is not None:
            return self.propensity
        return np.full(len(self), self.is_treated.mean())

    @property
    def weights(self) -> Floats:
        """1 / probability of the arm that each customer is in, scaled to a mean of 1; [n]."""
        raw = 1 / np.where(self.is_treated, self.chance, 1 - self.chance)
        return np.asarray(raw / raw.mean())

    def take(self, rows: npt.NDArray[Any]) -> Trial:
        """The customers at these positions, or where this mask is true."""
        logged = None if self.propensity is None else self.propensity[rows]
        return Trial(
            self.matrix.take(rows), self.is_treated[rows], self.outcome[rows], logged, self.is_randomised
        )


def check_trial(trial: Trial) -> None:
    """Pass where something can be learned; a DataError that says what is wrong and what would work otherwise."""
    for look in (_check_people, _check_arms, _check_outcome, _check_features, _check_propensity):
        look(trial)


def _refuse(trial: Trial, wrong: Said, would_work: Said) -> DataError:
    return DataError(ASKED.format(n=f"{len(trial):,}"), wrong, would_work)


def _check_people(trial: Trial) -> None:
    again = len(trial) - len(np.unique(trial.matrix.person_ids))
    if again:
        raise _refuse(
            trial,
            Said(
                f"{again:,} rows are of customers who are in it already.",
                f"이미 들어 있는 고객의 행이 {again:,}개 더 있습니다.",
            ),
            Said(
                "Give each customer one row: the arm of their first assignment.",
                "고객마다 한 행만 주십시오. 처음 배정된 군을 쓰면 됩니다.",
            ),
        )


def _check_arms(trial: Trial) -> None:
    treated = int(trial.is_treated.sum())
    fewest = min(treated, len(trial) - treated)
    if not fewest:
        empty = Said("nobody was treated", "조치를 받은 고객이 없습니다")
        if treated:
            empty = Said("nobody was left untreated", "조치를 받지 않은 고객이 없습니다")
        raise _refuse(
            trial,
            Said(
                f"One arm is empty: {empty.en}, so there is nothing to compare with.",
                f"{empty.ko}. 비교할 상대가 없습니다.",
            ),
            Said(
                "Leave a random part of the customers untreated, and come back when the outcome is known.",
                "고객 일부를 무작위로 골라 조치하지 않고, 결과가 나온 뒤에 다시 시도해 주십시오.",
            ),
        )
    if fewest < FEWEST:
        raise _refuse(
            trial,
            Said(f"The smaller arm has {fewest:,} of them.", f"작은 쪽 군에 {fewest:,}명뿐입니다."),
            Said(
                f"From {FEWEST} in each arm up something can be said of single groups; until then look at the "
                "average effect only.",
                f"군마다 {FEWEST}명부터 집단별 효과를 말할 수 있습니다. 그전에는 평균 효과만 보십시오.",
            ),
        )


def _check_outcome(trial: Trial) -> None:
    if not np.isin(trial.outcome, (0.0, 1.0)).all():
        raise _refuse(
            trial,
            Said("The outcome has values other than 0 and 1.", "결과에 0과 1이 아닌 값이 있습니다."),
            Said(
                "Give 1 to those who stayed (or bought) and 0 to the others; money comes in when the action is planned.",
                "남았거나 구매한 고객은 1, 나머지는 0으로 주십시오. 금액은 조치를 계획할 때 반영됩니다.",
            ),
        )
    won = int(trial.outcome.sum())
    if min(won, len(trial) - won) < FEWEST_OUTCOMES:
        raise _refuse(
            trial,
            Said(
                f"{won:,} of them had the outcome and {len(trial) - won:,} did not.",
                f"결과가 있는 고객은 {won:,}명, 없는 고객은 {len(trial) - won:,}명입니다.",
            ),
            Said(
                f"At least {FEWEST_OUTCOMES} of each are needed: wait longer, or take an outcome that is less rare.",
                f"양쪽 모두 {FEWEST_OUTCOMES}명 이상이어야 합니다. 더 기다리거나 덜 드문 결과를 쓰십시오.",
            ),
        )


def _check_features(trial: Trial) -> None:
    columns = (column[~np.isnan(column)] for column in trial.matrix.values.T)
    if not any(len(column) and column.min() < column.max() for column in columns):
        raise _refuse(
            trial,
            Said(
                "Every feature has one and the same value, so customers cannot be told apart.",
                "모든 특성의 값이 하나뿐이라 고객을 구별할 수 없습니다.",
            ),
            Said(
                "Give features that differ between customers, known before the action.",
                "조치 전에 알려진, 고객마다 다른 특성을 주십시오.",
            ),
        )


def _check_propensity(trial: Trial) -> None:
    if trial.propensity is not None and not ((trial.propensity > 0) & (trial.propensity < 1)).all():
        raise _refuse(
            trial,
            Said(
                "Some customers were certain to be treated, or certain not to be.",
                "조치를 받을 확률이 0이거나 1인 고객이 있습니다.",
            ),
            Said(
                "Leave those out: only where chance decided can the effect be seen.",
                "그런 고객은 빼 주십시오. 우연이 정한 곳에서만 효과를 볼 수 있습니다.",
            ),
        )
