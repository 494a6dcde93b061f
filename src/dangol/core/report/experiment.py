"""Did it work? The readout of an experiment as one still page: the verdict, its picture, and what it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from dangol import __version__
from dangol.core.experiments.readout import Effect, Readout
from dangol.core.language import Language, Said
from dangol.core.report.experiment_parts import SECTIONS
from dangol.core.report.model import Contents, Loaded, Sentence
from dangol.core.report.page import page
from dangol.core.report.plain import plain
from dangol.core.report.voice import Voice

__all__ = ["experiment_contents", "experiment_page", "plain"]

TITLE: Final = Said("Did it work? {name}", "효과가 있었습니까? {name}")
ALWAYS: Final = Said(
    "Intervals are 95% and hold on any day and at all looks together (asymptotic confidence sequence, narrowest at "
    "{n} units).",
    "구간은 95%이며 언제, 몇 번을 보더라도 성립합니다(점근 신뢰수열, {n}건에서 가장 좁음).",
)
ONCE: Final = Said(
    "Intervals are 95% for one look on a day fixed before the start.",
    "구간은 95%이며 시작 전에 정한 날에 한 번만 볼 때 성립합니다.",
)
HOLM: Final = Said(
    "P-values of all goals and arms are adjusted together (Holm), those of segments by false discoveries "
    "(Benjamini-Hochberg).",
    "모든 목표와 실험군의 p 값은 함께 보정하고(Holm), 세그먼트의 p 값은 거짓 발견율로 보정합니다(Benjamini-Hochberg).",
)
ASSIGNED: Final = Said(
    "Everybody counts in the arm they were assigned to, whatever reached them (intention to treat).",
    "실제로 무엇을 받았는지와 관계없이 모두를 배정된 집단으로 셉니다(배정 기준 분석).",
)


def experiment_contents(
    readout: Readout,
    *,
    as_of: date,
    language: Language = "en",
    title: str | None = None,
    read: Sequence[Said] = (),
) -> Contents:
    """What the page says, in one language. `read` is what was found in the data, a line each."""
    say = Voice(language)
    sections = tuple(section for part in SECTIONS if (section := part(readout, say)) is not None)
    return Contents(
        language=language,
        title=title or say(TITLE, name=readout.name),
        as_of=as_of,
        covers="",
        opening=tuple(_opening(readout, say)),
        headline=(),
        suggestions=(),
        sections=sections,
        unanswered=(),
        loaded=Loaded(tuple(say(line) for line in (*read, *readout.notes))),
        settings=tuple(say(line) for line in _settings(readout)),
        version=__version__,
    )


def experiment_page(readout: Readout, *, as_of: date, language: Language = "en", title: str | None = None,
                    read: Sequence[Said] = ()) -> str:  # fmt: skip
    """The page itself, which needs nothing else."""
    return page(experiment_contents(readout, as_of=as_of, language=language, title=title, read=read))


def _opening(readout: Readout, say: Voice) -> Iterable[Sentence]:
    yield Sentence(say(readout.verdict.said), "effect")
    yield Sentence(say(readout.verdict.next), "effect")


def _settings(readout: Readout) -> Iterable[Said]:
    yield _looks(readout.main) if readout.main is not None else ONCE
    yield HOLM
    if readout.is_randomised:
        yield ASSIGNED


def _looks(main: Effect) -> Said:
    return ALWAYS.format(n=f"{main.tuned_at:,}") if main.looks == "any_day" else ONCE
