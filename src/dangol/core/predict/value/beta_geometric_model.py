"""How do BG/NBD and MBG/NBD answer? Alike, but for whether somebody can leave right after the first purchase."""

from __future__ import annotations

from typing import ClassVar

from dangol.core.predict.value import beta_geometric
from dangol.core.predict.value.fitting import Optimum
from dangol.core.predict.value.histories import Grouped, Numbers
from dangol.core.predict.value.purchase_model import PurchaseModel


class BetaGeometricModel(PurchaseModel):
    """Purchases at a gamma rate (r, alpha), leaving after a purchase with a beta chance (a, b)."""

    parameter_names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    first_chances: ClassVar[int]

    @classmethod
    def _optimum(cls, groups: Grouped) -> Optimum:
        return beta_geometric.fit_groups(groups, cls.first_chances)

    def _alive(self, groups: Grouped) -> Numbers:
        return beta_geometric.alive(self.optimum.parameters, groups, self.first_chances)

    def _expected_if_alive(self, groups: Grouped, span: float) -> Numbers:
        return beta_geometric.expected_if_alive(self.optimum.parameters, groups, self.first_chances, span)

    def _silent_if_alive(self, groups: Grouped, span: float) -> Numbers:
        return beta_geometric.silent_if_alive(self.optimum.parameters, groups, span)

    def _at_least_if_alive(self, groups: Grouped, span: float, count: int) -> Numbers:
        return beta_geometric.at_least_if_alive(
            self.optimum.parameters, groups, self.first_chances, span, count
        )
