"""Does the reference say what the objects say? A page that was not written anew fails here, and so does a gap."""

from __future__ import annotations

import dataclasses

import pytest
from reference import PAGES, commands, field_docs, written_pages

from dangol.core.engine import Settings
from dangol.core.features.snapshot import FEATURES
from dangol.core.language import LANGUAGES, Language
from dangol.core.metrics import catalogue
from dangol.core.rules import WORDS
from dangol.core.schema import NOUNS
from dangol.core.schema.reasons import REASONS
from dangol.platform.kernel.environment import VARIABLES
from tests_support.sources import ROOT

REFERENCE = ROOT / "docs" / "reference"
in_both = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize("name", sorted(written_pages()))
def test_page_is_as_the_objects_are(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")
    assert written == written_pages()[name], "run `make docs` and commit what it writes"


def test_no_page_is_left_over() -> None:
    assert {path.name for path in REFERENCE.glob("*.md")} == set(written_pages())


@in_both
def test_every_metric_is_documented(language: Language) -> None:
    page = PAGES["metrics"](language)
    for metric in catalogue().values():
        assert f'<a id="{metric.name}"></a>' in page
        for name in (*metric.parameters, *metric.returns):
            assert f"`{name}`" in page


@in_both
def test_every_rule_word_is_documented(language: Language) -> None:
    page = PAGES["rules"](language)
    assert [word for word in WORDS if f"| `{word}` |" not in page] == []


@in_both
def test_every_reason_is_documented(language: Language) -> None:
    page = PAGES["reasons"](language)
    assert [code for code in REASONS if f"`{code}`" not in page] == []


@in_both
def test_every_column_is_documented(language: Language) -> None:
    page = PAGES["files"](language)
    for noun in NOUNS.values():
        assert f"(`{noun.name}`)" in page
        assert [column.name for column in noun.columns if f"`{column.name}`" not in page] == []


@in_both
def test_every_feature_is_documented(language: Language) -> None:
    page = PAGES["features"](language)
    assert [name for name in FEATURES if f"| `{name}` |" not in page] == []


def test_every_setting_says_what_it_means() -> None:
    assert set(field_docs(Settings)) == {field.name for field in dataclasses.fields(Settings)}


@in_both
def test_every_environment_variable_is_documented(language: Language) -> None:
    page = PAGES["settings"](language)
    assert [each.name for each in VARIABLES if f"| `{each.name}` |" not in page] == []


@in_both
def test_every_command_is_documented(language: Language) -> None:
    page = PAGES["settings"](language)
    names = [name for name, _ in commands()]
    assert len(names) >= 5
    assert [name for name in names if f"## `{name}`" not in page] == []
