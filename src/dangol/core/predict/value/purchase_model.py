"""What can be asked of every model of purchases? Who is still there, how many come, and how likely is silence."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from dangol.core.predict.value.fitting import Optimum
from dangol.core.predict.value.histories import Grouped, Numbers, PurchaseHistories, check_fits, grouped

Customers = PurchaseHistories | Grouped
"""Asked about histories, a model answers for each customer; about groups of equal histories, for each group."""


@dataclass(frozen=True, eq=False)
class PurchaseModel(ABC):
    """Parameters fitted to the purchases of all customers; every span is in the unit of the histories."""

    optimum: Optimum
    name: ClassVar[str]
    parameter_names: ClassVar[tuple[str, ...]]

    @classmethod
    def fit(cls, customers: Customers) -> Self:
        """The most likely parameters; a DataError where customers are too few or nobody bought again."""
        groups = _groups(customers)
        check_fits(groups)
        return cls(cls._optimum(groups))

    @property
    def parameters(self) -> Mapping[str, float]:
        """The fitted parameters by the letters of the papers."""
        return dict(zip(self.parameter_names, map(float, self.optimum.parameters), strict=True))

    @property
    def log_likelihood(self) -> float:
        """Of all customers, constant terms included as in the papers."""
        return self.optimum.log_likelihood

    def with_parameters(self, parameters: Numbers) -> Self:
        """The same model as if these were its parameters: how an uncertain one would answer."""
        return type(self)(Optimum(parameters, self.log_likelihood, None, ()))

    def alive(self, customers: Customers) -> Numbers:
        """P(has not left for good by T). Not a churn score: use `silent` (SCIENCE 7)."""
        groups = _groups(customers)
        return _answer(customers, groups, self._alive(groups))

    def expected(self, customers: Customers, span: float) -> Numbers:
        """Expected purchase days within `span` after T."""
        groups = _groups(customers)
        return _answer(customers, groups, self._alive(groups) * self._expected_if_alive(groups, span))

    def silent(self, customers: Customers, span: float) -> Numbers:
        """P(no purchase within `span` after T): the chance of leaving over a horizon."""
        groups = _groups(customers)
        stays = self._alive(groups) * (1.0 - self._silent_if_alive(groups, span))
        return _answer(customers, groups, 1.0 - stays)

    def at_least(self, customers: Customers, span: float, count: int) -> Numbers:
        """P(`count` purchase days or more within `span` after T), count 1 or more."""
        groups = _groups(customers)
        return _answer(customers, groups, self._alive(groups) * self._at_least_if_alive(groups, span, count))

    def expected_of_new(self, span: float) -> float:
        """Expected repeat purchase days of somebody in the `span` after a first purchase."""
        zero = np.zeros(1)
        return float(
            self.expected(Grouped(zero, zero, zero, np.ones(1), np.zeros(1, dtype=np.intp)), span)[0]
        )

    def to_plain(self) -> dict[str, Any]:
        """Everything of the model, for JSON."""
        covariance = self.optimum.covariance
        return {
            "model": self.name,
            "parameters": [float(each) for each in self.optimum.parameters],
            "log_likelihood": self.log_likelihood,
            "covariance": None if covariance is None else covariance.tolist(),
            "at_edge": list(self.optimum.at_edge),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """The model that `to_plain` wrote."""
        covariance = plain["covariance"]
        return cls(
            Optimum(
                np.array(plain["parameters"], dtype=np.float64),
                float(plain["log_likelihood"]),
                None if covariance is None else np.array(covariance, dtype=np.float64),
                tuple(plain["at_edge"]),
            )
        )

    @classmethod
    @abstractmethod
    def _optimum(cls, groups: Grouped) -> Optimum: ...

    @abstractmethod
    def _alive(self, groups: Grouped) -> Numbers: ...

    @abstractmethod
    def _expected_if_alive(self, groups: Grouped, span: float) -> Numbers: ...

    @abstractmethod
    def _silent_if_alive(self, groups: Grouped, span: float) -> Numbers: ...

    @abstractmethod
    def _at_least_if_alive(self, groups: Grouped, span: float, count: int) -> Numbers: ...


def _groups(customers: Customers) -> Grouped:
    return customers if isinstance(customers, Grouped) else grouped(customers)


def _answer(customers: Customers, groups: Grouped, per_group: Numbers) -> Numbers:
    return per_group if isinstance(customers, Grouped) else groups.spread(per_group)
