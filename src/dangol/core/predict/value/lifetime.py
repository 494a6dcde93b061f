"""What is each customer of a shop still worth, between which amounts, and how wrong was that the last time?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dangol.core.predict.card import Card, card_from_plain
from dangol.core.predict.value.bg_nbd import BgNbd
from dangol.core.predict.value.discounting import Terms
from dangol.core.predict.value.gamma_gamma import GammaGamma
from dangol.core.predict.value.hindsight import tested_on_what_came
from dangol.core.predict.value.histories import Grouped, PurchaseHistories, grouped
from dangol.core.predict.value.mbg_nbd import MbgNbd
from dangol.core.predict.value.pareto_nbd import ParetoNbd
from dangol.core.predict.value.purchase_days import PurchaseDays
from dangol.core.predict.value.purchase_model import PurchaseModel
from dangol.core.predict.value.season import Season, season_from_plain, season_of, tracking
from dangol.core.predict.value.value_card import Findings, value_card
from dangol.core.predict.value.worth import Parts, Values, amounts_of, scored, total_of

MODELS: Final[Mapping[str, type[PurchaseModel]]] = {each.name: each for each in (BgNbd, MbgNbd, ParetoNbd)}
"""The models that may be chosen, by name."""
MANY: Final = 50_000
"""With more different histories than this, Pareto/NBD is not tried: its integral is taken anew for each."""


@dataclass(frozen=True, eq=False)
class ValueModel:
    """A fitted model of purchases, one of amounts where they are known, a season where a year is known, and the card."""

    purchases: PurchaseModel
    amounts: GammaGamma | None
    season: Season | None
    terms: Terms
    as_of: date | None
    currency: str | None
    seed: int
    card: Card

    def score(self, histories: PurchaseHistories) -> Values:
        """The remaining value of each customer over the horizon of the model's terms."""
        parts = Parts(self.purchases, self.amounts, self.season, self.terms)
        return scored(parts, histories, self.seed)

    def to_text(self) -> str:
        """The whole model as JSON text; `value_model_of` reads it back."""
        plain = {
            "purchases": self.purchases.to_plain(),
            "amounts": self.amounts and self.amounts.to_plain(),
            "season": self.season and self.season.to_plain(),
            "terms": [self.terms.horizon_days, self.terms.yearly_discount, self.terms.margin],
            "as_of": self.as_of and self.as_of.isoformat(),
            "currency": self.currency,
            "seed": self.seed,
            "card": self.card.to_plain(),
        }
        return json.dumps(plain, ensure_ascii=False)


def value_model_of(text: str) -> ValueModel:
    """What `ValueModel.to_text` wrote."""
    plain = json.loads(text)
    return ValueModel(
        purchases=MODELS[plain["purchases"]["model"]].from_plain(plain["purchases"]),
        amounts=GammaGamma.from_plain(plain["amounts"]) if plain["amounts"] else None,
        season=season_from_plain(plain["season"]),
        terms=Terms(*plain["terms"]),
        as_of=date.fromisoformat(plain["as_of"]) if plain["as_of"] else None,
        currency=plain["currency"],
        seed=plain["seed"],
        card=card_from_plain(plain["card"]),
    )


def fit_value(
    histories: PurchaseHistories,
    *,
    purchases: PurchaseDays | None = None,
    earlier: PurchaseHistories | None = None,
    terms: Terms | None = None,
    candidates: Sequence[str] = tuple(MODELS),
    seed: int = 1,
) -> ValueModel:
    """Fit every candidate, take the most likely one, and test it on the time that came last.

    With `purchases` the back-test and the season are made from them; else with `earlier`, the same business's
    histories of an earlier day, only the back-test. A DataError where no model can be fitted.
    """
    terms = terms or Terms()
    fitted = _fitted(grouped(histories), candidates)
    amounts, no_money = amounts_of(histories)
    months = tracking(fitted[0], purchases, histories.as_of) if purchases and histories.as_of else ()
    parts = Parts(fitted[0], amounts, season_of(months), terms)
    tested, rivals = tested_on_what_came(
        histories, purchases, earlier, terms, [type(each) for each in fitted], seed
    )
    findings = Findings(
        fitted=tuple(fitted), amounts=amounts, no_money=no_money, season=parts.season, months=months,
        tested=tested, rivals=rivals, total=total_of(parts, histories, seed),
    )  # fmt: skip
    card = value_card(histories, terms, findings, seed)
    return ValueModel(
        fitted[0], amounts, parts.season, terms, histories.as_of, histories.currency, seed, card
    )  # fmt: skip


def _fitted(groups: Grouped, candidates: Sequence[str]) -> list[PurchaseModel]:
    """The candidates, the most likely first: all have four parameters, so that likelihoods compare.

    One whose parameters the data cannot tell comes after those that they can.
    """
    names = [name for name in candidates if name != ParetoNbd.name or len(groups.x) <= MANY]
    fitted = [MODELS[name].fit(groups) for name in names or candidates]
    return sorted(fitted, key=lambda model: (bool(model.optimum.at_edge), -model.log_likelihood))
