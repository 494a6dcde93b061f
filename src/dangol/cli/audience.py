"""Who does a rule name, and how many are they? Counted and listed from a terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dangol.cli import options
from dangol.cli.notes import note, working
from dangol.cli.source import Source, pairs
from dangol.cli.words import spoken, told
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from dangol.core.engine import World
    from dangol.core.rules import Tree

app = typer.Typer(
    help=told("Count and list the people that a rule names.", "규칙에 맞는 고객을 세고 나열합니다."),
    no_args_is_help=True,
    rich_markup_mode=None,
)

Rule = Annotated[
    str,
    typer.Argument(
        metavar="RULE",
        help=told(
            "One line of rule text, YAML or JSON; or a .yaml or .json file of it.",
            "한 줄 규칙, YAML 또는 JSON. 또는 그것을 담은 .yaml, .json 파일.",
        ),
    ),
]
Named = Annotated[
    list[str] | None,
    typer.Option(
        "--named",
        metavar="NAME=RULE",
        help=told(
            "Another audience that the rule may speak of by name.",
            "규칙 안에서 이름으로 부를 수 있는 다른 고객 그룹.",
        ),
    ),
]

COUNTING = Said("Counting", "세고 있습니다")
COUNTED = Said(
    "{count:,} of {people:,} people ({share:.1%})", "{people:,}명 가운데 {count:,}명 ({share:.1%})"
)
NOBODY = Said("nobody: the data has no people", "데이터에 고객이 없습니다")


@app.command(
    "count",
    help=told(
        "Say the rule as a sentence, and how many people it names.",
        "규칙을 문장으로 말하고, 해당하는 고객 수를 셉니다.",
    ),
)
def count(
    rule: Rule,
    files: options.Files,
    named: Named = None,
    lang: options.Lang = None,
    json: options.AsJson = False,
    engine: options.EngineName = "duckdb",
    map_: options.Map = None,
    as_of: options.AsOf = None,
    time_zone: options.TimeZone = "UTC",
    refused: options.Refused = None,
) -> None:
    """Say the rule as a sentence, and how many people it names."""
    from dangol.cli.output import as_json

    language = spoken(lang, os.environ)
    source = Source(files, language, engine, map_ or (), as_of, time_zone, refused=refused)
    with closing(source.world()) as world, working(COUNTING, language):
        tree = read(rule, named or (), world)
        facts = _said(tree, language) | _counted(tree, world)
    typer.echo(as_json(facts) if json else f"{facts['sentence']}\n{_in_words(facts, language)}")


@app.command(
    "members",
    help=told(
        "List the people a rule names, and when time alone may change that for each.",
        "규칙에 맞는 고객을 나열하고, 시간이 지나 달라질 때를 알려 줍니다.",
    ),
)
def members(
    rule: Rule,
    files: options.Files,
    named: Named = None,
    lang: options.Lang = None,
    json: options.AsJson = False,
    csv: options.AsCsv = False,
    engine: options.EngineName = "duckdb",
    map_: options.Map = None,
    as_of: options.AsOf = None,
    time_zone: options.TimeZone = "UTC",
    refused: options.Refused = None,
) -> None:
    """List the people a rule names, and when time alone may change that for each."""
    from dangol.cli.output import as_csv, as_json, as_table

    language = spoken(lang, os.environ)
    source = Source(files, language, engine, map_ or (), as_of, time_zone, refused=refused)
    with closing(source.world()) as world, working(COUNTING, language):
        tree = read(rule, named or (), world)
        answer = world.ask(_listed(tree, world))
    said = _said(tree, language)
    if json:
        typer.echo(as_json(said | {"as_of": world.as_of, "members": answer.records()}))
        return
    note(Said(said["sentence"], said["sentence"]), language)
    typer.echo(as_csv(answer.columns, answer) if csv else as_table(answer.columns, answer, language))


def read(written: str, named: Sequence[str], world: World) -> Tree:
    """The rule as a tree, its names checked against what the world knows."""
    from dangol.core.rules import Known, rule

    others = {name: _text(each) for name, each in pairs(named, "--named", "NAME=RULE").items()}
    return rule(_text(written), Known(events=_events(world), audiences=others))


def _text(written: str) -> str:
    is_file = written.lower().endswith((".yaml", ".yml", ".json")) and "\n" not in written
    return Path(written).read_text(encoding="utf-8") if is_file else written


def _events(world: World) -> Sequence[str]:
    """The names of the events in the data; those that orders, tickets and the like answer for are known anyway."""
    if "events" not in world.nouns:
        return ()
    return [
        str(name) for name in world.ask(world.tables()["events"].select("name").distinct()).column("name")
    ]


def _said(tree: Tree, language: Language) -> dict[str, Any]:
    from dangol.core.rules import sentence, text_of

    return {"rule": text_of(tree), "sentence": sentence(tree).in_(language)}


def _counted(tree: Tree, world: World) -> dict[str, Any]:
    everyone = world.tables()["people"]
    (people,) = world.ask(everyone.aggregate(people=everyone.count())).column("people")
    number = world.audience_count(tree)
    share = number / people if people else None
    return {"as_of": world.as_of, "count": number, "people": people, "share": share}


def _in_words(facts: Mapping[str, Any], language: Language) -> str:
    if facts["share"] is None:
        return NOBODY.in_(language)
    return COUNTED.in_(language).format(**facts)


def _listed(tree: Tree, world: World) -> Table:
    """external_id string, next_flip_at timestamp (UTC; null: time alone never changes it), in order of the ids."""
    from dangol.core.rules import Moment
    from dangol.core.rules import members as members_of

    tables = world.tables()
    everyone = members_of(tree, tables, Moment.of_day(world.as_of, world.settings.time_zone))
    named = everyone.join(tables["people"], "person_id").filter(everyone.is_member)
    return named.select("external_id", "next_flip_at").order_by("external_id")
