"""Does the form of an audience hold every word of the vocabulary, and give back the rule that went in?"""

from __future__ import annotations

import pytest

from dangol.core.errors import DangolError
from dangol.core.rules import WORDS, Known, rule, spelled_plainly
from dangol.platform.audiences.building import (
    Group,
    Leaf,
    Node,
    changed,
    empty_form,
    form_of,
    plain_of,
    read_form,
)

KNOWN = Known(audiences={"VIP": "plan is pro"})
DEEP = (
    "plan is pro and not (did 'A' then not 'B' within 3 days or (country any of (KR, JP) and audience VIP))"
)


def posted(node: Node) -> dict[str, str]:
    """What a browser sends for a form that nobody touched."""
    told = {f"not-{node.at}": "on"} if node.is_not else {}
    if isinstance(node, Group):
        told[f"joint-{node.at}"] = node.joint
        for part in node.parts:
            told |= posted(part)
        return told
    told |= {f"head-{node.at}": node.head, f"was-{node.at}": node.head, f"name-{node.at}": node.name}
    for clause in node.clauses:
        key = f"{node.at}-{clause.number}"
        told[f"word-{key}"] = clause.word.word
        if clause.shape == "span":
            told[f"value-{key}"], told[f"unit-{key}"] = clause.span
        else:
            told[f"value-{key}"] = clause.values[0]
        if len(clause.values) > 1:
            told[f"until-{key}"] = clause.values[1]
    return told


@pytest.mark.parametrize("written", [*(each.example for each in WORDS.values()), DEEP])
def test_a_rule_survives_the_form(written: str) -> None:
    tree = rule(written, KNOWN)
    form = form_of(spelled_plainly(tree))
    assert rule(plain_of(read_form(posted(form))), KNOWN) == tree


def test_buttons_change_the_form() -> None:
    form = changed(empty_form(), "add-rule:0:trait")
    assert [part.head for part in form.parts] == ["did", "trait"]
    form = changed(form, "add-group:0")
    assert form.parts[2].joint == "any"
    form = changed(form, "remove:0.0")
    assert [part.at for part in form.parts] == ["0.0", "0.1"]
    form = changed(form, "remove-clause:0.0:0")
    assert form.parts[0].clauses == ()
    form = changed(form, "add-clause:0.0:is set")
    assert form.parts[0].clauses[0].word.word == "is set"
    assert changed(form, "nonsense:0.7") == form


def test_another_head_begins_anew_and_what_is_not_filled_in_is_said() -> None:
    told = posted(empty_form()) | {"head-0.0": "trait", "name-0.0": "plan"}
    leaf = read_form(told).parts[0]  # type: ignore[union-attr]
    assert isinstance(leaf, Leaf)
    assert leaf.clauses[0].word.word == "is"
    with pytest.raises(DangolError) as error:
        plain_of(read_form(told))
    assert "비어" in error.value.in_("ko")


def test_what_a_hostile_form_sends_is_no_rule_but_no_fault() -> None:
    told = {
        "joint-0": "any",
        "head-0.0": "__class__",
        "name-0.0": "x" * 50,
        "word-0.0-0": "nope",
        "head-0.999": "did",
    }
    with pytest.raises(DangolError):
        rule(plain_of(read_form(told)))


def test_every_word_has_a_short_name_in_the_builder() -> None:
    from dangol.platform.audiences.building import ALLOWED
    from dangol.platform.web.rule_words import HEADS
    from dangol.platform.web.rule_words import WORDS as SHORT

    assert set(HEADS) == set(ALLOWED)
    assert set(SHORT) == {word for words in ALLOWED.values() for word in words}
