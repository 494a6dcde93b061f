"""How do columns become Parquet? Numpy arrays, and words kept as codes, written by DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dangol.core.engine.duck import DuckDB, quoted


@dataclass(frozen=True)
class Coded:
    """Texts as positions in a list of words; -1 is null."""

    words: tuple[str, ...]
    codes: NDArray[np.integer[Any]]

    def sql(self, name: str) -> str:
        """The texts, from the column of codes; the list counts from one, and has nothing at nought."""
        return f"([{', '.join(map(quoted, self.words))}])[{name} + 1]"

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The columns that `sql` reads."""
        return {name: self.codes}

    def plain(self) -> NDArray[Any]:
        """The texts as Python strings."""
        words: NDArray[Any] = np.array([*self.words, None], dtype=object)
        return np.asarray(words[self.codes])


@dataclass(frozen=True)
class Numbered:
    """Texts made of a number: prefix, number, suffix; a negative number is null."""

    prefix: str
    numbers: NDArray[np.int64]
    suffix: str = ""

    def sql(self, name: str) -> str:
        """The texts, from the column of numbers."""
        return f"case when {name} >= 0 then concat({quoted(self.prefix)}, {name}, {quoted(self.suffix)}) end"

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The columns that `sql` reads."""
        return {name: self.numbers}

    def plain(self) -> NDArray[Any]:
        """The texts as Python strings."""
        texts = [f"{self.prefix}{n}{self.suffix}" if n >= 0 else None for n in self.numbers.tolist()]
        return np.array([*texts, None], dtype=object)[:-1]


@dataclass(frozen=True)
class Joined:
    """Texts put together of several, with `between` between them; what is null is left out."""

    parts: tuple[Coded, ...]
    between: str = " "

    def sql(self, name: str) -> str:
        """The texts, from one column of codes a part."""
        texts = ", ".join(part.sql(f"{name}_{n}") for n, part in enumerate(self.parts))
        return f"nullif(concat_ws({quoted(self.between)}, {texts}), '')"

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The columns that `sql` reads."""
        return {f"{name}_{n}": part.codes for n, part in enumerate(self.parts)}

    def plain(self) -> NDArray[Any]:
        """The texts as Python strings."""
        rows = zip(*(part.plain() for part in self.parts), strict=True)
        texts = [self.between.join(filter(None, row)) or None for row in rows]
        return np.array([*texts, None], dtype=object)[:-1]


Column = Coded | Numbered | Joined | NDArray[Any]
Columns = Mapping[str, Column]


class ParquetWriter:
    """Writes the columns of nouns as Parquet parts in the canonical schema; one connection, bounded memory."""

    def __init__(self, folder: Path, *, memory: str = "400MB", threads: int = 2) -> None:
        self.folder = folder
        self._duck = DuckDB(memory=memory, threads=threads)
        self._duck.execute("set preserve_insertion_order = true")

    def write(self, place: str, part: str, columns: Columns, dtypes: Mapping[str, str]) -> Path:
        """Write rows to `folder/place/part`; columns that are not given are null. `dtypes` as in a Noun."""
        target = self.folder / place / part
        target.parent.mkdir(parents=True, exist_ok=True)
        self._duck.connection.register("given", _arrays(columns))
        selected = ", ".join(f"{_value(columns, name, dtype)} as {name}" for name, dtype in dtypes.items())
        self._duck.execute(
            f"copy (select {selected} from given) to {quoted(str(target))} (format parquet, compression zstd)"
        )
        self._duck.connection.unregister("given")
        return target

    def close(self) -> None:
        """Close the connection."""
        self._duck.close()


def _arrays(columns: Columns) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for name, column in columns.items():
        arrays |= {name: column} if isinstance(column, np.ndarray) else column.arrays(name)
    return arrays


def _value(columns: Columns, name: str, dtype: str) -> str:
    target = {"string": "varchar", "int64": "bigint", "float64": "double"}.get(dtype, dtype)
    if name not in columns:
        return f"null::{target}"
    column = columns[name]
    return f"{name}::{target}" if isinstance(column, np.ndarray) else column.sql(name)


def joined(parts: Sequence[Columns]) -> dict[str, Column]:
    """Several sets of the same columns, one under the other."""
    return {name: _stacked([part[name] for part in parts]) for name in parts[0]} if parts else {}


def _stacked(columns: Sequence[Column]) -> Column:
    first = columns[0]
    if isinstance(first, Coded):
        return Coded(first.words, np.concatenate([c.codes for c in columns if isinstance(c, Coded)]))
    if isinstance(first, Numbered):
        numbers = [c.numbers for c in columns if isinstance(c, Numbered)]
        return Numbered(first.prefix, np.concatenate(numbers), first.suffix)
    if isinstance(first, Joined):
        rows = [c.parts for c in columns if isinstance(c, Joined)]
        stacked = [_stacked(each) for each in zip(*rows, strict=True)]
        return Joined(tuple(c for c in stacked if isinstance(c, Coded)), first.between)
    return np.concatenate([c for c in columns if isinstance(c, np.ndarray)])
