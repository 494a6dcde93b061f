"""How is a randomised table read from a terminal? One row a unit in, a verdict and a page out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dangol.cli import options
from dangol.cli.notes import note, working
from dangol.cli.source import pairs
from dangol.cli.words import spoken, told
from dangol.core.errors import RequestError
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.core.engine.randomised import Randomised
    from dangol.core.experiments import Design, Readout
    from dangol.core.experiments.roles import Wanted

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help=told(
            "A table with one row a unit (customer or account): CSV, TSV, Parquet, Excel or JSON lines.",
            "대상(고객 또는 거래처)마다 한 행인 표: CSV, TSV, Parquet, Excel, JSON lines.",
        ),
    ),
]
Arm = Annotated[
    str | None,
    typer.Option("--arm", metavar="HEADING", help=told("Column of the arm.", "실험군 열.")),
]
Control = Annotated[
    str | None,
    typer.Option(
        "--control", metavar="ARM", help=told("The arm that was left alone.", "아무것도 하지 않은 대조군.")
    ),
]
Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        metavar="HEADING",
        help=told(
            "Column of an outcome, the goal first. May be given several times.",
            "결과 열. 첫 번째가 목표이며 여러 번 쓸 수 있습니다.",
        ),
    ),
]
Before = Annotated[
    list[str] | None,
    typer.Option(
        "--before",
        metavar="HEADING",
        help=told(
            "Column known before the start; takes noise away (CUPED). May be given several times.",
            "시작 전에 알던 열. 잡음을 줄입니다(CUPED). 여러 번 쓸 수 있습니다.",
        ),
    ),
]
Ratio = Annotated[
    list[str] | None,
    typer.Option(
        "--ratio",
        metavar="ABOVE/BELOW",
        help=told(
            "An outcome that is one column per another, such as spend/visit.",
            "한 열을 다른 열로 나눈 결과. 예: spend/visit.",
        ),
    ),
]
Segment = Annotated[
    list[str] | None,
    typer.Option(
        "--segment",
        metavar="HEADING",
        help=told(
            "Column to read the effect by, if it was declared beforehand.",
            "미리 정해 둔 세그먼트 열.",
        ),
    ),
]
Planned = Annotated[
    str | None,
    typer.Option(
        "--planned-shares",
        metavar="ARM=PART,...",
        help=told(
            "Planned sizes, such as control=1,offer=19; equal without it.",
            "계획한 비율. 예: control=1,offer=19. 없으면 같은 비율.",
        ),
    ),
]
Cost = Annotated[
    list[str] | None,
    typer.Option(
        "--cost",
        metavar="ARM=MONEY",
        help=told("What an arm cost in all.", "실험군에 든 비용 전체."),
    ),
]
Smallest = Annotated[
    float | None,
    typer.Option(
        "--smallest",
        metavar="SIZE",
        help=told(
            "The smallest difference worth having, in the unit of the outcome (0.01 is one point of a share).",
            "의미 있는 가장 작은 차이. 결과의 단위로 씁니다(비율 1%p는 0.01).",
        ),
    ),
]
PlannedUnits = Annotated[
    int,
    typer.Option(
        "--planned-units",
        metavar="UNITS",
        min=1,
        help=told(
            "Units that were expected by the end, fixed beforehand: the intervals are narrowest about there.",
            "끝날 때까지 예상한 대상 수(미리 정한 값). 구간이 그 근처에서 가장 좁습니다.",
        ),
    ),
]
Once = Annotated[
    bool,
    typer.Option(
        "--once",
        help=told(
            "This day was fixed before the start, and is looked at once: narrower intervals.",
            "보는 날을 시작 전에 정했고 한 번만 봅니다. 구간이 좁아집니다.",
        ),
    ),
]
Cap = Annotated[
    float | None,
    typer.Option(
        "--cap",
        metavar="SHARE",
        min=0.5,
        max=1.0,
        help=told(
            "Cut amounts off where this share of the units lies below, such as 0.999; it is said in the readout.",
            "이 비율의 대상이 들어오는 값에서 금액을 자릅니다. 예: 0.999. 결과에 함께 적습니다.",
        ),
    ),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="HTML", help=told("Where the page is written.", "보고서를 쓸 파일."))
]
Json = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="JSON",
        help=told(
            "Write the readout here, for programs; - is stdout.",
            "결과를 프로그램용으로 여기에 씁니다. -는 표준 출력입니다.",
        ),
    ),
]
Power = Annotated[
    bool,
    typer.Option(
        "--power",
        help=told(
            "Before the start: how many units and weeks it takes to see the effect of --smallest.",
            "시작 전: --smallest 크기의 효과를 보려면 몇 명, 몇 주가 필요한지 알려 줍니다.",
        ),
    ),
]
Rate = Annotated[
    float | None,
    typer.Option(
        "--rate",
        metavar="SHARE",
        help=told(
            "With --power: the share expected without the treatment, such as 0.9.",
            "--power와 함께: 처치가 없을 때의 비율. 예: 0.9.",
        ),
    ),
]
Weekly = Annotated[
    float | None,
    typer.Option(
        "--per-week",
        metavar="UNITS",
        help=told("Units that come into the experiment in a week.", "한 주에 실험에 들어오는 대상 수."),
    ),
]
ControlShare = Annotated[
    float,
    typer.Option(
        "--control-share",
        metavar="SHARE",
        help=told("With --power: share held out.", "--power와 함께: 제외해 둘 비율."),
    ),
]

READING = Said("Reading the file", "파일을 읽고 있습니다")
WRITING = Said("Comparing and drawing", "비교하고 그리고 있습니다")
WROTE = Said("The page is in {path}.", "페이지를 {path}에 적었습니다.")
READ = Said(
    "{name}: {rows:,} rows; arm = {arm}, outcomes = {outcomes}{before}.",
    "{name}: {rows:,}행. 실험군 = {arm}, 결과 = {outcomes}{before}.",
)
KNOWN_BEFORE = Said(", known before = {headings}", ", 시작 전에 알던 것 = {headings}")
STDOUT = Path("-")


def command(
    file: File = None,
    arm: Arm = None,
    control: Control = None,
    outcome: Outcomes = None,
    before: Before = None,
    ratio: Ratio = None,
    segment: Segment = None,
    planned_shares: Planned = None,
    cost: Cost = None,
    smallest: Smallest = None,
    planned_units: PlannedUnits = 5_000,
    once: Once = False,
    cap: Cap = None,
    lang: options.Lang = None,
    json: Json = None,
    out: Out = Path("experiment.html"),
    power: Power = False,
    rate: Rate = None,
    per_week: Weekly = None,
    control_share: ControlShare = 0.5,
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
    given = {"name": found.name, "rows": found.row_count, "arm": found.roles.arm, "outcomes": names}
    return Said(READ.en.format(before=en, **given), READ.ko.format(before=ko, **given))


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
