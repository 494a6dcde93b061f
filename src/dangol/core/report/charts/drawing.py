"""Who turns a specification into a drawing? The renderer, here or in a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

FONTS = Path(__file__).resolve().parents[1] / "fonts"

IDLE_SECONDS: Final = 20
"""After so long without a drawing the other process ends and gives its memory (90 MB) back."""

# Only what the renderer needs, so that it is ready while the parent still reads its data. One line of JSON in,
# one out; an empty text says that it failed. It ends when it has been idle, when the parent closes the pipe, or
# is gone. Windows cannot wait for a pipe with a limit; there it stays.
_PROGRAM: Final = """
import json, select, sys, vl_convert
vl_convert.register_font_directory(sys.argv[1])
can_wait = sys.platform != "win32"
while not can_wait or select.select([sys.stdin], [], [], float(sys.argv[2]))[0]:
    line = sys.stdin.readline()
    if not line:
        break
    try:
        drawn = vl_convert.vegalite_to_svg(line, vl_version="6.4", allowed_base_urls=[])
    except ValueError:
        drawn = ""
    print(json.dumps(drawn), flush=True)
"""


def drawing(spec: dict[str, Any]) -> str:
    """The SVG of a Vega-Lite specification."""
    return _drawing(json.dumps(spec), os.getpid()).result()


def draw_soon(spec: dict[str, Any]) -> None:
    """Begin a drawing that will be wanted, while Python does something else."""
    _drawing(json.dumps(spec), os.getpid())


@cache
def converter() -> Any:
    """The renderer in this process, loaded when it is first needed, with the report's letters to measure by."""
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


@lru_cache(maxsize=256)  # every chart of the catalogue, wide and narrow: about 4 MB
def _drawing(spec: str, process: int) -> Future[str]:
    return _thread(process).submit(_draw, spec, process)


@cache
def _thread(process: int) -> ThreadPoolExecutor:
    """The one thread that waits for drawings; a forked process has one of its own."""
    return ThreadPoolExecutor(1, thread_name_prefix="draw")


def _draw(spec: str, process: int) -> str:
    """By the other process, because the renderer holds Python's lock; here where that cannot be had."""
    drawn = _asked(spec, process)
    if drawn is None:  # it had just ended, being idle
        _renderer.cache_clear()
        drawn = _asked(spec, process)
    return drawn or str(converter().vegalite_to_svg(spec, vl_version="6.4", allowed_base_urls=[]))


def _asked(spec: str, process: int) -> str | None:
    """What the other process draws: empty when it cannot, None when it is no longer there."""
    renderer = _renderer(process)
    if renderer is None or renderer.stdin is None or renderer.stdout is None:
        return ""
    try:
        print(spec, file=renderer.stdin, flush=True)
        answer = renderer.stdout.readline()
    except OSError:
        answer = ""
    if answer:
        return str(json.loads(answer))
    _ended(renderer)
    return None


def _ended(renderer: subprocess.Popen[str]) -> None:
    """Close what is left of a process that is gone."""
    atexit.unregister(renderer.terminate)
    for pipe in (renderer.stdin, renderer.stdout):
        with suppress(OSError):
            if pipe is not None:
                pipe.close()
    renderer.wait()


@cache
def _renderer(process: int) -> subprocess.Popen[str] | None:
    """The other process, started when it is needed; None where this Python cannot start itself again."""
    command = [sys.executable, "-c", _PROGRAM, str(FONTS), str(IDLE_SECONDS)]
    pipe = subprocess.PIPE
    try:
        # This Python and a text of ours: nothing that a user has written is run.
        started = subprocess.Popen(  # noqa: S603
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
    except OSError:
        return None
    atexit.register(started.terminate)
    return started
