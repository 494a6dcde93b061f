"""Which column is what, when headings do not say? By the values: who repeats, what is a day, what is money."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_DAY: Final = re.compile(
    r"(\d{4}\s*[-./년]\s*\d{1,2}\s*[-./월]\s*\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}|(19|20)\d{2}[01]\d[0-3]\d$"
    r"|\d{1,2}[ -][A-Za-z]{3,9}[ -,]\s*\d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4})"
)
_NUMBER: Final = re.compile(r"[-+(]?\s*[₩￦\\$£€¥]?\s*-?\d[\d,]*(\.\d+)?\s*원?\)?$")
_WHOLE: Final = re.compile(r"-?\d+(\.0+)?$")
_WHO: Final = re.compile(
    r"cust|client|member|user|buyer|고객|회원|구매자|주문자|e-?mail|이메일|연락처|(^|[ _])id$|번호$",
    re.IGNORECASE,
)
_THING: Final = re.compile(r"order|invoice|product|item|주문번호|상품|송장|거래", re.IGNORECASE)
Sample = Mapping[str, Sequence[Any]]
SHARE: Final = 0.9


def is_day(values: Sequence[Any]) -> bool:
    """Whether nearly all filled cells look like days."""
    return _share(values, _DAY) >= SHARE


def is_number(values: Sequence[Any]) -> bool:
    """Whether nearly all filled cells look like numbers."""
    return _share(values, _NUMBER) >= SHARE


def order_columns(sample: Sample, *, has_header: bool, taken: Mapping[str, str]) -> dict[str, str]:
    """What an order lacks, found among the columns not taken: a person, a day, an amount, by their values."""
    found = dict(taken)
    free = [heading for heading in sample if heading not in taken.values()]
    if not {"ordered_at", "ordered_on"} & set(found):
        _claim(found, free, "ordered_at", [h for h in free if is_day(sample[h])])
    numbers = [h for h in free if is_number(sample[h]) and not is_day(sample[h])]
    if "amount" not in found and "unit_price" not in found:
        _claim(found, free, "amount", [h for h in numbers if _has_decimals(sample[h])])
    if "person_id" not in found:
        _claim(found, free, "person_id", _people(sample, free, has_header=has_header))
    if "amount" not in found and "unit_price" not in found:
        _claim(found, free, "amount", [h for h in numbers if h in free and _spread(sample[h]) > 2])
    return found


def _claim(found: dict[str, str], free: list[str], column: str, candidates: Sequence[str]) -> None:
    if candidates:
        found[column] = candidates[0]
        free.remove(candidates[0])


def _people(sample: Sample, free: Sequence[str], *, has_header: bool) -> list[str]:
    """Columns that could name people: values that repeat, or that a heading suggests; most values first."""
    able = [h for h in free if _is_name_like(sample[h]) and not is_day(sample[h])]
    if has_header:
        able = [h for h in able if _WHO.search(h) and not _THING.search(h)]
    return sorted(able, key=lambda h: -_spread(sample[h]))


def _is_name_like(values: Sequence[Any]) -> bool:
    filled = [str(v) for v in values if v is not None]
    if not filled or (is_number(filled) and not all(_WHOLE.match(v) for v in filled)):
        return False
    return len(set(filled)) > 2 or len(filled) <= 5


def _spread(values: Sequence[Any]) -> int:
    return len({v for v in values if v is not None})


def _has_decimals(values: Sequence[Any]) -> bool:
    return any(v is not None and re.search(r"\.\d*[1-9]|[₩￦\\$£€¥원]", str(v)) for v in values)


def _share(values: Sequence[Any], pattern: re.Pattern[str]) -> float:
    filled = [str(value).strip() for value in values if value is not None]
    return sum(bool(pattern.match(value)) for value in filled) / len(filled) if filled else 0.0
