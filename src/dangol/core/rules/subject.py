"""What does a condition look at? A column, or one field of JSON text, as text, number, day or moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.errors import RequestError
from dangol.core.language import Said

Kind = Literal["text", "number", "day", "moment", "boolean", "json"]

KINDS: Final[dict[str, Said]] = {
    "text": Said("text", "문자"),
    "number": Said("a number", "숫자"),
    "day": Said("a day", "날짜"),
    "moment": Said("a moment", "시각"),
    "boolean": Said("true or false", "참/거짓"),
    "json": Said("a field of JSON", "JSON 속성"),
}
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"


@ibis.udf.scalar.builtin(name="get_json_object")  # type: ignore[untyped-decorator]
def _json_field(text: str, path: str) -> str:  # type: ignore[empty-body]
    """A field of JSON text as text, null when it is missing; Spark's own name, a macro on DuckDB."""


def certain(test: BooleanValue) -> BooleanValue:
    """Two-valued: what is not known does not pass."""
    return test.fill_null(False)  # noqa: FBT003


def kind_of(dtype: str) -> Kind:
    """The kind of a column by its Ibis type."""
    if dtype.startswith(("int", "float", "decimal")):
        return "number"
    kinds: dict[str, Kind] = {"date": "day", "timestamp": "moment", "boolean": "boolean"}
    return kinds.get(dtype, "text")


@dataclass(frozen=True)
class Subject:
    """An expression and its kind. A field of JSON is what the value it is compared with is."""

    value: Expr
    kind: Kind

    def like(self, operand: Any) -> Expr:
        """The expression in the type of a value; null where it does not read as one."""
        if self.kind != "json":
            return self.value.cast("float64") if isinstance(operand, float) else self.value
        if isinstance(operand, (int, float)) and not isinstance(operand, bool):
            return self.number
        return self.day if isinstance(operand, date) else self.value

    @property
    def number(self) -> Expr:
        """As a number; null where a field of JSON is none."""
        if self.kind != "json":
            return self.value
        return ibis.ifelse(
            self.value.re_search(_NUMBER), self.value.try_cast("float64"), ibis.null("float64")
        )

    @property
    def day(self) -> Expr:
        """As a day; a field of JSON counts when it begins like 2025-01-31."""
        if self.kind != "json":
            return self.value
        day = self.value.substr(0, 10)
        return ibis.ifelse(self.value.re_search(_DAY), day.try_cast("date"), ibis.null("date"))


def json_subject(text: StringValue, key: str) -> Subject:
    """A field of JSON text; dots in the key go into nested objects."""
    path = ibis.literal("$.").concat(ibis.literal(key))
    return Subject(_json_field(text, path), "json")


def column_subject(table: Table, column: str, dtypes: Mapping[str, str]) -> Subject:
    """A typed column."""
    return Subject(table[column], kind_of(dtypes[column]))


def check_key(key: str, path: str) -> str:
    """The key of a JSON field, when it can be one."""
    if not key.strip() or any(letter in key for letter in "[]'\"\\*$"):
        raise RequestError(
            Said(f"At {path} the field {key!r} was asked for.", f"{path}에서 속성 {key!r}을(를) 요청하셨습니다."),
            Said("It is empty or holds one of [ ] ' \" \\ * $.", "비어 있거나 [ ] ' \" \\ * $ 문자가 들어 있습니다."),
            Said("Rename the field at its source.", "원본에서 속성 이름을 바꾸십시오."),
        )  # fmt: skip
    return key
