"""What number or person did a form name? Read leniently where it is clear, refused in a sentence where it is not."""

from __future__ import annotations

from dangol.core.errors import RequestError
from dangol.core.language import Said


def number_of(text: str, is_percent: bool = False) -> float | None:
    """A number as people type it; `is_percent`: of a share, written 85 or 85 %. None where nothing is written.

    >>> number_of("85 %", True), number_of("0.85"), number_of("1,200"), number_of("")
    (0.85, 0.85, 1200.0, None)
    """
    plain = text.strip().replace(",", "").replace(" ", "")
    if not plain:
        return None
    try:
        found = float(plain.removesuffix("%"))
    except ValueError:
        found = float("nan")
    if not abs(found) < 1e15:
        raise RequestError(
            Said(f"{text!r} was given as a number.", f"숫자로 {text!r}을(를) 주셨습니다."),
            Said("It cannot be read as one.", "숫자로 읽을 수 없습니다."),
            Said("Write it as 85 or 0.85.", "85 또는 0.85처럼 써 주십시오."),
        )
    return found / 100 if is_percent or plain.endswith("%") else found


def user_of(text: str) -> int | None:
    """The number of a person or a figure that a choice named; None for nobody."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
