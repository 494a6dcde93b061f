"""How is one figure of an answer said? By its column and unit, in the reader's language; null with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.platform.kernel.queries import business
from dangol.platform.web.numbers.shapes import UNCOMMON, shape_of
from dangol.platform.web.numbers.words import code_title
from dangol.platform.web.templatetags.figures import money, number, percent, voice

Row = Mapping[str, Any]

PLAIN: Final = frozenset(
    {"bucket", "bracket", "step", "place", "tenure_year", "from_day", "to_day", "months", "month"}
)
YES: Final = Said("yes", "예")
NO: Final = Said("no", "아니요")


def shown(metric: str, column: str, value: Any, row: Row) -> str:
    """A figure in words; a dash where it is not known."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return voice()(YES if value else NO)
    if isinstance(value, date):
        return voice().day(value)
    if isinstance(value, str):
        return voice()(code_title(column, value))
    if is_money(metric, column):
        return money(value, str(row.get("currency") or business().currency))
    if is_share(metric, column):
        return percent(value)
    return number(value, digits_of(column, value))


def is_money(metric: str, column: str) -> bool:
    """Whether a column holds money."""
    return column == "amount" or column.endswith("_amount")


def is_share(metric: str, column: str) -> bool:
    """Whether a column is a share of 0 to 1 that is said in percent."""
    if column in ("low", "high"):
        own = shape_of(metric).y
        return is_share(metric, own) if own not in ("low", "high") else False
    if column == "rate":
        return metric not in UNCOMMON
    return column.endswith(("_rate", "easy_low", "easy_high", "_gap", "gap_low", "gap_high")) or column in (
        "share_so_far", "threshold",
    )  # fmt: skip


def digits_of(column: str, value: float | Decimal) -> int:
    """Decimals: none for what is counted, one or two for means and scores."""
    if column.startswith("mean"):
        return 2
    if isinstance(value, int) or column in PLAIN or column.endswith("_count"):
        return 0
    return 2 if column.startswith(("ratio", "rate")) else 1


def is_number(metric: str, column: str) -> bool:
    """Whether cells of a column stand at the right."""
    return find(metric).returns[column].startswith(("int", "float", "decimal"))


def why_not(row: Row, column: str) -> str:
    """The code of why a figure is not known, where its row says so."""
    names = ("amount_reason", "reason") if column.endswith("amount") else ("reason", "amount_reason")
    return next((str(row[name]) for name in names if row.get(name)), "")
