"""How is a reason said? The customer's own number with its unit, beside the peers', in English and Korean."""

from __future__ import annotations

from dataclasses import dataclass, field

from dangol.core.features.feature import Feature
from dangol.core.language import Said

_LEAVING = Said("associated with leaving", "이탈과 함께 나타납니다")
_STAYING = Said("associated with staying", "유지와 함께 나타납니다")


@dataclass(frozen=True, slots=True)
class Sentences:
    """All sentences about one feature; those already said are kept, as many customers share a number.

    "Days since the last purchase: 55 days (typical: 21 days) – associated with leaving."
    """

    feature: Feature
    words: tuple[str, ...]
    median: float | None
    _said: dict[tuple[float | None, bool], Said] = field(default_factory=dict)

    def said(self, own: float | None, contribution: float) -> Said:
        """The reason for somebody whose own number is `own` (None: unknown)."""
        key = own, contribution > 0
        found = self._said.get(key)
        if found is None:
            found = self._said[key] = self._new(own, _LEAVING if contribution > 0 else _STAYING)
        return found

    def _new(self, own: float | None, going: Said) -> Said:
        name, number = self.feature.said, self._number(own)
        if self.median is None or self.words:
            return Said(f"{name.en}: {number.en} – {going.en}.", f"{name.ko}: {number.ko} – {going.ko}.")
        usual = written(self.median, self.feature.unit)
        return Said(
            f"{name.en}: {number.en} (typical: {usual.en}) – {going.en}.",
            f"{name.ko}: {number.ko} (보통 {usual.ko}) – {going.ko}.",
        )

    def _number(self, own: float | None) -> Said:
        if own is None:
            return Said("not known", "알 수 없음")
        if self.words:
            word = self.words[int(own)]
            return Said(word, word)
        return written(own, self.feature.unit)


def written(value: float, unit: str) -> Said:
    """A number in its unit.

    >>> written(55, "days"), written(0.25, "rate").en, written(1, "flag").ko, written(1234.5, "money").en
    (Said(en='55 days', ko='55일'), '25 %', '예', '1,234.50')
    >>> [written(each, "number").en for each in (110.04, 3.5, 20.0, 1397.475)]
    ['110', '3.5', '20', '1,397']
    """
    if unit == "days":
        plain = _plain(value)
        return Said(f"{plain} day" if plain == "1" else f"{plain} days", f"{plain}일")
    if unit == "rate":
        percent = _plain(100 * value)
        return Said(f"{percent} %", f"{percent}%")
    if unit == "flag":
        return Said("yes", "예") if value else Said("no", "아니오")
    if unit == "money":
        money = f"{value:,.0f}" if value == int(value) or abs(value) >= 10_000 else f"{value:,.2f}"
        return Said(money, money)
    plain = _plain(value)
    return Said(plain, plain)


def _plain(value: float) -> str:
    """At most two decimals, none for whole numbers, thousands apart."""
    if abs(value - round(value)) < 0.005 or abs(value) >= 1000:
        return f"{round(value):,}"
    return (f"{value:,.2f}" if abs(value) < 100 else f"{value:,.1f}").rstrip("0").rstrip(".")
