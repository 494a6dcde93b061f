"""How are the metrics listed, explained and answered from a terminal?"""

from __future__ import annotations

import inspect
import os
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dangol.cli import options
from dangol.cli.notes import note, working
from dangol.cli.source import Source
from dangol.cli.words import spoken, told
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.core.engine import Answer, World
    from dangol.core.metrics import Metric

app = typer.Typer(
    help=told("List, explain and answer the metrics.", "지표를 나열하고, 설명하고, 계산합니다."),
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help=told(
            "Name of a metric, as `dangol metric list` gives it.", "`dangol metric list`에 나오는 지표 이름."
        ),
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help=told(
            "One of the metric's settings, as `metric show` lists them.",
            "`metric show`에 나오는 지표의 설정 하나.",
        ),
    ),
]

FROM_DATA = Said("from the data", "데이터에서")
GONE = Said(
    "A customer counts as gone after {days} days without a purchase; --inactivity sets it.",
    "{days}일 동안 구매가 없으면 떠난 고객으로 봅니다. --inactivity로 바꿀 수 있습니다.",
)
COUNTING = Said("Counting", "계산하고 있습니다")


@app.command("list", help=told("Every metric: its name and what it is.", "모든 지표의 이름과 뜻."))
def list_(lang: options.Lang = None, json: options.AsJson = False) -> None:
    """Every metric: its name and what it is."""
    from dangol.cli.output import as_json
    from dangol.core.metrics import catalogue

    language = spoken(lang, os.environ)
    if json:
        typer.echo(as_json([described(each, language) for each in catalogue().values()]))
        return
    width = max(map(len, catalogue()), default=0)
    for each in catalogue().values():
        typer.echo(f"{each.name:<{width}}  {each.title.in_(language)}")


@app.command(
    "show",
    help=told(
        "One metric: meaning, formula, what it needs, its settings and its columns.",
        "지표 하나의 뜻, 식, 필요한 데이터, 설정, 열.",
    ),
)
def show(name: Name, lang: options.Lang = None, json: options.AsJson = False) -> None:
    """One metric: meaning, formula, what it needs, its settings and its columns."""
    from dangol.cli.output import as_json
    from dangol.core.metrics import find

    language = spoken(lang, os.environ)
    metric = find(name)
    typer.echo(as_json(described(metric, language)) if json else explained(metric, language))


@app.command("run", help=told("Answer one metric from files.", "파일로 지표 하나를 계산합니다."))
def run(
    name: Name,
    files: options.Files,
    set_: Set = None,
    lang: options.Lang = None,
    json: options.AsJson = False,
    csv: options.AsCsv = False,
    engine: options.EngineName = "duckdb",
    map_: options.Map = None,
    as_of: options.AsOf = None,
    time_zone: options.TimeZone = "UTC",
    inactivity: options.Inactivity = None,
    fiscal_start: options.FiscalStart = 1,
    refused: options.Refused = None,
) -> None:
    """Answer one metric from files."""
    from dangol.core.engine.parameters import parsed
    from dangol.core.metrics import find

    language = spoken(lang, os.environ)
    metric = find(name)
    given = parsed(metric, set_ or ())
    source = Source(files, language, engine, map_ or (), as_of, time_zone, inactivity, fiscal_start, refused)
    with closing(source.world()) as world:
        with working(COUNTING, language):
            answer = world.metric(name, **given)
        typer.echo(_written(metric, world, answer, given, language, json=json, csv=csv))


def _written(
    metric: Metric,
    world: World,
    answer: Answer,
    given: dict[str, Any],
    language: Language,
    *,
    json: bool,
    csv: bool,
) -> str:
    from dangol.cli.findings import counted
    from dangol.cli.output import as_csv, as_json, as_table

    if csv:
        return as_csv(answer.columns, answer)
    if json:
        return as_json(
            described(metric, language)
            | {
                "data": counted(world.loading),
                "as_of": world.as_of,
                "inactivity_days": _gone_after(metric, world),
                "given": {key: str(value) for key, value in given.items()},
            }
            | {"rows": answer.records()}
        )
    note(metric.title, language)
    note(metric.says, language)
    days = _gone_after(metric, world)
    if days is not None:
        note(GONE.format(days=days), language)
    return as_table(answer.columns, answer, language)


def _gone_after(metric: Metric, world: World) -> int | None:
    """After how many silent days a customer is gone, where the metric rests on it; None elsewhere."""
    is_of_purchases = "subscriptions" not in world.nouns and bool({"tenures", "stays"} & set(metric.needs))
    return world.settings.gone_after_days if is_of_purchases else None


def described(metric: Metric, language: Language) -> dict[str, Any]:
    """A metric as plain values, in one language."""
    from dangol.core.engine.parameters import written

    return {
        "metric": metric.name,
        "title": metric.title.in_(language),
        "says": metric.says.in_(language),
        "unit": metric.unit,
        "better": metric.better,
        "needs": list(metric.needs),
        "settings": {
            name: {"written": written(parameter.annotation), "default": _default(parameter, language)}
            for name, parameter in metric.parameters.items()
        },
        "columns": dict(metric.returns),
    }


def explained(metric: Metric, language: Language) -> str:
    """A metric as text for people: its sentence, formula, needs, settings and columns."""
    ko = language == "ko"
    facts = described(metric, language)
    settings = [
        f"  {name}={each['written']}{_by_default(each['default'], ko)}"
        for name, each in facts["settings"].items()
    ]
    return "\n".join(
        [
            f"{facts['title']}  [{metric.name}]", "", facts["says"], "",
            *metric.doc.partition(">>>")[0].rstrip().splitlines(), "",
            ("필요한 데이터: " if ko else "Needs: ") + ", ".join(metric.needs),
            "설정 (--set):" if ko else "Settings (--set):", *settings,
            "열:" if ko else "Columns:", *(f"  {column}  {dtype}" for column, dtype in metric.returns.items()),
        ]
    )  # fmt: skip


def _default(parameter: inspect.Parameter, language: Language) -> str | None:
    if parameter.default is inspect.Parameter.empty:
        return FROM_DATA.in_(language)
    return None if parameter.default is None else str(parameter.default)


def _by_default(default: str | None, ko: bool) -> str:
    if default is None:
        return ""
    return f"  ({'기본값' if ko else 'default'}: {default})"
