"""How is a randomised table read from a terminal? One row a unit in, a verdict and a page out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dangol.cli import experiment_options as opt
from dangol.cli import options
from dangol.cli.notes import note, working
from dangol.cli.source import pairs
from dangol.cli.words import spoken
from dangol.core.errors import RequestError
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.core.engine.randomised import Randomised
    from dangol.core.experiments import Design, Readout
    from dangol.core.experiments.roles import Wanted

READING = Said("Reading the file", "파일을 읽고 있습니다")
WRITING = Said("Comparing and drawing", "비교하고 그리고 있습니다")
WROTE = Said("The page is in {path}.", "페이지를 {path}에 적었습니다.")
READ = Said(
    "{name}: {rows:,} rows; arm = {arm}, outcomes = {outcomes}{before}.",
    "{name}: {rows:,}행. 실험군 = {arm}, 결과 = {outcomes}{before}.",
)
KNOWN_BEFORE = Said(", known before = {headings}", ", 시작 전에 알던 것 = {headings}")
EQUAL = Said(
    "Equal shares were assumed; others are named with --planned-shares control=1,offer=19.",
    "같은 비율로 나눴다고 보았습니다. 다르면 --planned-shares control=1,offer=19처럼 알려 주십시오.",
)
STDOUT = Path("-")


def command(
    file: opt.File = None,
    arm: opt.Arm = None,
    control: opt.Control = None,
    outcome: opt.Outcomes = None,
    before: opt.Before = None,
    ratio: opt.Ratio = None,
    segment: opt.Segment = None,
    planned_shares: opt.Planned = None,
    cost: opt.Cost = None,
    smallest: opt.Smallest = None,
    planned_units: opt.PlannedUnits = 5_000,
    once: opt.Once = False,
    cap: opt.Cap = None,
    lang: options.Lang = None,
    json: opt.Json = None,
    out: opt.Out = Path("experiment.html"),
    power: opt.Power = False,
    rate: opt.Rate = None,
    per_week: opt.Weekly = None,
    control_share: opt.ControlShare = 0.5,
) -> None:
    """Read a randomised table: did it work, how large is the effect, and how sure is that?"""
    from dangol.core.experiments.roles import Wanted

    language = spoken(lang, os.environ)
    wanted = Wanted(
        arm or "", control or "", tuple(outcome or ()), tuple(before or ()),
        tuple(map(_pair, ratio or ())), tuple(segment or ()),
    )  # fmt: skip
    if power:
        from dangol.cli.sizing import Plan, told_size

        told_size(Plan(file, wanted, rate, smallest, per_week, control_share), json == STDOUT, language)
        return
    if file is None:
        raise _no_file()
    asked = Asked(
        file, wanted, _planned(planned_shares), _costs(cost), smallest, planned_units, once, cap, out
    )
    _told(_read_out(asked, language), json, language)
    note(WROTE.format(path=out), language)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of a table, as typed."""

    file: Path
    wanted: Wanted
    planned: dict[str, float]
    cost: dict[str, float]
    smallest: float | None
    planned_units: int
    once: bool
    cap: float | None
    out: Path


def _told(readout: Readout, json: Path | None, language: Language) -> None:
    from dangol.cli.output import as_json

    if json is not None and json != STDOUT:
        json.write_text(as_json(readout.to_plain()), encoding="utf-8")
    sentences = "\n".join(sentence.in_(language) for sentence in readout.sentences)
    typer.echo(as_json(readout.to_plain()) if json == STDOUT else sentences)


def _read_out(asked: Asked, language: Language) -> Readout:
    """Read the table, judge it, and write its page."""
    from dangol.cli.clock import today
    from dangol.core.engine.randomised import randomised
    from dangol.core.report.experiment import experiment_page

    with working(READING, language):
        found = randomised(asked.file, asked.wanted)
    try:
        said = _read_said(found)
        for line in (said, *found.notes):
            note(line, language)
        with working(WRITING, language):
            readout = _judged(found, asked)
            page = experiment_page(readout, as_of=today("UTC"), language=language, read=(said,))
        asked.out.write_text(page, encoding="utf-8")
        if readout.verdict.ruling == "blocked" and not asked.planned:
            note(EQUAL, language)
    finally:
        found.close()
    return readout


