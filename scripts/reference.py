"""What does the reference say? Pages of every metric, setting, reason and column, written from the objects."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import typer
from typer.models import ArgumentInfo, ParameterInfo
from typer.utils import get_params_from_function

from dangol.cli.app import app
from dangol.core.engine import Settings
from dangol.core.engine.parameters import written
from dangol.core.features.feature import FAMILIES as FEATURE_FAMILIES
from dangol.core.features.feature import UNITS as FEATURE_UNITS
from dangol.core.features.feature import Feature
from dangol.core.features.snapshot import FEATURES
from dangol.core.language import Language, Said
from dangol.core.metrics import Metric, catalogue
from dangol.core.rules import Known, Word, rule, sentence
from dangol.core.rules.vocabulary import of_family
from dangol.core.rules.words import Family
from dangol.core.schema import NOUNS, Noun
from dangol.core.schema.reasons import REASONS
from dangol.platform.kernel.environment import VARIABLES
from dangol.platform.log.refusals import REASONS as REFUSALS
from dangol.platform.log.vocabulary import EVENTS, Event
from dangol.platform.log.vocabulary import FAMILIES as EVENT_FAMILIES

MADE = Said(
    "This page is written by `make docs` from the code; change the code, not the page.",
    "이 문서는 `make docs`가 코드에서 만듭니다. 고치려면 코드를 고치십시오.",
)


def page(title: Said, about: Said, blocks: Iterable[str], language: Language) -> str:
    """One page: title, note that it is generated, what it is about, and its blocks."""
    head = [f"# {title.in_(language)}", f"<!-- {MADE.in_(language)} -->", about.in_(language)]
    return "\n\n".join([*head, *blocks]).rstrip() + "\n"


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    lines = [list(headings)]
    lines += [["---"] * len(lines[0]), *(list(map(_cell, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


# Metrics


def metrics(language: Language) -> str:
    """Every metric: meaning, formula, unit, needs, settings, columns, requirement ids, worked example."""
    about = Said(
        "Every metric is a function from tables to a table. A rate is 0 to 1; a number that cannot be known is "
        "empty and has a [reason](reasons.md). Run one with `dangol metric run NAME FILE...`.",
        "모든 지표는 표를 받아 표를 돌려주는 함수입니다. 비율은 0에서 1 사이이고, 알 수 없는 값은 비어 있으며 "
        "[이유](reasons.ko.md)가 함께 나옵니다. `dangol metric run 이름 파일...`로 계산합니다.",
    )
    every = catalogue().values()
    contents = "\n".join(f"- [{each.title.in_(language)}](#{each.name}) `{each.name}`" for each in every)
    blocks = [contents, *(_metric(each, language) for each in every)]
    return page(Said("Metrics", "지표"), about, blocks, language)


def _metric(metric: Metric, language: Language) -> str:
    ko = language == "ko"
    text, example = _split(metric.doc)
    parts = [f'<a id="{metric.name}"></a>', f"## {metric.title.in_(language)}", metric.says.in_(language)]
    parts += [table(["", ""], _facts(metric, ko))]
    if metric.parameters:
        parts += ["설정" if ko else "Settings", table(*_settings_of(metric, ko))]
    parts += ["열" if ko else "Columns", table(*_columns_of(metric, ko))]
    # The formula is the same in both languages; its prose is written once, in English.
    parts += (
        [text, f"```python\n{example}\n```"] if not ko else [_formula(text), f"```python\n{example}\n```"]
    )
    return "\n\n".join(part for part in parts if part)


def _facts(metric: Metric, ko: bool) -> Iterator[tuple[str, str]]:
    yield "이름" if ko else "Name", f"`{metric.name}`"
    yield "단위" if ko else "Unit", metric.unit
    yield "좋은 방향" if ko else "Better", metric.better
    yield "필요한 데이터" if ko else "Needs", ", ".join(f"`{need}`" for need in metric.needs)
    yield "요구 항목" if ko else "Requirements", ", ".join(metric.seeds)


def _settings_of(metric: Metric, ko: bool) -> tuple[list[str], list[list[str]]]:
    headings = ["설정", "쓰는 법", "기본값"] if ko else ["Setting", "Written as", "Default"]
    return headings, [
        [f"`{name}`", f"`{written(parameter.annotation)}`", _default(parameter, ko)]
        for name, parameter in metric.parameters.items()
    ]


def _default(parameter: inspect.Parameter, ko: bool) -> str:
    if parameter.default is inspect.Parameter.empty:
        return "데이터에서" if ko else "from the data"
    return "" if parameter.default is None else f"`{parameter.default}`"


def _columns_of(metric: Metric, ko: bool) -> tuple[list[str], list[list[str]]]:
    headings = ["열", "형식"] if ko else ["Column", "Type"]
    return headings, [[f"`{name}`", dtype] for name, dtype in metric.returns.items()]


def _split(doc: str) -> tuple[str, str]:
    """A docstring's text and its worked example."""
    text, prompt, example = doc.partition(">>>")
    return text.rstrip(), (prompt + example).rstrip()


