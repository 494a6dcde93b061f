"""What should be looked at first? From a world to a report in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol import __version__
from dangol.core.engine.world import World
from dangol.core.errors import QueryError, RequestError
from dangol.core.language import Language
from dangol.core.report import words
from dangol.core.report.charts import draw_ahead
from dangol.core.report.evidence import Evidence, Part, currency_of
from dangol.core.report.loaded import loaded
from dangol.core.report.model import Basis, Contents, Contribution, Section, Sentence, Suggestion, Unanswered
from dangol.core.report.page import page
from dangol.core.report.plain import plain
from dangol.core.report.sections import PARTS
from dangol.core.report.settle import settled
from dangol.core.report.voice import Voice

MOST_FIGURES = 4
MOST_SENTENCES = 3
MOST_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Report(Contents):
    """A whole report: what it says, as one page for people and as plain values for programs."""

    def html(self) -> str:
        """One page that needs nothing else: letters, drawings and style are in it."""
        return page(self)

    def json(self) -> dict[str, Any]:
        """The same numbers and words for a program; charts are Vega-Lite specifications."""
        return plain(self)


def make_report(world: World, *, language: Language = "en", title: str | None = None) -> Report:
    """The report of a world: every part that its data can answer, and what would answer the others.

    For a shop, the days after which a customer counts as gone are taken from the data first.
    """
    say = Voice(language, currency_of(world))
    world, settings = settled(world, say)
    evidence = Evidence(world, say)
    parts, unanswered, failures = _written(evidence)
    opening = sorted((s for part in parts for s in part.opening), key=lambda s: s.rank)
    return Report(
        language=language,
        title=title or say(words.TITLE),
        as_of=world.as_of,
        covers=evidence.everything() if parts else "",
        opening=tuple(opening[:MOST_SENTENCES]) or (Sentence(say(words.EMPTY), "data"),),
        headline=tuple(f for part in parts for f in part.headline)[:MOST_FIGURES],
        suggestions=_ranked(parts),
        sections=tuple(part.section for part in parts),
        unanswered=unanswered,
        loaded=loaded(world, say),
        settings=settings,
        failures=failures,
        version=__version__,
    )


def _written(
    evidence: Evidence,
) -> tuple[list[Contribution], tuple[Unanswered, ...], tuple[str, ...]]:
    """The parts, what the data cannot answer, and what the engine said where a query failed."""
    parts: list[Contribution] = []
    failures: list[str] = []
    missing: dict[str, list[str]] = {}
    for part in sorted(PARTS, key=lambda part: not (part.leads_shop and evidence.is_shop)):
        try:
            written = part.write(evidence)
        except RequestError as error:
            missing.setdefault(evidence.missing(part, error), []).append(evidence.say(part.question))
            continue
        except QueryError as error:
            failures.append(error.in_(evidence.say.language))
            written = _failed(evidence, part, error)
        if written is not None:
            parts.append(written)
            for chart in written.section.charts:
                draw_ahead(chart)
    unanswered = tuple(Unanswered(tuple(questions), reason) for reason, questions in missing.items())
    return parts, unanswered, tuple(failures)


def _failed(evidence: Evidence, part: Part, error: QueryError) -> Contribution:
    """A section that says that its query failed, so that one failure does not cost the whole page."""
    say = evidence.say
    basis = Basis(evidence.definition(part.metrics[0]), "", "")
    return Contribution(
        Section(part.name, say(part.question), say(words.FAILED), basis, notes=(say(error.wrong),))
    )


def _ranked(parts: list[Contribution]) -> tuple[Suggestion, ...]:
    """The heaviest suggestion of each topic, the heaviest of all first."""
    heaviest: dict[str, Suggestion] = {}
    for suggestion in sorted((s for part in parts for s in part.suggestions), key=lambda s: -s.weight):
        heaviest.setdefault(suggestion.topic, suggestion)
    return tuple(heaviest.values())[:MOST_SUGGESTIONS]
