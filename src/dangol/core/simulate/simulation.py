"""How does a business become files? Block after block, drawn in threads and written in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dangol.core.engine.writer import Coded, Column, Columns, ParquetWriter, joined
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.schema import NOUNS
from dangol.core.simulate.block import BLOCK, Block
from dangol.core.simulate.business import CAUSES, CHANNELS, EFFECTS, Business
from dangol.core.simulate.contacts import exposures_of, messages_of
from dangol.core.simulate.contracts import subscriptions_of
from dangol.core.simulate.directory import account_rows, people_rows
from dangol.core.simulate.happenings import activation_days, entries_of, events_of, months_of, singles_of
from dangol.core.simulate.lives import Lives, lives_of, seen
from dangol.core.simulate.purchases import orders_of, purchases_of
from dangol.core.simulate.season import day_stamp
from dangol.core.simulate.tally import Tally, added, lives_tally, orders_tally, use_tally, voices_tally
from dangol.core.simulate.truths import Truths, truths_of
from dangol.core.simulate.use import expected_sessions, sessions_a_day, sessions_of, spans_of
from dangol.core.simulate.voices import answers_of, cases_of, presence_of, replies_of, tickets_of

Progress = Callable[[int, int], None]
"""Called with the customers done and the customers in all."""

TRUTH_FOLDER = "_truth"
"""Not a noun: readers of a folder pass over names that begin with an underscore."""
TRUTHS_FILE = "truths.json"
_TRUTH = {
    "person_id": "int64", "channel": "string", "cause": "string", "churned_on": "date", "came_back_on": "date",
    "campaign_1": "string", "campaign_2": "string", "untreated_churned_on": "date",
}  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """The rows of one block by place (a noun, a month of events, or the truths), and its sums."""

    rows: Mapping[str, Columns]
    tally: Tally


def simulate(settings: Business, folder: Path, progress: Progress | None = None) -> Truths:
    """Write a business to `folder`: a folder of Parquet a noun, and _truth/ with truths.json and each person's fate.

    Events lie in events/YYYY-MM/, sorted by person and time in each part. The rows depend on the settings
    alone. Memory depends on `chunk_customers`, not on `customers`. A RequestError when the folder is not empty.
    """
    folder = _fresh(Path(folder))
    writer = ParquetWriter(folder)
    tally: Tally = {}
    counts: Counter[str] = Counter()
    done = 0
    with ThreadPoolExecutor(1) as writing:
        pending: Future[None] | None = None
        for number, chunk in enumerate(_chunks(settings)):
            if pending is not None:
                pending.result()
            tally = _summed(tally, chunk)
            _count(counts, chunk)
            pending = writing.submit(_write, writer, number, chunk)
            done += settings.chunk_customers
            if progress:
                progress(min(done, settings.customers), settings.customers)
        if pending is not None:
            pending.result()
    writer.close()
    truths = truths_of(settings, tally, counts)
    (folder / TRUTH_FOLDER).mkdir(exist_ok=True)
    truths.write(folder / TRUTH_FOLDER / TRUTHS_FILE)
    return truths


def _fresh(folder: Path) -> Path:
    """The folder, made if need be; rows of two businesses in one folder would be taken for one."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(
            Said(
                f"A business was to be written to {folder}.", f"{folder}에 모의 사업을 쓰도록 요청하셨습니다."
            ),
            Said("There is something there already.", "그 자리에 이미 다른 것이 있습니다."),
            Said("Give a new or an empty folder.", "새 폴더나 빈 폴더를 지정해 주십시오."),
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def simulated_tables(settings: Business) -> dict[str, dict[str, NDArray[Any]]]:
    """The same business in memory: numpy columns by noun, as `dangol.world` takes them. For small ones."""
    blocks = [block for chunk in _chunks(settings) for block in chunk]
    tables: dict[str, dict[str, NDArray[Any]]] = {}
    for noun in NOUNS:
        parts = [
            rows for block in blocks for place, rows in block.rows.items() if place.split("/")[0] == noun
        ]
        columns = joined([part for part in parts if part])
        if columns:
            tables[noun] = {name: _plain(column) for name, column in columns.items()}
    return tables


def _plain(column: Column) -> NDArray[Any]:
    return column if isinstance(column, np.ndarray) else column.plain()


