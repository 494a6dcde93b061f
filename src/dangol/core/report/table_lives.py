"""What does a plain table of customers say of lives and prices? Months stayed, money a month, who left, what a row is called."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from dangol.core.predict.labelled_table import UNKNOWN, YES, labels_in
from dangol.core.predict.value.contractual import NOT_ENDED, Subscribers
from dangol.core.predict.value.discounting import MONTH_DAYS
from dangol.core.schema import NOUNS

TENURES: Final = frozenset(
    {"tenure", "tenure_months", "months", "months_on_book", "account_length_months", "이용개월", "이용개월수", "가입개월",
     "가입개월수", "사용개월", "이용기간_개월"}
)  # fmt: skip
"""Headings of a column that counts the months stayed."""
_ANY_DAY: Final = date(2000, 1, 1)
Table = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, eq=False)
class TableLives:
    """Lives counted back from a day that stands for the day of the table; numbered by the row."""

    subscribers: Subscribers
    as_of: date


def names_in(columns: Table) -> tuple[str, ...]:
    """What each row that says who left is called: by its first column that differs in every row, else by its number."""
    label = labels_in(columns)
    rows = labelled_rows(columns, label) if label else []
    for column in columns.values():
        if len(set(column)) == len(column) and None not in column:
            return tuple(str(column[at]) for at in rows)
    return tuple(str(at + 1) for at in rows)


def lives_in(columns: Table) -> TableLives | None:
    """Months and prices of every row that says whether it left; None where no column has them."""
    label = labels_in(columns)
    tenure, price = _heading(columns, TENURES), _heading(columns, _PRICES)
    if label is None or tenure is None or price is None:
        return None
    rows = labelled_rows(columns, label)
    months = np.array([_number(columns[tenure][at]) for at in rows])
    prices = np.array([_number(columns[price][at]) for at in rows])
    known = np.flatnonzero(~np.isnan(months) & (months >= 0))
    if not len(known):
        return None
    left = np.array([str(columns[label][at]).strip().lower() in YES for at in rows])[known]
    days = np.rint(months[known] * MONTH_DAYS).astype(np.int64)
    # Half a month more than counted: somebody of 12 months has passed the twelfth renewal and stands before the next.
    started = _ANY_DAY.toordinal() - days - np.where(left, 1, 16)
    ended = np.where(left, started + days, NOT_ENDED)
    return TableLives(Subscribers(known, started, ended, prices[known]), _ANY_DAY)


def labelled_rows(columns: Table, label: str) -> list[int]:
    """The rows that say whether the customer left: a model numbers its customers by their place among them."""
    cells = enumerate(columns[label])
    return [at for at, cell in cells if cell is not None and cell.strip().lower() not in UNKNOWN]


def _heading(columns: Table, wanted: frozenset[str]) -> str | None:
    plain = {
        re.sub(r"[\s\-.]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())).lower(): name
        for name in columns
    }
    return next((plain[each] for each in plain if each in wanted), None)


def _number(cell: str | None) -> float:
    try:
        number = float((cell or "").replace(",", ""))
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


_PRICES: Final = frozenset(
    next(each for each in NOUNS["subscriptions"].columns if each.name == "mrr_amount").headings
)
