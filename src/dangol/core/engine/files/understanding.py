"""What is this table, and what are its columns? By what the caller says, else by headings, else by content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.files.content import order_columns
from dangol.core.engine.files.headings import (
    LINE_HEADINGS,
    MUSTS,
    Guess,
    guess,
    noun_of,
    plain,
    targets,
)
from dangol.core.engine.files.loading import FoundColumn, How, LoadedFile
from dangol.core.engine.files.source import Raw, Source
from dangol.core.errors import DataError, UnknownNameError
from dangol.core.language import Said
from dangol.core.schema import NOUNS

OPTIONS: Final = ("noun", "encoding", "date_order")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller says about the files: a noun, an encoding, an order of days, headings by column."""

    noun: str | None = None
    encoding: str | None = None
    date_order: str | None = None
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understood:
    """A source whose noun and columns are known."""

    source: Source
    noun: str
    columns: Mapping[str, Raw]
    how: Mapping[str, How]
    sample: Mapping[str, Sequence[Any]]

    @property
    def found(self) -> tuple[FoundColumn, ...]:
        """The columns for the record."""
        return tuple(FoundColumn(name, raw.heading, self.how[name]) for name, raw in self.columns.items())

    @property
    def rest(self) -> tuple[Raw, ...]:
        """The columns that were not understood."""
        taken = {raw.heading for raw in self.columns.values()}
        return tuple(raw for raw in self.source.columns if raw.heading not in taken)

    @property
    def is_lines(self) -> bool:
        """Whether a row is a line of an order: quantity times price, or a product beside."""
        if self.noun != "orders" or not self.source.is_file:
            return False
        return "unit_price" in self.columns or any(plain(raw.heading) in LINE_HEADINGS for raw in self.rest)

    def cells(self, column: str) -> Sequence[Any]:
        """The sample of a column; empty when there is none."""
        return self.sample.get(self.columns[column].heading, ()) if column in self.columns else ()


def wishes(mapping: Mapping[str, str] | None) -> Wishes:
    """The caller's mapping taken apart; an error when it names a column that no noun has."""
    given = dict(mapping or {})
    options = {key: given.pop(key) for key in OPTIONS if key in given}
    noun = options.get("noun")
    if noun is not None and noun not in NOUNS:
        raise UnknownNameError(Said("table", "표"), noun, NOUNS)
    known = targets(noun) if noun else frozenset().union(*map(targets, NOUNS))
    for column in given:
        if column not in known:
            raise UnknownNameError(Said("column", "열"), column, {*known, *OPTIONS})
    if options.get("date_order", "mdy") not in ("mdy", "dmy"):
        raise UnknownNameError(Said("date_order", "날짜 순서"), options["date_order"], ("mdy", "dmy"))
    return Wishes(noun, options.get("encoding"), options.get("date_order"), given)


def check_headings(sources: Sequence[Source], wished: Wishes) -> None:
    """An error when a heading that the caller names is in none of the files."""
    seen = {plain(heading): heading for source in sources for heading in source.headings}
    for column, heading in wished.headings.items():
        if plain(heading) not in seen:
            raise DataError(
                Said(
                    f"The column {column} was to be read from {heading!r}.",
                    f"열 {column}을(를) {heading!r}에서 읽으려고 했습니다.",
                ),
                Said("No file has that heading.", "그런 제목을 가진 파일이 없습니다."),
                Said(
                    f"Headings seen: {', '.join(seen.values())}.", f"있는 제목: {', '.join(seen.values())}."
                ),
            )


def understand(duck: DuckDB, source: Source, wished: Wishes) -> Understood | LoadedFile:
    """The noun and columns of a source, or the record of why it was not understood."""
    exact = {plain(heading): heading for heading in source.headings}
    given = {c: exact[plain(h)] for c, h in wished.headings.items() if plain(h) in exact}
    noun = source.noun or wished.noun
    if source.format == "records" and noun:
        known = {heading: heading for heading in source.headings}
        return _understood(source, Guess(noun, known), {}, known)
    sample = source.sample(duck) if source.is_file else {}
    by_heading = _by_heading(source, noun, given)
    best = by_heading if by_heading and not by_heading.missing else None
    if best is None and noun in (None, "orders"):
        best = _by_content(source, sample, given)
    if best is None or best.missing:
        return _not_understood(source, best or by_heading, noun)
    return _understood(source, best, sample, by_heading.headings if by_heading else {}, given)


def _by_heading(source: Source, noun: str | None, given: Mapping[str, str]) -> Guess | None:
    headings = source.headings if source.has_header else ()
    if noun is None:
        return noun_of(headings, given)
    return guess(noun, headings, {c: h for c, h in given.items() if c in targets(noun)})


def _by_content(source: Source, sample: Mapping[str, Sequence[Any]], given: Mapping[str, str]) -> Guess:
    named = guess("orders", source.headings if source.has_header else (), given)
    known = targets("orders")
    taken = {column: heading for column, heading in named.headings.items() if column in known}
    return Guess("orders", order_columns(sample, has_header=source.has_header, taken=taken))


def _understood(
    source: Source,
    best: Guess,
    sample: Mapping[str, Sequence[Any]],
    by_heading: Mapping[str, str],
    given: Mapping[str, str] | None = None,
) -> Understood:
    raws = {raw.heading: raw for raw in source.columns}
    order = [*NOUNS[best.noun].dtypes, *targets(best.noun)]
    columns = {c: raws[best.headings[c]] for c in dict.fromkeys(order) if c in best.headings}
    how: dict[str, How] = {}
    for column in columns:
        named = source.has_header and _is_named(best.noun, column, best.headings[column], by_heading)
        how[column] = "given" if column in (given or {}) else "heading" if named else "content"
    return Understood(source, best.noun, columns, how, sample)


def _is_named(noun: str, column: str, heading: str, by_heading: Mapping[str, str]) -> bool:
    return by_heading.get(column) == heading or guess(noun, (heading,)).headings.get(column) == heading


def _not_understood(source: Source, best: Guess | None, noun: str | None) -> LoadedFile:
    headings = ", ".join(source.headings)
    lacking = best or guess("orders", source.headings)
    missing = _words(lacking)
    as_what = noun or ("orders" if best else None)
    en = (
        f"Taken as {as_what}, it lacks {missing}."
        if as_what
        else f"It is no table known here; as orders it lacks {missing}."
    )
    ko = (
        f"{as_what}(으)로 보면 {missing} 열이 없습니다." if as_what
        else f"아는 표가 아닙니다. 주문으로 보면 {missing} 열이 없습니다."
    )  # fmt: skip
    first = lacking.missing[0][0] if lacking.missing else "person_id"
    problem = Said(
        f"{en} Headings seen: {headings}. Say which heading it is, for example: --map {first}=HEADING.",
        f"{ko} 있는 제목: {headings}. 어느 제목인지 알려 주십시오. 예: --map {first}=제목.",
    )
    return LoadedFile(
        source.path, source.format, source.encoding, source.sheet, ignored=source.headings, problem=problem
    )


def _words(lacking: Guess) -> str:
    return ", ".join(" / ".join(must) for must in lacking.missing) or "-"


__all__ = ["MUSTS", "Understood", "Wishes", "check_headings", "understand", "wishes"]
