"""Who stands in an address book? vCard files as lines of people, one JSON object each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from dangol.core.engine.files.encoding import detect
from dangol.core.engine.files.source import read_error
from dangol.core.language import Said

ENDINGS: Final = (".vcf", ".vcard")
_MOST_BYTES: Final = 1 << 20
"""Of one card; a longer one is a picture, and is passed over."""


def is_vcard(path: Path) -> bool:
    """Whether a file is an address book by its ending."""
    return path.suffix.lower() in ENDINGS


def as_lines(path: Path, folder: Path) -> Path:
    """The cards of a file as JSON lines in `folder`, under the name of the file; a DataError without any."""
    target = folder / f"{path.name}.jsonl"
    count = 0
    with target.open("w", encoding="utf-8") as out:
        for count, card in enumerate(_cards(path), 1):  # noqa: B007
            out.write(json.dumps(_person(card), ensure_ascii=False) + "\n")
    if not count:
        raise read_error(
            path,
            Said("There is no card in it.", "연락처가 들어 있지 않습니다."),
            Said(
                "Give a file with cards that begin with BEGIN:VCARD.",
                "BEGIN:VCARD로 시작하는 연락처 파일을 주십시오.",
            ),
        )
    return target


def _cards(path: Path) -> Iterator[str]:
    """The text of each card, one at a time."""
    lines: list[str] = []
    size = 0
    with path.open(encoding=detect(path).name, errors="replace", newline=None) as file:
        for line in file:
            is_start = line.strip().upper() == "BEGIN:VCARD"
            lines, size = ([], 0) if is_start else (lines, size)
            size += len(line)
            if size <= _MOST_BYTES:
                lines.append(line)
            if line.strip().upper() == "END:VCARD":
                if size <= _MOST_BYTES:
                    yield "".join(lines)
                lines, size = [], 0


def _person(text: str) -> dict[str, Any]:
    """What a card says of a person; the id is the card's UID, else the address, else the number."""
    import vobject

    try:
        card = vobject.readOne(text, ignoreUnreadable=True)
    except (vobject.base.ParseError, ValueError, UnicodeError):
        return {"person_id": None}
    told = {
        "name": _value(card, "fn"),
        "email": _value(card, "email"),
        "phone": _value(card, "tel"),
        "company": _company(card),
        "title": _value(card, "title"),
        "birthday": _value(card, "bday"),
        "note": _value(card, "note"),
    }
    told = {key: value for key, value in told.items() if value}
    return {"person_id": _value(card, "uid") or told.get("email") or told.get("phone"), **told}


def _value(card: Any, name: str) -> str | None:
    found = getattr(card, name, None)
    text = str(found.value).strip() if found is not None else ""
    return text or None


def _company(card: Any) -> str | None:
    found = getattr(card, "org", None)
    parts = found.value if found is not None else ()
    return " ".join(str(part) for part in parts if part).strip() or None
