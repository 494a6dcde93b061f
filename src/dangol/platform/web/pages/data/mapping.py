"""Which heading is which column? The form in which a reader of an import says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict

from dangol.core.engine.files.headings import MUSTS, targets
from dangol.core.language import Said
from dangol.core.schema import NOUNS

FIELD: Final = "column:"
_NOT_ASKED: Final = frozenset(("external_id", "received_at", "properties", "traits"))
_STAND_IN: Final = {"ordered_on": "ordered_at", "occurred_on": "occurred_at", "sent_on": "sent_at",
                    "answered_on": "answered_at", "opened_on": "opened_at", "exposed_on": "exposed_at"}  # fmt: skip
_WORKED_IN: Final[Mapping[str, Said]] = {
    "unit_price": Said("Price of one", "단가"),
    "status": Said("Status of the order", "주문 상태"),
    "interval": Said("Billed how often", "청구 주기"),
}
_SHORT: Final[Mapping[str, Said]] = {
    "person_id": Said("Customer", "고객"),
    "currency": Said("Currency", "통화"),
    "order_id": Said("Order number", "주문번호"),
    "amount": Said("Amount", "금액"),
}
RECOGNISED: Final = Said("As recognised: {heading}", "알아본 대로: {heading}")
NONE: Final = Said("none", "없음")
WITHOUT: Final = Said("not in these files", "이 파일에 없음")
AS_RECOGNISED: Final = Said("What the files say themselves", "파일에서 알아본 대로")
_NOT_FILES: Final = ("scores", "trait_changes")
"""Tables that are not brought in as files here."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One column of ours, and the headings that it may be read from."""

    name: str
    title: Said
    is_needed: bool
    value: str
    options: tuple[tuple[str, Said | str], ...]


def nouns() -> list[tuple[str, Said]]:
    """What a table can be, as options."""
    return [
        ("", AS_RECOGNISED),
        *((name, noun.title) for name, noun in NOUNS.items() if name not in _NOT_FILES),
    ]


def choices(tables: Sequence[Any], noun: str, mapping: Mapping[str, str]) -> list[Choice]:
    """A choice for each column of the noun that the tables hold; none while nobody knows what they hold."""
    wanted = noun or next((table.noun for table in tables if table.noun), "")
    if not wanted:
        return []
    headings = list(dict.fromkeys(heading for table in tables for heading in table.headings))
    found = {column: heading for table in tables for heading, column in table.columns.items()}
    return [_choice(name, wanted, headings, found, mapping) for name in _columns(wanted)]


def told(form: QueryDict) -> tuple[str, dict[str, str]]:
    """The noun and the mapping that a form says."""
    said = {key.removeprefix(FIELD): str(form[key]) for key in form if key.startswith(FIELD)}
    return form.get("noun", ""), {column: heading for column, heading in said.items() if heading}


def _columns(noun: str) -> Iterable[str]:
    """Those without which it is not that noun first."""
    needed = [name for must in MUSTS[noun] for name in must]
    order = dict.fromkeys([*needed, *NOUNS[noun].dtypes, *sorted(targets(noun))])
    return (name for name in order if name not in _NOT_ASKED and name not in _STAND_IN)


def _choice(
    name: str, noun: str, headings: Sequence[str], found: Mapping[str, str], mapping: Mapping[str, str]
) -> Choice:
    given = mapping.get(name, "")
    recognised = found.get(name)
    first = WITHOUT if recognised is None or given else RECOGNISED.format(heading=recognised)
    options: tuple[tuple[str, Said | str], ...] = (("", first), *((each, each) for each in headings))
    needed = {must[0] for must in MUSTS[noun]}
    return Choice(name, column_title(noun, name), name in needed, given, options)


def column_title(noun: str, name: str) -> Said:
    """How a column is called to a reader."""
    if name in _WORKED_IN and name not in NOUNS[noun].dtypes:
        return _WORKED_IN[name]
    if name in _SHORT:
        return _SHORT[name]
    means = next((column.means for column in NOUNS[noun].columns if column.name == name), Said(name, name))
    return Said(means.en.replace(" (UTC)", ""), means.ko.replace("(UTC)", ""))


def heads(table: Any) -> list[str | Said]:
    """The headings of a preview, each with what it was taken for."""
    named: list[str | Said] = []
    for heading in table.headings:
        column = table.columns.get(heading)
        if column is None or table.noun is None:
            named.append(heading)
        else:
            title = column_title(table.noun, column)
            named.append(Said(f"{heading} → {title.en}", f"{heading} → {title.ko}"))
    return named
