"""What does the platform say about its own work, and what never? Lines for people or JSON; no secrets, no addresses."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

SECRET: Final = re.compile(
    r"pass(word|phrase)|secret|token|cookie|authori[sz]ation|write_key|api_key|e?mail|phone", re.I
)
"""Names whose values are never written."""
ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
CREDENTIALS: Final = re.compile(r"(?<=://)[^/@\s]+(?=@)")
WITHHELD: Final = "[withheld]"


def configure(level: str, form: str) -> None:
    """Send every line of this process to stderr, as lines for people (`console`) or one JSON object each (`json`)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        withhold,
    ]
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form != "json":
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    told = logging.StreamHandler(sys.stderr)
    told.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [told]
    root.setLevel(logging.getLevelNamesMapping().get(level.upper(), logging.INFO))
    # Django repeats every 4xx and 5xx as a warning of its own, with the path; our line has the route.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("uvicorn.error").setLevel(max(logging.WARNING, root.level))


def withhold(_logger: Any, _name: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what must not be written: values of secret names, e-mail addresses, passwords in addresses."""
    for name, value in said.items():
        if SECRET.search(name):
            said[name] = WITHHELD
        elif isinstance(value, str):
            said[name] = CREDENTIALS.sub(WITHHELD, ADDRESS.sub(WITHHELD, value)) if "@" in value else value
    return said
