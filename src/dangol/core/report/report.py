"""What should be looked at first? From a world to a report in one language."""

from __future__ import annotations

from dangol import __version__
from dangol.core.engine.world import World
from dangol.core.errors import RequestError
from dangol.core.language import Language, Said
from dangol.core.report import words
from dangol.core.report.evidence import Evidence, Part, currency_of
from dangol.core.report.loaded import loaded
from dangol.core.report.model import Contribution, Report, Sentence, Unanswered
from dangol.core.report.sections import PARTS
from dangol.core.report.settle import settled
from dangol.core.report.voice import Voice

MOST_FIGURES = 4
MOST_SENTENCES = 3
MOST_SUGGESTIONS = 3


def make_report(world: World, *, language: Language = "en", title: str | None = None) -> Report:
    """The report of a world: every part that its data can answer, and what would answer the others.

    For a shop, the days after which a customer counts as gone are taken from the data first.
    """
    say = Voice(language, currency_of(world))
    world, settings = settled(world, say)
    evidence = Evidence(world, say)
    parts, unanswered = _written(evidence)
    opening = sorted((s for part in parts for s in part.opening), key=lambda s: s.rank)
    suggestions = sorted((s for part in parts for s in part.suggestions), key=lambda s: -s.weight)
    return Report(
        language=language,
        title=title or say(words.TITLE),
        as_of=world.as_of,
        covers=evidence.everything() if parts else "",
        opening=tuple(opening[:MOST_SENTENCES]) or (Sentence(say(words.EMPTY), "data"),),
        headline=tuple(f for part in parts for f in part.headline)[:MOST_FIGURES],
        suggestions=tuple(suggestions[:MOST_SUGGESTIONS]),
        sections=tuple(part.section for part in parts),
        unanswered=tuple(unanswered),
        loaded=loaded(world, say),
        settings=settings,
        version=__version__,
    )


def _written(evidence: Evidence) -> tuple[list[Contribution], list[Unanswered]]:
    parts, unanswered = [], []
    for part in PARTS:
        try:
            written = part.write(evidence)
        except RequestError as error:
            unanswered.append(_missing(part, error, evidence.say))
            continue
        if written is not None:
            parts.append(written)
    return parts, unanswered


def _missing(part: Part, error: RequestError, say: Voice) -> Unanswered:
    reason = Said(f"{error.wrong.en} {error.would_work.en}", f"{error.wrong.ko} {error.would_work.ko}")
    return Unanswered(say(part.question), say(reason))
