"""What does each feature add to a score of small trees? Exact Shapley values, looked up instead of worked out anew.

A tree of at most eight leaves asks at most seven questions of a customer, so that there are at most 128 kinds of
answers. For each kind the Shapley values are worked out once, over all subsets of the tree's features; a customer
then only has to be told its kind. The values are those of TreeSHAP, path dependent (Lundberg et al. 2020): a feature
that is not in the subset sends the customer down both branches, by their shares of the customers learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import factorial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

MOST_QUESTIONS: Final = 7
"""Of trees with more splits the tables would be large; they are left to LightGBM."""
_BLOCK: Final = 8192
"""So many customers at a time stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class _Question:
    """One split: customers at or below the threshold, or of one of the words, go left."""

    feature: int
    threshold: float
    words: npt.NDArray[np.int64] | None
    unknown_left: bool

    def goes_left(self, column: Numbers) -> npt.NDArray[np.bool_]:
        if self.words is not None:
            return np.isin(column, self.words)
        left = column <= self.threshold
        if self.unknown_left:
            left |= np.isnan(column)
        return left


@dataclass(frozen=True, eq=False)
class _Tree:
    """Its questions, its features, and what each feature adds for each kind of answers: [kinds, features]."""

    questions: tuple[_Question, ...]
    features: tuple[int, ...]
    table: Numbers


@dataclass(frozen=True, eq=False)
class TreeShares:
    """The tables of all trees of an ensemble."""

    trees: tuple[_Tree, ...]

    def of(self, values: Numbers) -> Numbers:
        """What each feature adds to the log-odds of each customer: float64[n, k]."""
        found = np.zeros(values.shape)
        for start in range(0, len(values), _BLOCK):
            rows = slice(start, start + _BLOCK)
            found[rows] = self._of_block(np.ascontiguousarray(values[rows].T)).T
        return found

    def _of_block(self, columns: Numbers) -> Numbers:
        added = np.zeros_like(columns)
        for tree in self.trees:
            kind = np.zeros(columns.shape[1], dtype=np.intp)
            for place, question in enumerate(tree.questions):
                kind += question.goes_left(columns[question.feature]).astype(np.intp) << place
            for at, feature in enumerate(tree.features):
                added[feature] += tree.table[:, at][kind]
        return added


def tree_shares(dumped: Mapping[str, Any]) -> TreeShares | None:
    """The tables of what LightGBM's `dump_model` gives; None where a tree is too large for one."""
    trees = [each["tree_structure"] for each in dumped["tree_info"]]
    if any(len(_splits(each)) > MOST_QUESTIONS for each in trees):
        return None
    return TreeShares(tuple(_tree(each) for each in trees if "split_feature" in each))


def _splits(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All nodes that ask something, the root first."""
    if "split_feature" not in node:
        return []
    return [node, *_splits(node["left_child"]), *_splits(node["right_child"])]


def _tree(root: Mapping[str, Any]) -> _Tree:
    splits = _splits(root)
    features = tuple(sorted({int(each["split_feature"]) for each in splits}))
    place = {int(each["split_index"]): at for at, each in enumerate(splits)}
    value = _values(root, place, features, len(splits))
    return _Tree(tuple(map(_question, splits)), features, value @ _weights(len(features)))


def _question(node: Mapping[str, Any]) -> _Question:
    feature = int(node["split_feature"])
    if node["decision_type"] == "==":
        words = np.array([int(word) for word in str(node["threshold"]).split("||")])
        return _Question(feature, 0.0, words, unknown_left=False)
    threshold = float(node["threshold"])
    # Where nothing was unknown when it learned, LightGBM takes an unknown number for 0.
    is_left = bool(node["default_left"]) if node["missing_type"] == "NaN" else threshold >= 0
    return _Question(feature, threshold, None, is_left)


def _values(
    node: Mapping[str, Any], place: Mapping[int, int], features: Sequence[int], questions: int
) -> Numbers:
    """Expected value below a node, for each kind of answers and each subset of known features: [2^q, 2^m]."""
    if "split_feature" not in node:
        return np.full((2**questions, 2 ** len(features)), float(node["leaf_value"]))
    left, right = (_values(node[side], place, features, questions) for side in ("left_child", "right_child"))
    share = _count(node["left_child"]) / (_count(node["left_child"]) + _count(node["right_child"]))
    bit = place[int(node["split_index"])]
    goes_left = (np.arange(2**questions) >> bit & 1).astype(bool)[:, None]
    is_known = (np.arange(2 ** len(features)) >> features.index(int(node["split_feature"])) & 1).astype(bool)
    return np.where(is_known, np.where(goes_left, left, right), share * left + (1 - share) * right)


def _count(node: Mapping[str, Any]) -> float:
    return float(node["internal_count"] if "split_feature" in node else node["leaf_count"])


@cache
def _weights(size: int) -> Numbers:
    """Shapley's weights of each subset for each of `size` features: [2^m, m], plus with it and minus without."""
    found = np.zeros((2**size, size))
    for subset in range(2**size):
        known = subset.bit_count()
        for feature in range(size):
            others = known - (subset >> feature & 1)
            weight = factorial(others) * factorial(size - others - 1) / factorial(size)
            found[subset, feature] = weight if subset >> feature & 1 else -weight
    return found
