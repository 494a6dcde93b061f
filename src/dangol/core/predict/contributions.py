"""What sets this customer's score apart from the others', in plain words and with their own numbers?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.features.feature import FAMILIES, Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.columns import Columns, Numbers
from dangol.core.predict.predictor import Predictor
from dangol.core.predict.reason import Reason
from dangol.core.predict.reason_text import Sentences

LEAST: Final = 0.05
"""Log-odds below which a family is no reason: it moves a chance by little more than a hundredth."""
AT_ONCE: Final = 100_000
"""So many customers are explained together, so that a million need little memory."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """The strongest families of each customer, and in each the feature that carries it: arrays [n, most].

    `family` and `feature` are positions (-1: no further reason), `contribution` is the family's sum in log-odds.
    """

    family: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    contribution: Numbers


@dataclass(frozen=True, eq=False)
class Explainer:
    """Takes scores apart for one model; `medians` are the peers' middle numbers, by feature."""

    predictor: Predictor
    medians: Mapping[str, float]

    @property
    def columns(self) -> Columns:
        """The features that can be reasons."""
        return self.predictor.columns

    @cached_property
    def groups(self) -> tuple[tuple[str, list[int]], ...]:
        """Families with the places of their features, in the order of the catalogue.

        What is only known as the profile of a customer is a motley of columns, each of which stands for itself.
        """
        found: list[tuple[str, list[int]]] = []
        for family in FAMILIES:
            members = [at for at, each in enumerate(self.columns.features) if each.family == family]
            if family == "profile":
                found += [(family, [at]) for at in members]
            elif members:
                found.append((family, members))
        return tuple(found)

    def explanation(self, matrix: FeatureMatrix, most: int = 3) -> Explanation:
        """Contributions summed by family, the largest first, up or down.

        A feature stands for its family only if its own contribution has the family's sign and it does not read
        backwards: of a feature known to go with leaving, more than the peers have is never shown as staying.
        """
        if len(matrix) <= AT_ONCE:
            return self._explained(matrix, most)
        parts = [
            self._explained(matrix.take(np.arange(start, min(start + AT_ONCE, len(matrix)))), most)
            for start in range(0, len(matrix), AT_ONCE)
        ]
        return Explanation(
            *(
                np.concatenate([getattr(part, name) for part in parts])
                for name in ("family", "feature", "contribution")
            )
        )

    def _explained(self, matrix: FeatureMatrix, most: int) -> Explanation:
        added = self.predictor.contributions(matrix)
        sound = self._sound(matrix, added)
        size = min(most, len(self.groups))
        sums, leaders = (
            np.zeros((len(matrix), len(self.groups))),
            np.zeros((len(matrix), len(self.groups)), int),
        )
        for at, (_, members) in enumerate(self.groups):
            total = added[:, members].sum(axis=1)
            along = np.where(sound[:, members], added[:, members] * np.sign(total)[:, None], -np.inf)
            best = along.argmax(axis=1)
            is_shown = (np.take_along_axis(along, best[:, None], 1)[:, 0] > 0) & (np.abs(total) >= LEAST)
            sums[:, at] = np.where(is_shown, total, 0.0)
            leaders[:, at] = np.array(members)[best]
        order = np.argsort(-np.abs(sums), axis=1, kind="stable")[:, :size]
        found = np.take_along_axis(sums, order, 1)
        is_none = found == 0
        feature = np.take_along_axis(leaders, order, 1)
        return Explanation(np.where(is_none, -1, order), np.where(is_none, -1, feature), found)

    def _sound(self, matrix: FeatureMatrix, added: Numbers) -> npt.NDArray[np.bool_]:
        """Whether a contribution agrees with what is known of its feature's direction."""
        own, sound = self.columns.values(matrix), np.ones(added.shape, dtype=bool)
        for at, each in enumerate(self.columns.features):
            if each.direction and each.name in self.medians:
                above = np.nan_to_num(own[:, at] - self.medians[each.name]) * each.direction
                sound[:, at] = above * added[:, at] >= 0
        return sound

    def reasons(self, matrix: FeatureMatrix, most: int = 3) -> list[tuple[Reason, ...]]:
        """For each customer the strongest reasons, at most so many; none where nothing sets them apart."""
        told, own = self.explanation(matrix, most), self.columns.values(matrix)
        features = [self._sentences(each) for each in self.columns.features]
        rows = zip(told.family.tolist(), told.feature.tolist(), told.contribution.tolist(), strict=True)
        return [
            tuple(
                self._reason(family, features[feature], own[row, feature], added)
                for family, feature, added in zip(families, leaders, sums, strict=True)
                if family >= 0
            )
            for row, (families, leaders, sums) in enumerate(rows)
        ]

    def _sentences(self, feature: Feature) -> Sentences:
        words = self.columns.categories.get(feature.name, ())
        return Sentences(feature, tuple(words), self.medians.get(feature.name))

    def _reason(self, family: int, sentences: Sentences, own: float, added: float) -> Reason:
        value = None if own != own else float(own)
        said = sentences.said(value, added)
        is_number = not sentences.words
        return Reason(
            self.groups[family][0], sentences.feature.name, said, added,
            value if is_number else None, sentences.median if is_number else None,
        )  # fmt: skip


def medians_of(columns: Columns, matrix: FeatureMatrix) -> dict[str, float]:
    """The middle number of each feature that is no category, of those of whom it is known."""
    values = columns.values(matrix)
    found: dict[str, float] = {}
    for at, name in enumerate(columns.names):
        known = values[:, at][~np.isnan(values[:, at])]
        if name not in columns.categories and len(known):
            found[name] = float(np.median(known))
    return found