def _chunks(settings: Business) -> Iterator[list[Drawn]]:
    """The blocks, a chunk at a time, in order."""
    rate = _rate(settings)
    blocks = [Block(settings, number) for number in range(-(-settings.customers // BLOCK))]
    size = max(1, settings.chunk_customers // BLOCK)
    with ThreadPoolExecutor(2) as drawing:
        for start in range(0, len(blocks), size):
            chunk = blocks[start : start + size]
            yield list(drawing.map(drawn, chunk, [rate] * len(chunk)))


def _rate(settings: Business) -> float:
    """The median customer's sessions on a mean day; for `total_events` worked out on a few blocks."""
    usual = sessions_a_day(Block(settings, 0))
    if settings.total_events is None:
        return usual
    count = -(-settings.customers // BLOCK)
    blocks = [Block(settings, n) for n in range(0, count, max(1, count // 16))]
    events = people = 0.0
    for block in blocks:
        spans = spans_of(block, lives_of(block), purchases_of(block))
        events += (
            float(spans.weight.sum()) * float(np.exp(settings.use_spread**2 / 2)) * settings.session_events
        )
        people += block.count
    return settings.total_events / settings.customers / (events / people)


def drawn(block: Block, rate: float) -> Drawn:
    """Everything about the customers of one block."""
    lives, purchases = lives_of(block), purchases_of(block)
    spans = spans_of(block, lives, purchases)
    sessions = sessions_of(block, spans, rate)
    singles = singles_of(block, lives, activation_days(block, lives, spans))
    entries = entries_of(block, spans, sessions, singles, purchases)
    rows: dict[str, Columns] = {"people": people_rows(block)}
    for month, columns in zip(months_of(block), events_of(block, entries, purchases), strict=True):
        rows[f"events/{month:%Y-%m}"] = columns
    tally = lives_tally(block, lives)
    if block.business.subscriber_share:
        rows["subscriptions"] = subscriptions_of(block, lives)
    if block.business.is_detailed:
        presence = presence_of(block, lives, purchases)
        cases = cases_of(block, presence)
        replies = replies_of(block, presence, cases)
        rows |= {
            "accounts": account_rows(block),
            "orders": orders_of(block, purchases),
            "messages": messages_of(block, lives, presence),
            "answers": answers_of(block, presence, replies),
            "tickets": tickets_of(block, cases),
            "exposures": exposures_of(block, lives),
            TRUTH_FOLDER: _fates(block, lives),
        }
        mean = expected_sessions(block, spans, rate)
        tally |= (
            use_tally(block, spans, mean, singles, purchases)
            | orders_tally(purchases)
            | voices_tally(replies)
        )
    return Drawn({place: columns for place, columns in rows.items() if _length(columns)}, tally)


def _fates(block: Block, lives: Lives) -> Columns:
    business, people = block.business, block.people
    columns: dict[str, Column] = {
        "person_id": people.ids,
        "channel": Coded(tuple(channel.name for channel in CHANNELS), people.channel),
        "cause": Coded(CAUSES, np.where(lives.ended < business.days, lives.cause, -1).astype(np.int8)),
        "churned_on": day_stamp(business.start, seen(np.where(lives.cause >= 0, lives.ended, np.inf), business.days)),
        "came_back_on": day_stamp(business.start, seen(lives.back, business.days)),
        "untreated_churned_on": day_stamp(business.start, seen(np.where(lives.cause >= 0, lives.ended_untreated, np.inf), business.days)),
    }  # fmt: skip
    for n, exposure in enumerate(lives.exposures):
        columns[f"campaign_{n + 1}"] = Coded(
            EFFECTS, np.where(exposure.is_exposed, exposure.effect, -1).astype(np.int8)
        )
    return columns


def _length(columns: Columns) -> int:
    first = next(iter(columns.values()), np.empty(0))
    return len(next(iter(first.arrays("x").values()))) if not isinstance(first, np.ndarray) else len(first)


def _summed(tally: Tally, chunk: list[Drawn]) -> Tally:
    for block in chunk:
        tally = added(tally, block.tally)
    return tally


def _count(counts: Counter[str], chunk: list[Drawn]) -> None:
    for block in chunk:
        for place, columns in block.rows.items():
            if place != TRUTH_FOLDER:
                counts[place.split("/")[0]] += _length(columns)


def _write(writer: ParquetWriter, number: int, chunk: list[Drawn]) -> None:
    places = dict.fromkeys(place for block in chunk for place in block.rows)
    for place in places:
        columns = joined([block.rows[place] for block in chunk if place in block.rows])
        noun = NOUNS.get(place.split("/")[0])
        name = f"part-{number:05d}.parquet" if noun else f"people-{number:05d}.parquet"
        writer.write(place, name, columns, noun.dtypes if noun else _TRUTH)
