"""What do imports keep about somebody who is erased? Refused rows and keys are written anew without them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dangol.core.engine.duck import DuckDB, quoted
from dangol.platform.kernel.environment import environment
from dangol.platform.log.duck import listed
from dangol.platform.log.imports.record import REFUSED_FILE


def forget(names: Sequence[str], shortest: int) -> int:
    """Take out refused rows in which one of these names stands, and the name from keys; how many rows it were."""
    folder = environment().data_folder / "imports"
    told = [name for name in names if len(name) >= shortest]
    count = sum(_from_lines(path, told) for path in sorted(folder.glob(f"*/{REFUSED_FILE}")))
    keys = sorted(folder.glob("*/keys.parquet"))
    return count + (_from_keys(keys, names) if keys and names else 0)


def _from_lines(path: Path, names: Sequence[str]) -> int:
    with path.open(encoding="utf-8") as lines:
        if not any(name in line for line in lines for name in names):
            return 0
    rest = path.with_suffix(".unfinished")
    count = 0
    with path.open(encoding="utf-8") as lines, rest.open("w", encoding="utf-8") as out:
        for line in lines:
            is_theirs = any(name in line for name in names)
            count += is_theirs
            if not is_theirs:
                out.write(line)
    rest.replace(path)
    return count


def _from_keys(paths: Sequence[Path], names: Sequence[str]) -> int:
    """The keys stay, without saying whose they are: a row that comes again is still known."""
    count, theirs = 0, f"user_id in ({listed(list(names))})"
    duck = DuckDB()
    try:
        for path in paths:
            rows = f"read_parquet({quoted(str(path))})"
            found = int(duck.execute(f"select count(*) from {rows} where {theirs}").fetchall()[0][0])
            if found:
                rest = path.with_suffix(".unfinished")
                values = f"* replace (case when {theirs} then null else user_id end as user_id)"
                duck.execute(f"copy (select {values} from {rows}) to {quoted(str(rest))} (format parquet)")
                rest.replace(path)
            count += found
    finally:
        duck.close()
    return count