def _judged(found: Randomised, asked: Asked) -> Readout:
    from dangol.core.experiments import read_summaries, summaries_on

    design = _design(found, asked)
    cut = found if asked.cap is None else found.with_cap(asked.cap)
    summaries = summaries_on(cut.ask, cut.units, cut.judged, segments=asked.wanted.segments)
    return read_summaries(
        design, summaries, looks="once" if asked.once else "any_day", cost=asked.cost, caps=cut.caps,
        notes=found.notes,
    )  # fmt: skip


def _design(found: Randomised, asked: Asked) -> Design:
    """The experiment that the table is of; equal shares unless others were planned."""
    from dangol.core.experiments import Arm as OneArm
    from dangol.core.experiments import Design
    from dangol.core.experiments.roles import control_of

    parts = asked.planned or dict.fromkeys(found.arms, 1.0)
    whole = sum(parts.values())
    return Design(
        found.name, tuple(OneArm(name, part / whole) for name, part in parts.items()),
        found.judged[0].measured.name, "as-given", control=control_of(tuple(parts), asked.wanted.control),
        smallest_effect=asked.smallest, segments=asked.wanted.segments, planned_units=asked.planned_units,
    )  # fmt: skip


def _read_said(found: Randomised) -> Said:
    names = ", ".join(each.measured.name for each in found.judged)
    headings = ", ".join(found.roles.before)
    before = KNOWN_BEFORE.format(headings=headings) if headings else None
    en, ko = (before.en, before.ko) if before else ("", "")
    values = {"name": found.name, "rows": found.row_count, "arm": found.roles.arm, "outcomes": names}
    return Said(READ.en.format(before=en, **values), READ.ko.format(before=ko, **values))


def _pair(text: str) -> tuple[str, str]:
    above, slash, below = text.partition("/")
    if not (above.strip() and slash and below.strip()):
        raise RequestError(
            Said(f"--ratio {text} was asked for.", f"--ratio {text}을(를) 요청하셨습니다."),
            Said("It does not say what is divided by what.", "무엇을 무엇으로 나누는지 알 수 없습니다."),
            Said("Write --ratio spend/visit.", "--ratio spend/visit처럼 쓰십시오."),
        )
    return above.strip(), below.strip()


def _planned(text: str | None) -> dict[str, float]:
    return _numbers(
        [each for each in (text or "").split(",") if each], "--planned-shares", "control=1,offer=19"
    )


def _costs(given: Sequence[str] | None) -> dict[str, float]:
    return _numbers(list(given or ()), "--cost", "offer=5000")


def _numbers(given: Sequence[str], option: str, form: str) -> dict[str, float]:
    """Numbers by name; a RequestError for what is no number above 0."""
    found = {}
    for name, text in pairs(given, option, form).items():
        try:
            found[name] = float(text)
        except ValueError:
            found[name] = -1.0
        if not 0 < found[name] < float("inf"):
            raise RequestError(
                Said(
                    f"{option} {name}={text} was asked for.", f"{option} {name}={text}을(를) 요청하셨습니다."
                ),
                Said("It is no number above 0.", "0보다 큰 숫자가 아닙니다."),
                Said(f"Write {option} {form}.", f"{option} {form}처럼 쓰십시오."),
            )
    return found


def _no_file() -> RequestError:
    return RequestError(
        Said("An experiment was to be read.", "실험 결과를 읽으려고 했습니다."),
        Said("No file was named.", "파일이 없습니다."),
        Said(
            "Write dangol experiment results.csv, or before the start: "
            "dangol experiment --power --rate 0.9 --smallest 0.01 --per-week 1200.",
            "dangol experiment results.csv처럼, 시작 전이라면 "
            "dangol experiment --power --rate 0.9 --smallest 0.01 --per-week 1200처럼 쓰십시오.",
        ),
    )
