"""Is every text said in both languages, each in its own letters?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests_support.sources import modules, name_of, tree

HANGUL = re.compile("[가-힣]")
LETTERS = re.compile("[A-Za-z]{2,}")

# Terms that are the same in Korean: no other word stands in the text.
SAME_IN_KOREAN = {"MRR", "ARR", "ARPA", "NDR", "GRR", "LTV", "RFM", "NPS", "CSAT", "CES", "CRR", "SQL", "ID"}
ERRORS = {"DangolError", "RequestError", "DataError"}


def _calls(names: set[str], *folders: str) -> Iterator[tuple[str, ast.Call]]:
    for path in modules(*folders or ("src",)):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield f"{name_of(path)}:{node.lineno}", node


def _constant(node: ast.expr) -> str | None:
    """The words of a literal or of an f-string without its values; None when it is computed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value
            for part in node.values
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        )
    return None


def _said() -> Iterator[tuple[str, str, str]]:
    for place, call in _calls({"Said"}):
        given = {keyword.arg: keyword.value for keyword in call.keywords} | dict(
            zip(("en", "ko"), call.args, strict=False)
        )
        en, ko = _constant(given["en"]), _constant(given["ko"])
        if en is not None and ko is not None:
            yield place, en, ko


def test_korean_is_korean() -> None:
    wrong = [
        f"{place} {ko!r}"
        for place, _, ko in _said()
        if not HANGUL.search(ko) and set(LETTERS.findall(re.sub(r"\{.*?\}", "", ko))) - SAME_IN_KOREAN
    ]
    assert not wrong


def test_english_is_english() -> None:
    assert not [f"{place} {en!r}" for place, en, _ in _said() if HANGUL.search(en)]


def test_nothing_shouts() -> None:
    assert not [
        f"{place} {text!r}" for place, en, ko in _said() for text in (en, ko) if re.search(r"!(?!=)", text)
    ]


def test_placeholders_are_the_same_in_both_languages() -> None:
    def holes(text: str) -> list[str]:
        return sorted(re.findall(r"\{(\w+)", text))

    assert not [place for place, en, ko in _said() if holes(en) != holes(ko)]


def test_errors_are_said_in_both_languages() -> None:
    assert not [
        place
        for place, call in _calls(ERRORS)
        if any(_constant(argument) is not None for argument in call.args)
    ]
