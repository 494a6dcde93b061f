"""What was found in the files? Said on stderr: which table each file is, by which headings, and what was refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer

from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.core.engine.files import FoundColumn, LoadedFile, Loading

READ = Said("{name}: {noun}, {kept:,} of {read:,} rows", "{name}: {noun}, {read:,}행 가운데 {kept:,}행")
NOT_READ = Said("{name}: not used. {problem}", "{name}: 쓰지 않았습니다. {problem}")
COLUMNS = Said("  columns: {columns}", "  열: {columns}")
IGNORED = Said("  not used: {headings}", "  쓰지 않은 열: {headings}")
REFUSED = Said("  refused: {count:,} rows. {reason}", "  제외: {count:,}행. {reason}")
WROTE_REFUSED = Said("{count} refused rows are in {path}.", "제외한 {count}행을 {path}에 적었습니다.")
HOW = {"content": Said("by content", "내용으로 찾음"), "given": Said("as told", "지정함")}


def say(loading: Loading, language: Language) -> None:
    """Every finding, a line each, on stderr."""
    for line in lines(loading, language):
        typer.echo(line, err=True)


def lines(loading: Loading, language: Language) -> Iterator[str]:
    """What was understood and refused, file by file, and what concerns several of them."""
    for file in loading.files:
        yield from _file(file, language)
    for text in loading.notes:
        yield text.in_(language)


def counted(loading: Loading) -> dict[str, Any]:
    """The same as counts, for programs."""
    return {
        "rows_read": loading.rows_read,
        "rows_kept": loading.rows_kept,
        "refused": loading.refused,
        "files": [
            {
                "name": file.name,
                "table": file.noun,
                "columns": {each.column: each.heading for each in file.columns},
            }
            for file in loading.files
        ],
    }


def _file(file: LoadedFile, language: Language) -> Iterator[str]:
    from dangol.core.engine.files import REFUSALS
    from dangol.core.schema import NOUNS

    if file.noun is None:
        problem = file.problem.in_(language) if file.problem else ""
        yield NOT_READ.in_(language).format(name=file.name, problem=problem)
        return
    noun = NOUNS[file.noun].title.in_(language)
    yield READ.in_(language).format(name=file.name, noun=noun, kept=file.rows_kept, read=file.rows_read)
    if file.columns:
        yield COLUMNS.in_(language).format(
            columns=", ".join(_column(each, language) for each in file.columns)
        )
    if file.ignored:
        yield IGNORED.in_(language).format(headings=", ".join(file.ignored))
    for code, count in file.refused.items():
        yield REFUSED.in_(language).format(count=count, reason=REFUSALS[code].in_(language))
    for text in file.notes:
        yield f"  {text.in_(language)}"


def _column(found: FoundColumn, language: Language) -> str:
    if found.heading == found.column:
        return found.column
    how = f" ({HOW[found.how].in_(language)})" if found.how in HOW else ""
    return f"{found.column} = {found.heading}{how}"
