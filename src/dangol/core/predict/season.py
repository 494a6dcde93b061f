"""What share of customers is to be expected to leave at this time of the year? So that a December is no surprise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, NamedTuple

from dangol.core.predict.calibration import Numbers, shifted
from dangol.core.predict.labelled import Labelled

NEAR_DAYS: Final = 20
"""A snapshot of so many days around a year before is of the same season."""

Source = Literal["last_year", "latest", "learned"]


class Expected(NamedTuple):
    """A share of leavers, and where it is from: a year before, the latest known, or all that was learned from."""

    rate: float
    source: Source


@dataclass(frozen=True, slots=True)
class Season:
    """The base rate of what was learned, and that of each snapshot with a day, oldest first."""

    learned: float
    rates: tuple[tuple[date, float], ...]

    def expected(self, day: date | None) -> Expected:
        """Of customers at risk on `day`: as in the same season of last year, else as lately."""
        if day is None or len(self.rates) < 2:
            return Expected(self.learned, "learned")
        year_ago = day - timedelta(days=365)
        away, rate = min((abs((each - year_ago).days), rate) for each, rate in self.rates)
        if away <= NEAR_DAYS:
            return Expected(rate, "last_year")
        return Expected(self.rates[-1][1], "latest")

    def shifted(self, chances: Numbers, day: date | None, rate: float | None = None) -> Numbers:
        """Chances as they are on `day`, or at a base `rate` that is given (0 to 1, ends excluded)."""
        now = self.expected(day).rate if rate is None else rate
        if now == self.learned or not (0 < now < 1 and 0 < self.learned < 1):
            return chances
        return shifted(chances, self.learned, now)

    def to_plain(self) -> dict[str, Any]:
        """Everything of it, for JSON."""
        return {"learned": self.learned, "rates": [[day.isoformat(), rate] for day, rate in self.rates]}


def season_of(snapshots: Sequence[Labelled], learned: float) -> Season:
    """The base rates of snapshots, oldest first."""
    dated = [(each.matrix.as_of, each.base_rate) for each in snapshots]
    return Season(learned, tuple((day, rate) for day, rate in dated if day is not None and rate is not None))


def season_from_plain(plain: Mapping[str, Any]) -> Season:
    """What `Season.to_plain` wrote."""
    return Season(plain["learned"], tuple((date.fromisoformat(day), rate) for day, rate in plain["rates"]))
