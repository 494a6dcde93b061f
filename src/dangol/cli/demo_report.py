"""What does the still report of a simulated business look like? Written in both languages, nothing runs."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Final

import typer

from dangol.cli import findings
from dangol.cli.notes import counting, note, working
from dangol.cli.report import WRITING
from dangol.cli.simulate import SIMULATING
from dangol.cli.source import READING
from dangol.core.language import Language, Said

CUSTOMERS: Final = 5_000
PAGES: Final[dict[Language, str]] = {"en": "report.html", "ko": "report.ko.html"}
TITLE: Final = Said("A simulated business", "모의 사업")
LOOK: Final = Said("Open the report: {page}", "보고서를 여십시오: {page}")
DATA: Final = Said(
    "The business it was made from is in {folder}; _truth/truths.json there has what was planted in it.",
    "보고서의 바탕이 된 모의 사업은 {folder}에 있고, 심어 둔 사실은 그 안의 _truth/truths.json에 있습니다.",
)


def write(folder: Path, customers: int, seed: int, language: Language) -> None:
    """Simulate a business and write its report in English and in Korean."""
    import dangol
    from dangol.core.report import make_report
    from dangol.core.simulate import Business, simulate

    data = room_for_business(folder)
    with counting(SIMULATING, language) as progress:
        simulate(Business(seed=seed, customers=customers), data, progress)
    with working(READING, language):
        world = dangol.world([data])
    with closing(world):
        findings.say(world.loading, language)
        for each, name in PAGES.items():
            with working(WRITING, language):
                page = make_report(world, language=each, title=TITLE.in_(each)).html()
            (folder / name).write_text(page, encoding="utf-8")
    for name in PAGES.values():
        typer.echo((folder / name).resolve().as_uri())
    note(LOOK.format(page=(folder / PAGES[language]).resolve()), language)
    note(DATA.format(folder=data), language)


def room_for_business(folder: Path) -> Path:
    """Where the business goes. One that an earlier demo left there is taken away; nothing else ever is."""
    data = folder / "business"
    if (data / "_truth" / "truths.json").is_file():
        shutil.rmtree(data)
    return data
