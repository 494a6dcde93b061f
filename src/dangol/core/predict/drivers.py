"""What goes with leaving and with staying, and how much money goes with it? Relative importance, not cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.features.feature import FAMILIES
from dangol.core.language import Said
from dangol.core.predict.columns import columns_of
from dangol.core.predict.design import Layout, layout
from dangol.core.predict.driver_words import cannot_be_told, driver_said
from dangol.core.predict.labelled import Labelled, together
from dangol.core.predict.relative_weights import (
    GROUPS,
    Moments,
    jackknifed,
    relative_weights,
    slopes,
    without,
)
from dangol.core.stats.interval import around, student_quantile

Floats = npt.NDArray[np.float64]
On = Literal["retention", "money"]
By = Literal["family", "feature"]

FEWEST_LEAVERS: Final = 20
NEAR: Final = 0.03
"""A share so near to 0 or 1 has a plain interval, cut off there."""
MOST_ROWS: Final = 200_000
"""Shares of importance are known from so many rows; more of them are drawn by the seed."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One thing that goes with leaving (`on` retention) or with the money that leaves (`on` money).

    `importance` is its share of what all features together explain, 0 to 1, with a 95 % interval; None where they
    explain nothing that can be told from chance. `direction` is +1 where more of it goes with leaving, -1 where with
    staying, 0 for families and words. `affected_count` customers of the last snapshot are off the usual level on the
    side that goes with leaving; `value_of_fixing` is what goes with that of the losses within the horizon, all other
    families being equal: customers, or money for `on` money. An association, not a promise.
    """

    name: str
    said: Said
    family: str
    on: On
    importance: float | None
    low: float | None
    high: float | None
    direction: int
    affected_count: int | None
    value_of_fixing: float | None
    value_low: float | None
    value_high: float | None
    features: tuple[str, ...]
    sentence: Said
    reason: Said | None = None
    """Why a number is not known."""


def drivers(
    training: Sequence[Labelled],
    *,
    amounts: Sequence[Floats] | None = None,
    by: By = "family",
    currency: str = "",
    seed: int = 1,
) -> tuple[Driver, ...]:
    """Families (or features) by their importance for retention, and for money where `amounts` are given.

    `amounts` has for each snapshot what each customer is worth within the horizon; everybody then counts as much
    as they are worth, so that who is big is no driver of its own. The most important come first, retention before
    money. A DataError where nothing can be learned: few leavers, one class, constant features, people twice.
    """
    _check(training, amounts)
    rows, is_last = together(training), _last(training)
    outcome = rows.has_left.astype(np.float64)
    worth = None if amounts is None else np.concatenate([np.asarray(each, dtype=float) for each in amounts])
    rng = np.random.default_rng(seed)
    if len(rows) > MOST_ROWS:
        some = np.sort(rng.choice(len(rows), MOST_ROWS, replace=False))
        scale = is_last.sum() / max(is_last[some].sum(), 1)
        rows, outcome, is_last = rows.take(some), outcome[some], is_last[some]
        worth = None if worth is None else worth[some]
    else:
        scale = 1.0
    laid, group = layout(rows.matrix), _groups(rows.matrix.person_ids, rng)
    found = _ranked(laid, outcome, np.ones(len(rows)), group, is_last, scale, "retention", by, currency)
    if worth is None:
        return found
    return found + _ranked(laid, outcome, worth, group, is_last, scale, "money", by, currency)


def _ranked(
    laid: Layout, outcome: Floats, weights: Floats, group: npt.NDArray[np.int64], is_last: npt.NDArray[np.bool_],
    scale: float, on: On, by: By, currency: str,
) -> tuple[Driver, ...]:  # fmt: skip
    groups = int(group.max()) + 1
    moments = Moments.of(laid.columns, outcome, weights, group, groups)
    covariances = moments.covariances()
    # As many customers of equal weight would say as much as these of unequal weight.
    effective = weights.sum() ** 2 / (weights**2).sum()
    parts, explained = relative_weights(covariances, effective)
    value, error, degrees = jackknifed(explained)
    is_told = value - student_quantile(degrees, 0.9) * error > 0
    late = _Late(laid.columns[is_last] - laid.usual, weights[is_last], scale)
    slope_of = _slopes(laid, covariances, by)
    out = []
    for name, said, family, places in _things(laid, by):
        columns = laid.of(places)
        share = parts[:, columns].sum(axis=1) / explained if is_told else None
        fixing, affected, slope = _fixing(slope_of(columns), columns, late)
        features = tuple(laid.features[place].name for place in places)
        direction = int(np.sign(slope)) if by == "feature" and len(columns) <= 2 else 0
        numbers = _numbers(share, fixing)
        out.append(
            Driver(
                name=name, said=said, family=family, on=on, **numbers, direction=direction,
                affected_count=affected if numbers["value_of_fixing"] is not None else None, features=features,
                sentence=driver_said(said, on, numbers, affected, direction, currency),
                reason=None if is_told else cannot_be_told(),
            )
        )  # fmt: skip
    return tuple(sorted(out, key=lambda each: -(each.importance or 0.0)))


@dataclass(frozen=True, eq=False)
class _Late:
    """The customers of the last snapshot: their columns off the usual level, and their weights."""

    off: Floats
    weights: Floats
    scale: float


def _slopes(laid: Layout, covariances: Floats, by: By) -> Callable[[npt.NDArray[np.int64]], Floats]:
    """The slopes of some columns: of a family beside all others, of a feature beside the other families.

    The features of the own family say much the same: beside them nothing would be left to compare.
    """
    if by == "family":
        every = slopes(covariances)
        return lambda columns: every[:, columns]
    family = np.array([laid.features[place].family for place in laid.owner])
    own = {name: np.flatnonzero(family == name) for name in dict.fromkeys(family.tolist())}
    left = {name: without(covariances, mine, np.flatnonzero(family != name)) for name, mine in own.items()}

    def of(columns: npt.NDArray[np.int64]) -> Floats:
        name = family[columns[0]]
        return slopes(left[name], np.searchsorted(own[name], columns))

    return of


def _fixing(slope: Floats, columns: npt.NDArray[np.int64], late: _Late) -> tuple[Floats, int, float]:
    """What goes with these customers being off the usual level, by the slopes of everybody and without each group;
    how many are; the first slope.

    For each customer c_i = sum of slope times distance from the usual level; the sum of weight times c_i over those
    with c_i above 0. The customers are who they are: only the slopes are uncertain.
    """
    off = late.off[:, columns]
    is_worse = off @ slope[0] > 1e-9
    fixing: Floats = slope @ (off[is_worse].T @ late.weights[is_worse]) * late.scale
    return fixing, round(int(is_worse.sum()) * late.scale), float(slope[0, 0])


def _numbers(share: Floats | None, fixing: Floats) -> dict[str, Any]:
    names = ("importance", "low", "high", "value_of_fixing", "value_low", "value_high")
    if share is None:
        return dict.fromkeys(names)
    return dict(zip(names, (*_share_interval(share), *_interval(fixing)), strict=True))


def _interval(estimates: Floats) -> tuple[float, float, float]:
    value, error, degrees = jackknifed(estimates)
    low, high = around(value, error, student_quantile(degrees))
    return value, float(low), float(high)


def _share_interval(shares: Floats) -> tuple[float, float, float]:
    """The interval of a share on the scale of log-odds, on which it is even; near 0 and 1 as it is."""
    if shares.min() < NEAR or shares.max() > 1 - NEAR:
        value, low, high = (min(max(each, 0.0), 1.0) for each in _interval(shares))
        return value, low, high
    value, low, high = (1 / (1 + np.exp(-each)) for each in _interval(np.log(shares / (1 - shares))))
    return float(value), float(low), float(high)


def _things(laid: Layout, by: By) -> list[tuple[str, Said, str, npt.NDArray[np.int64]]]:
    """Name, words, family and places of the features of everything to be ranked."""
    if by == "feature":
        return [(f.name, f.said, f.family, np.array([place])) for place, f in enumerate(laid.features)]
    families = dict.fromkeys(feature.family for feature in laid.features)
    return [
        (family, FAMILIES[family], family, np.flatnonzero([f.family == family for f in laid.features]))
        for family in families
    ]


def _groups(person_ids: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """A group for each row: all rows of a customer are in one, and all groups are of one size."""
    people, place = np.unique(person_ids, return_inverse=True)
    drawn = rng.permutation(len(people)) % min(GROUPS, len(people))
    return drawn.astype(np.int64)[place]


def _last(training: Sequence[Labelled]) -> npt.NDArray[np.bool_]:
    return np.concatenate([np.full(len(each), each is training[-1]) for each in training])


def _check(training: Sequence[Labelled], amounts: Sequence[Floats] | None) -> None:
    asked = Said("What goes with leaving was asked for.", "이탈과 함께 나타나는 요인을 요청하셨습니다.")
    total, left = sum(map(len, training)), sum(each.left_count for each in training)
    if left < FEWEST_LEAVERS or total - left < FEWEST_LEAVERS:
        raise DataError(
            asked,
            Said(
                f"Of {total} customers {left} left and {total - left} stayed.",
                f"고객 {total}명 가운데 {left}명이 떠나고 {total - left}명이 남았습니다.",
            ),
            Said(
                f"At least {FEWEST_LEAVERS} of each are needed: take a longer horizon or more snapshots.",
                f"각각 {FEWEST_LEAVERS}명 이상이 필요합니다. 예측 기간을 늘리거나 기준일을 더하십시오.",
            ),
        )
    for each in training:
        if len(np.unique(each.matrix.person_ids)) < len(each):
            raise DataError(
                asked,
                Said("A customer is in a snapshot twice.", "한 기준일에 같은 고객이 두 번 들어 있습니다."),
                Said("Give one row a customer.", "고객마다 한 행만 주십시오."),
            )
    if not columns_of(together(training).matrix).features:
        raise DataError(
            asked,
            Said("Every feature is the same for everybody.", "모든 특성이 모든 고객에게 같습니다."),
            Said("Bring data in which customers differ.", "고객마다 다른 데이터를 가져오십시오."),
        )
    if amounts is not None and [len(each) for each in amounts] != [len(each) for each in training]:
        raise ValueError("The amounts are not of the customers of each snapshot.")
    if amounts is not None and not sum(float(np.sum(each)) for each in amounts) > 0:
        raise DataError(
            asked,
            Said("No customer is worth anything.", "금액이 있는 고객이 없습니다."),
            Said("Leave the amounts out, or give some above 0.", "금액을 빼거나 0보다 큰 금액을 주십시오."),
        )