def _formula(text: str) -> str:
    """The indented lines of a docstring: its formula."""
    lines = [line if line.startswith("    ") else "" for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


# Rules

FAMILIES: Mapping[Family, Said] = {
    "logic": Said("Putting rules together", "규칙 묶기"),
    "head": Said("What a rule begins with", "규칙의 첫머리"),
    "comparison": Said("Comparisons", "비교"),
    "measure": Said("How often, how much", "횟수와 크기"),
    "window": Said("When", "기간"),
    "sequence": Said("One thing after another", "순서"),
    "condition": Said("Conditions on properties", "속성 조건"),
}


def rules(language: Language) -> str:
    """Every word of a rule: its meaning and a rule that uses it, which says itself."""
    about = Said(
        "An audience is a rule over people. It is written in one line, or as YAML or JSON of the same words, "
        "and says itself in English and Korean. Every person is in it or not in it: a rule and its `not` divide "
        "everyone. Count one with `dangol audience count RULE FILE...`, list it with `dangol audience members`.",
        "고객 그룹은 고객에 대한 규칙입니다. 한 줄로 쓰거나 같은 말을 YAML이나 JSON으로 쓰며, 한국어와 영어 문장으로 "
        "스스로를 말합니다. 모든 고객은 그 안에 있거나 없습니다. `dangol audience count 규칙 파일...`로 세고 "
        "`dangol audience members`로 목록을 봅니다.",
    )
    headings = (
        ["말", "뜻", "예", "예를 문장으로"]
        if language == "ko"
        else ["Word", "Meaning", "Example", "The example says"]
    )
    blocks = [
        f"## {title.in_(language)}\n\n{table(headings, (_word(each, language) for each in of_family(family).values()))}"
        for family, title in FAMILIES.items()
    ]
    return page(Said("Rule words", "규칙의 말"), about, blocks, language)


def _word(word: Word, language: Language) -> list[str]:
    named = Known(audiences={"VIP": "plan is pro"})
    says = sentence(rule(word.example, named)).in_(language)
    return [f"`{word.word}`", word.means.in_(language), f"`{word.example}`", says]


# Reasons, settings, files


def reasons(language: Language) -> str:
    """Every code that stands beside a number that is not known."""
    about = Said(
        "A number that cannot be known is empty, never 0. The column `reason` beside it holds one of these codes.",
        "알 수 없는 값은 0이 아니라 비어 있습니다. 옆의 `reason` 열에 아래 코드 가운데 하나가 들어 있습니다.",
    )
    headings = ["코드", "뜻"] if language == "ko" else ["Code", "Meaning"]
    rows = [[f"`{code}`", text.in_(language)] for code, text in REASONS.items()]
    return page(Said("Reasons", "값이 없는 이유"), about, [table(headings, rows)], language)


def files(language: Language) -> str:
    """Every table, its columns, and the headings they are found by."""
    about = Said(
        "A file becomes one of these tables. Its columns are found by their headings (case, spaces and marks do not "
        "matter) and by what stands in them; `--map COLUMN=HEADING` overrides what was found.",
        "파일 하나는 아래 표 가운데 하나가 됩니다. 열은 제목(대소문자, 띄어쓰기, 기호는 상관없습니다)과 내용으로 찾으며, "
        "`--map 열=제목`으로 직접 정할 수 있습니다.",
    )
    blocks = [_noun(noun, language) for noun in NOUNS.values()]
    return page(Said("Files and columns", "파일과 열"), about, blocks, language)


def _noun(noun: Noun, language: Language) -> str:
    ko = language == "ko"
    headings = (
        ["열", "형식", "필수", "뜻", "제목"] if ko else ["Column", "Type", "Required", "Meaning", "Headings"]
    )
    rows = [
        [f"`{each.name}`", each.dtype, ("예" if ko else "yes") if each.is_required else "", each.means.in_(language),
         ", ".join(each.headings)]
        for each in noun.columns
    ]  # fmt: skip
    return f"## {noun.title.in_(language)} (`{noun.name}`)\n\n{table(headings, rows)}"


def settings(language: Language) -> str:
    """Every setting of a world, and every command with its arguments and options."""
    about = Said(
        "What a business sets once, and what each command takes. Exit codes: 0 answered, 2 the request is wrong, "
        "3 the data is, 4 an engine failed, 70 a fault of Dangol, 130 ended by Ctrl-C.",
        "사업마다 한 번 정하는 설정과 각 명령이 받는 값입니다. 종료 코드: 0 답함, 2 요청이 잘못됨, 3 데이터가 잘못됨, "
        "4 엔진 실패, 70 단골의 결함, 130 Ctrl-C로 끝냄.",
    )
    ko = language == "ko"
    headings = ["설정", "형식", "기본값", "뜻"] if ko else ["Setting", "Type", "Default", "Meaning"]
    blocks = [
        f"## {'설정' if ko else 'Settings'} (`dangol.Settings`)",
        table(headings, _settings()),
        *_environment(language),
        *_commands(ko),
    ]
    return page(Said("Settings and commands", "설정과 명령"), about, blocks, language)


def _settings() -> list[list[str]]:
    meanings = field_docs(Settings)
    return [
        [f"`{field.name}`", f"`{field.type}`", f"`{field.default}`", meanings.get(field.name, "")]
        for field in dataclasses.fields(Settings)
    ]


def _environment(language: Language) -> Iterator[str]:
    """Every environment variable that the platform reads."""
    ko = language == "ko"
    yield f"## {'플랫폼의 환경 변수' if ko else 'Environment variables of the platform'}"
    rows = [
        [f"`{each.name}`", f"`{each.default}`" if each.default else "", each.means.in_(language)]
        for each in VARIABLES
    ]
    yield table(["변수", "기본값", "뜻"] if ko else ["Variable", "Default", "Meaning"], rows)


def field_docs(kind: type) -> Mapping[str, str]:
    """The sentence that stands under each field of a class."""
    (parsed,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    body = parsed.body if isinstance(parsed, ast.ClassDef) else []
    return {
        field.target.id: " ".join(str(said.value.value).split())
        for field, said in itertools.pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant)
    }


def commands() -> Iterator[tuple[str, Callable[..., None]]]:
    """Every command with its full name, and the function that answers it."""
    yield from _below("dangol", app)


def _below(name: str, group: typer.Typer) -> Iterator[tuple[str, Callable[..., None]]]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield f"{name} {command.name}", command.callback
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from _below(f"{name} {inner.name}", inner.typer_instance)


def _commands(ko: bool) -> Iterator[str]:
    headings = ["인자", "기본값", "뜻"] if ko else ["Argument", "Default", "Meaning"]
    for name, function in commands():
        rows = [
            [f"`{_spelled(each.default, each.annotation)}`", _shown(each.default), each.default.help or ""]
            for each in get_params_from_function(function).values()
        ]
        yield f"## `{name}`\n\n{inspect.getdoc(function)}\n\n{table(headings, rows)}"


def _spelled(info: ParameterInfo, kind: Any) -> str:
    if isinstance(info, ArgumentInfo):
        return str(info.metavar)
    takes = "" if kind is bool else f" {info.metavar or written(kind)}"
    return "/".join(info.param_decls or ()) + takes


def _shown(info: ParameterInfo) -> str:
    return "" if info.default in (..., None, False) else f"`{info.default}`"


# Events


def events(language: Language) -> str:
    """Every event with a meaning, and every reason for which a message is refused."""
    about = Said(
        "Any event is kept and can be used in rules. These have a meaning besides: they feed orders, subscriptions, "
        "messages, answers, tickets and experiments. Send them as `track` messages, with the properties named here; "
        "further properties are kept too. An amount is in whole units of its currency, a moment is ISO 8601.",
        "어떤 이벤트든 보관하고 규칙에 쓸 수 있습니다. 아래 이벤트는 그 밖에 정해진 뜻이 있어 주문, 구독, 메시지, 설문 응답, "
        "문의, 실험에 반영됩니다. `track` 메시지로, 아래 속성과 함께 보내십시오. 다른 속성도 그대로 보관합니다. "
        "금액은 통화의 기본 단위, 시각은 ISO 8601입니다.",
    )
    blocks = [
        f"## {title.in_(language)}\n\n"
        + "\n\n".join(_event(each, language) for each in EVENTS.values() if each.family == family)
        for family, title in EVENT_FAMILIES.items()
    ]
    headings = ["코드", "뜻"] if language == "ko" else ["Code", "Meaning"]
    refused = Said("Reasons for refusing a message", "메시지를 받지 않는 사유").in_(language)
    rows = [[f"`{code}`", title.in_(language)] for code, title in REFUSALS.items()]
    blocks.append(f"## {refused}\n\n{table(headings, rows)}")
    return page(Said("Events", "이벤트"), about, blocks, language)


def _event(event: Event, language: Language) -> str:
    headings = ["속성", "종류", "뜻"] if language == "ko" else ["Property", "Kind", "Meaning"]
    needed = " (필수)" if language == "ko" else " (required)"
    rows = [
        [f"`{each.name}`", each.kind + (needed if each.is_required else ""), each.means.in_(language)]
        for each in event.properties
    ]
    text = f"### {event.name}\n\n{event.means.in_(language)}."
    return f"{text}\n\n{table(headings, rows)}" if rows else text


# Features


def features(language: Language) -> str:
    """Every feature of a customer as of a day: its meaning, its unit, and how it is known to go with leaving."""
    about = Said(
        "`world.features(day)` gives one row for each customer at risk on the morning of a day, and one column for each "
        "of these features, from nothing that happened on that day or later, or was received later. Features "
        "appear where their data is there. An empty value is not known. *With more of it* says what is known beforehand: "
        "a model may not contradict it. The most frequent events of a business come on top, each as `event_count_28d NAME` "
        "and `event_trend_28d NAME`.",
        "`world.features(날짜)`는 그날 아침에 이탈 위험이 있는 고객마다 한 행, 아래 특성마다 한 열을 줍니다. 그날이나 그 뒤에 "
        "일어난 일, 나중에 받은 기록은 쓰지 않습니다. 데이터가 있는 특성만 나오며, 빈 값은 알 수 없다는 뜻입니다. *많을수록*은 "
        "미리 알려진 방향으로, 모형은 이와 반대로 말할 수 없습니다. 자주 일어난 이벤트는 `event_count_28d 이름`과 "
        "`event_trend_28d 이름`으로 더해집니다.",
    )
    blocks = [
        f"## {said.in_(language)}\n\n{_features_of(family, language)}"
        for family, said in FEATURE_FAMILIES.items()
    ]
    return page(Said("Features of a customer", "고객의 특성"), about, blocks, language)


def _features_of(family: str, language: Language) -> str:
    headings = (
        ["특성", "뜻", "단위", "많을수록"]
        if language == "ko"
        else ["Feature", "Meaning", "Unit", "With more of it"]
    )
    own = [each for each in FEATURES.values() if each.family == family]
    return table(headings, [_feature(each, language) for each in own])


def _feature(feature: Feature, language: Language) -> list[str]:
    ways = {1: Said("leaving", "이탈 쪽"), -1: Said("staying", "유지 쪽"), 0: Said("open", "정해지지 않음")}
    return [
        f"`{feature.name}`", feature.said.in_(language), FEATURE_UNITS[feature.unit].in_(language),
        ways[feature.direction].in_(language),
    ]  # fmt: skip


PAGES: Mapping[str, Callable[[Language], str]] = {
    "metrics": metrics,
    "rules": rules,
    "reasons": reasons,
    "files": files,
    "settings": settings,
    "events": events,
    "features": features,
}


def written_pages() -> dict[str, str]:
    """Every page of the reference by its path below docs/reference."""
    return {
        f"{name}{'.ko' if language == 'ko' else ''}.md": make(language)
        for name, make in PAGES.items()
        for language in ("en", "ko")
    }
