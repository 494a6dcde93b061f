"""How does a program read the report? The same numbers and words as plain JSON values."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dangol.core.report.model import Contents


def plain(report: Contents) -> dict[str, Any]:
    """The report as dicts, lists, strings and numbers; amounts of money are strings, so none loses a digit."""
    data = _plain(report)
    return {"format": "dangol.report/1", **data}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (date, Decimal)):
        return str(value)
    return value
