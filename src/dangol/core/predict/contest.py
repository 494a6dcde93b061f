"""Which way of foreseeing a loss is best for this business? All of them judged on customers they have not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.boosting import Boosting, fit_boosting, pace
from dangol.core.predict.calibration import Calibration, fit_calibration, losses, sigmoid
from dangol.core.predict.columns import Columns, Numbers
from dangol.core.predict.folds import divided, folds, tested
from dangol.core.predict.labelled import Flags, Labelled, together
from dangol.core.predict.logistic import fit_logistic
from dangol.core.predict.predictor import Predictor
from dangol.core.predict.purchase_rhythm import fit_purchase_rhythm
from dangol.core.predict.recency import BaseRate, fit_recency
from dangol.core.predict.season import Season, season_of
from dangol.core.predict.value.bg_nbd import BgNbd


@dataclass(frozen=True, eq=False)
class Entry:
    """One contender, fitted to everything that is known; `chances` are from before it had seen the judged customers.

    `losses` are those of the customers learned from, each by a fit without them, before any calibration.
    """

    predictor: Predictor
    calibration: Calibration
    chances: Numbers
    losses: Numbers


@dataclass(frozen=True, eq=False)
class Contest:
    """All contenders on the same `judged` customers.

    `is_by_time`: they are of a later day than was learned from; else of folds that were kept apart. `season` is
    what was known of base rates when judging, `season_since` what is known now.
    """

    judged: Labelled
    entries: tuple[Entry, ...]
    season: Season
    season_since: Season
    is_by_time: bool
    learned_ids: npt.NDArray[np.int64]
    """The customers whose losses the contenders hold, one for each."""
    learned_left: int
    fold_of: npt.NDArray[np.int64] | None
    """The fold of each judged customer; None where a later day judges."""

    def entry(self, name: str) -> Entry | None:
        """The contender of that name, if it could be fitted."""
        return next((each for each in self.entries if each.predictor.name == name), None)

    def loss(self, entry: Entry) -> float:
        """Mean logarithmic loss on the judged customers, nats."""
        return float(losses(self.judged.has_left, entry.chances).mean())


@dataclass(frozen=True, eq=False)
class _Way:
    """One way of predicting: how it is fitted, and at which sizes (0: it has none) it may stop.

    One that is not learned never looks at who left, so that it needs no folds; it is fitted to the latest day.
    """

    fit: Callable[[Labelled, int], Predictor | None]
    sizes: tuple[int, ...] = (0,)
    is_learned: bool = True


@dataclass(frozen=True, eq=False)
class _Field:
    """What every contender is given: rows with their folds, those `seen` out of fold, and the later snapshot if any."""

    rows: Labelled
    latest: Labelled
    fold_of: npt.NDArray[np.int64]
    seen: Flags
    later: Labelled | None
    everything: Labelled
    last: Labelled
    season: Season
    seed: int

    @property
    def left(self) -> Flags:
        """Who left, of the customers whose margins calibrate the final fit."""
        known = self.rows.has_left[self.seen]
        return known if self.later is None else np.concatenate([known, self.later.has_left])


def contest(
    snapshots: Sequence[Labelled],
    columns: Columns,
    *,
    horizon_days: int,
    gap_days: int,
    seed: int,
    rhythm: BgNbd | None = None,
) -> Contest:
    """Every contender that the features allow, judged on the last snapshot, or by folds where none is early enough."""
    split = divided(snapshots, horizon_days, gap_days)
    known, later = split or (tuple(snapshots), None)
    rows = together(known)
    fold_of = folds(rows, seed)
    seen = np.zeros(len(rows), dtype=bool)
    for _, test_on in tested(fold_of):
        seen |= test_on
    everything = together(snapshots) if later else rows
    season = season_of(known, float(rows.has_left[seen].mean()))
    field = _Field(rows, known[-1], fold_of, seen, later, everything, snapshots[-1], season, seed)
    judged = np.flatnonzero(seen)
    # Of overlapping snapshots only the last is judged, so that nobody counts twice.
    judged = judged[judged >= len(rows) - len(known[-1])]
    entries = [_entered(field, way, judged) for way in _ways(columns, horizon_days, seed, rhythm, len(rows))]
    return Contest(
        later or rows.take(judged),
        tuple(each for each in entries if each),
        season,
        season_of(snapshots, float(field.left.mean())),
        later is not None,
        rows.matrix.person_ids[seen],
        len(np.unique(rows.matrix.person_ids[rows.has_left])),
        None if later else fold_of[judged],
    )


def _ways(
    columns: Columns, horizon_days: int, seed: int, rhythm: BgNbd | None, count: int
) -> tuple[_Way, ...]:
    """From the most that is needed to the least."""
    rate, sizes = pace(count)

    def by_rhythm(rows: Labelled, _: int) -> Predictor | None:
        return fit_purchase_rhythm(rows.matrix, columns, horizon_days, float(rows.has_left.mean()), rhythm)

    return (
        _Way(lambda rows, trees: fit_boosting(rows.matrix, rows.has_left, columns, seed, trees, rate), sizes),
        _Way(lambda rows, _: fit_logistic(rows.matrix, rows.has_left, columns, seed)),
        _Way(by_rhythm, is_learned=False),
        _Way(lambda rows, _: fit_recency(rows.matrix, columns), is_learned=False),
        _Way(lambda rows, _: BaseRate(float(rows.has_left.mean()))),
    )


def _entered(field: _Field, way: _Way, judged: npt.NDArray[np.int64]) -> Entry | None:
    found = _out_of_fold(field, way)
    if found is None:
        return None
    margins, size = found
    if field.later is None:
        chances = _cross_calibrated(field, margins)[judged]
        calibrating = margins[field.seen]
    else:
        before = way.fit(field.rows if way.is_learned else field.later, size)
        if before is None:
            return None
        calibration = fit_calibration(margins[field.seen], field.rows.has_left[field.seen])
        later = before.margins(field.later.matrix)
        chances = field.season.shifted(calibration.probabilities(later), field.later.matrix.as_of)
        calibrating = np.concatenate([margins[field.seen], later])
    final = way.fit(field.everything if way.is_learned else field.last, size)
    if final is None:
        return None
    unseen = losses(field.rows.has_left[field.seen], sigmoid(margins[field.seen]))
    return Entry(final, fit_calibration(calibrating, field.left), chances, unseen)


def _out_of_fold(field: _Field, way: _Way) -> tuple[Numbers, int] | None:
    """Log-odds of every row by a fit without its customer (NaN: not tested), and the size that did best."""
    if not way.is_learned:
        predictor = way.fit(field.latest, 0)
        return (predictor.margins(field.rows.matrix), 0) if predictor else None
    margins = np.full((len(field.rows), len(way.sizes)), np.nan)
    for fit_on, test_on in tested(field.fold_of):
        predictor = way.fit(field.rows.take(fit_on), way.sizes[-1])
        if predictor is None:
            return None
        margins[test_on] = _by_size(predictor, field.rows.matrix.take(test_on), way.sizes)
    left = field.rows.has_left[field.seen]
    loss = [losses(left, sigmoid(margins[field.seen, at])).mean() for at in range(len(way.sizes))]
    best = int(np.argmin(loss))
    return margins[:, best], way.sizes[best]


def _by_size(predictor: Predictor, matrix: FeatureMatrix, sizes: tuple[int, ...]) -> Numbers:
    if isinstance(predictor, Boosting):
        return predictor.margins_after(matrix, sizes)
    return predictor.margins(matrix)[:, None]


def _cross_calibrated(field: _Field, margins: Numbers) -> Numbers:
    """Chances of the rows seen out of fold, each by a curve fitted without its customer."""
    chances = np.full(len(margins), np.nan)
    several = len(np.unique(field.fold_of[field.seen])) > 1
    part = field.fold_of if several else folds(field.rows, field.seed + 1)
    for fold in range(int(part.max()) + 1):
        inside, outside = field.seen & (part == fold), field.seen & (part != fold)
        curve = fit_calibration(margins[outside], field.rows.has_left[outside])
        chances[inside] = curve.probabilities(margins[inside])
    return chances
