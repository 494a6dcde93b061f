"""What does the data say? Metrics asked once each, in the reader's language, and what could not be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from dangol.core.calendar import Grain, Period
from dangol.core.engine.world import World
from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.core.report.model import Basis, Contribution
from dangol.core.report.voice import Voice
from dangol.core.schema import NOUNS

Row = dict[str, Any]


NEEDED: Final = {
    "activity": Said("events or orders", "이벤트 또는 주문"),
    "tenures": Said("subscriptions or orders", "구독 또는 주문"),
    "stays": Said("subscriptions or orders", "구독 또는 주문"),
}
"""What the derived tables are made of."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the report: its question, the metrics it reads, and how it answers.

    `write` gives None where the question does not arise, and raises a RequestError where the data
    cannot answer it.
    """

    name: str
    question: Said
    metrics: tuple[str, ...]
    write: Callable[[Evidence], Contribution | None]
    leads_shop: bool = False
    """In a shop it comes before the others."""


@dataclass
class Evidence:
    """The world, the voice, and the rows of every metric asked so far."""

    world: World
    say: Voice
    asked: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def rows(self, name: str, **parameters: Any) -> list[Row]:
        """The records of a metric; a RequestError when the data cannot answer it."""
        key = (name, repr(sorted(parameters.items())))
        if key not in self.asked:
            self.asked[key] = self.world.metric(name, **parameters).records()
        return self.asked[key]

    def has(self, *nouns: str) -> bool:
        """Whether the data holds all of these nouns."""
        return self.world.nouns.issuperset(nouns)

    @property
    def as_of(self) -> date:
        """The first day that is not known any more."""
        return self.world.as_of

    def definition(self, name: str, detail: Said | None = None) -> str:
        """What a metric means, in its own words, and what this page adds to them."""
        known = find(name)
        words = f"{self.say(known.title)}: {self.say(known.says)}"
        return f"{words} {self.say(detail)}" if detail else words

    def basis(self, name: str, period: str, n: str, detail: Said | None = None) -> Basis:
        """The definition of a metric with the period and the n of one use of it."""
        return Basis(self.definition(name, detail), period, n)

    def finished(self, rows: list[Row], start: str = "starts_on", end: str = "ends_on") -> list[Row]:
        """The rows whose period is over."""
        return [row for row in rows if row[end] <= self.as_of]

    @property
    def year(self) -> Period:
        """The last twelve whole months that the data covers; all of its days when it covers no month."""
        whole = self.world.period().whole_buckets(Grain.MONTH)[-12:]
        return Period(whole[0].start, whole[-1].end) if whole else self.world.period()

    @property
    def year_in_words(self) -> str:
        """The same, said."""
        return self.say.period(self.year.start, self.year.end)

    @property
    def is_shop(self) -> bool:
        """Whether customers are those who order, rather than those who subscribe."""
        return self.has("orders") and not self.has("subscriptions")

    @property
    def who_counts(self) -> Said | None:
        """Who is a customer, where that is not a matter of contract."""
        if not self.is_shop:
            return None
        days = self.world.settings.gone_after_days
        return Said(
            f"A customer is who bought within the last {days} days.",
            f"최근 {days}일 안에 구매한 사람을 고객으로 봅니다.",
        )

    def missing(self, part: Part, error: DangolError) -> str:
        """What would answer a part that the data cannot answer."""
        tables = self.world.tables()
        needs = [name for name in find(part.metrics[0]).needs if name not in tables]
        if not needs:
            return f"{self.say(error.wrong)} {self.say(error.would_work)}"
        nouns = [self.say(NEEDED[n]) if n in NEEDED else self.say(NOUNS[n].title).lower() for n in needs]
        words = Said("With {nouns} in the data:", "{nouns} 데이터가 있으면 알 수 있습니다.")
        return self.say(words, nouns=", ".join(dict.fromkeys(nouns)))

    def everything(self, *nouns: str) -> str:
        """The days that the data covers, in words."""
        days = self.world.period(*[noun for noun in nouns if noun in self.world.nouns])
        return self.say.period(days.start, days.end)


def currency_of(world: World) -> str | None:
    """The one currency of the data; None when it states none or several."""
    found: set[str] = set()
    for noun in ("subscriptions", "orders"):
        if noun in world.nouns:
            table = NOUNS[noun].table()
            found |= {
                code for code in world.ask(table.select("currency").distinct()).column("currency") if code
            }
    return found.pop() if len(found) == 1 else None
