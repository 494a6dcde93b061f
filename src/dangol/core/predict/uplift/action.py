"""What is it worth to act on each customer? The expected profit of an offer, with what it wastes and costs.

    value_i(a) = u_i(a) (CLV_i - incentive) - (1 - u_i(a)) wasted_i - contact cost

u is the change of the chance to stay, wasted_i the incentive expected to go to somebody whom it did not change.
Source: Verbeke, Olaya, Guerry & Van Belle 2023; Lemmens & Gupta 2020 (Marketing Science 39:956): rank by profit lift.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.model import Uplifts
from dangol.core.predict.uplift.trial import Flags


@dataclass(frozen=True, eq=False)
class Offer:
    """One action as it would meet each customer. Money is in one currency.

    `contact_cost` is paid for everyone who is contacted, `incentive` to everyone contacted who stays.
    """

    name: str
    said: Said
    uplifts: Uplifts
    contact_cost: float
    incentive: float = 0.0

    def __post_init__(self) -> None:
        if not (self.contact_cost >= 0 and self.incentive >= 0):
            raise RequestError(
                Said(f"An offer {self.name} was to be planned.", f"제안 {self.name}을(를) 계획하도록 요청하셨습니다."),
                Said("Its cost or its incentive is below 0.", "비용이나 혜택 금액이 0보다 작습니다."),
                Said("Give what a contact costs, and what whoever stays is paid.", "연락 한 번의 비용과 남는 고객에게 드는 금액을 주십시오."),
            )  # fmt: skip

    @property
    def wasted(self) -> Floats:
        """The incentive expected to go to each customer whom the offer does not change, [n]: those who stay anyway."""
        unmoved = np.maximum(1 - self.uplifts.effect, 1e-9)
        return self.incentive * np.clip(self.uplifts.without / unmoved, 0.0, 1.0)

    @property
    def cost(self) -> Floats:
        """What contacting each customer is expected to cost, [n]: the contact, and the incentive of those who stay."""
        return self.contact_cost + self.incentive * self.uplifts.with_it

    def value(self, clv: Floats) -> Floats:
        """Expected profit of contacting each customer, [n]; `clv`, [n], is what one who stays is worth."""
        return self._at(self.uplifts.effect, clv)

    def lowest_value(self, clv: Floats) -> Floats:
        """The profit at the worse end of the interval of the effect, [n]."""
        return np.minimum(self._at(self.uplifts.low, clv), self._at(self.uplifts.high, clv))

    @property
    def is_harmful(self) -> Flags:
        """Whom the offer surely drives away, [n]: the sleeping dogs."""
        return self.uplifts.high < 0

    def _at(self, effect: Floats, clv: Floats) -> Floats:
        return np.asarray(effect * (clv - self.incentive) - (1 - effect) * self.wasted - self.contact_cost)
