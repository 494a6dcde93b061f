"""What was read, how were its columns found, and what was refused and why?"""

from __future__ import annotations

from typing import Final

from dangol.core.engine.files.loading import How, LoadedFile, Loading
from dangol.core.engine.files.refusals import REFUSALS
from dangol.core.engine.world import World
from dangol.core.language import Said
from dangol.core.report.model import Loaded, Table
from dangol.core.report.voice import Voice
from dangol.core.schema import NOUNS

READ: Final = Said(
    "{name}: {read} rows read as {noun}, {kept} kept, {refused} refused.",
    "{name}: {read}행을 ‘{noun}’ 데이터로 읽어 {kept}행을 쓰고 {refused}행을 제외했습니다.",
)
NOT_READ: Final = Said("{name}: not used. {problem}", "{name}: 사용하지 않았습니다. {problem}")
HOW: Final[dict[How, Said]] = {
    "heading": Said("by its heading", "열 이름으로"),
    "content": Said("by its content", "내용으로"),
    "given": Said("as you said", "지정하신 대로"),
}
IGNORED: Final = Said("{name}: columns not needed: {columns}.", "{name}: 쓰지 않은 열: {columns}.")


def loaded(world: World, say: Voice) -> Loaded:
    """What the loader wrote down, in words; nothing for a world that was made of tables in memory."""
    loading = world.loading
    lines = [line for file in loading.files for line in _lines(file, say)]
    lines += [say(note) for note in loading.notes]
    return Loaded(tuple(lines), tuple(_refused(loading, say)), tuple(_columns(loading, say)))


def _lines(file: LoadedFile, say: Voice) -> list[str]:
    if file.noun is None:
        problem = say(file.problem) if file.problem else ""
        return [say(NOT_READ, name=file.name, problem=problem)]
    counts = {"read": file.rows_read, "kept": file.rows_kept, "refused": sum(file.refused.values())}
    shown = {name: say.count(number) for name, number in counts.items()}
    lines = [say(READ, name=file.name, noun=say(NOUNS[file.noun].title).lower(), **shown)]
    if file.ignored:
        lines.append(say(IGNORED, name=file.name, columns=", ".join(file.ignored)))
    return lines + [f"{file.name}: {say(note)}" for note in file.notes]


def _refused(loading: Loading, say: Voice) -> list[tuple[str, Table]]:
    if not loading.refused:
        return []
    heads = (Said("Why", "이유"), Said("Rows", "행 수"), Said("Share", "비중"))
    read = max(loading.rows_read, 1)
    rows = tuple(
        (say(REFUSALS[code]), say.count(number), say.percent(number / read))
        for code, number in loading.refused.items()
    )
    return [(say(Said("Rows refused, by reason", "이유별 제외된 행")), Table(tuple(map(say, heads)), rows))]


def _columns(loading: Loading, say: Voice) -> list[tuple[str, Table]]:
    heads = (Said("In your file", "파일의 열"), Said("Taken as", "읽은 뜻"), Said("Recognised", "찾은 방법"))
    tables = []
    for file in loading.understood:
        noun = NOUNS[file.noun or ""]
        rows = tuple(
            (found.heading, _meaning(noun.name, found.column, say), say(HOW[found.how]))
            for found in file.columns
        )
        title = say(Said("Columns of {name}", "{name}의 열"), name=file.name)
        tables.append((title, Table(tuple(map(say, heads)), rows, words=3)))
    return tables


def _meaning(noun: str, column: str, say: Voice) -> str:
    known = next((each for each in NOUNS[noun].columns if each.name == column), None)
    return say(known.means) if known else column
