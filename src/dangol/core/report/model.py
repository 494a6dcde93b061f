"""What does a report hold? Plain data in the reader's language, before it becomes a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dangol.core.language import Language
from dangol.core.report.charts import Chart

Value = int | float | Decimal | str | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What every number stands on: what it means, over which days, and of how many."""

    definition: str
    period: str
    n: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `value` is None when it cannot be known; `shown` then says why."""

    name: str
    label: str
    value: Value
    shown: str
    basis: Basis
    change: str = ""
    """Against which base it moved, in words; empty when there is no base."""


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers behind a chart, as shown; `words` is how many leading columns are text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True, slots=True)
class Ranked:
    """One customer of a list: what stands at the right of the name, and below it a line and the reasons."""

    name: str
    shown: str
    under: str = ""
    reasons: tuple[str, ...] = ()
    is_high: bool = False
    """Whether what is shown at the right is alarming."""


@dataclass(frozen=True, slots=True)
class Section:
    """One question and its answer: `finding` is the title, the chart shows it, the table holds it."""

    name: str
    question: str
    finding: str
    basis: Basis
    sentences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    people: tuple[Ranked, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the opening; its `numbers`, as they stand in it, lead to the section that shows them."""

    text: str
    section: str
    numbers: tuple[str, ...] = ()
    rank: int = 9
    """Sentences of a lower rank come first."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to look at: what to do, the number that says so, and whom it concerns. `weight` ranks."""

    what: str
    why: str
    who: str
    section: str
    weight: float
    topic: str
    """Of several suggestions on one topic only the heaviest is shown."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Questions that the data cannot answer, and what would answer them."""

    questions: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part adds to the report."""

    section: Section
    opening: tuple[Sentence, ...] = ()
    headline: tuple[Figure, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was read: one line a source, the columns and how they were found, what was refused and why."""

    lines: tuple[str, ...] = ()
    refused: tuple[tuple[str, Table], ...] = ()
    columns: tuple[tuple[str, Table], ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a report says, in one language."""

    language: Language
    title: str
    as_of: date | None
    """None where the data has no time; nothing is said of the days it covers then."""
    covers: str
    opening: tuple[Sentence, ...]
    headline: tuple[Figure, ...]
    suggestions: tuple[Suggestion, ...]
    sections: tuple[Section, ...]
    unanswered: tuple[Unanswered, ...]
    loaded: Loaded
    settings: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    """What the engine said, with its SQL, where a query failed."""
    version: str = field(default="")
