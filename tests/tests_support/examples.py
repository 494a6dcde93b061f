"""Which example stands for a page that needs an argument? Called in the process of the demo, with Django ready.

A page that can be looked at and whose route has a `<...>` in it needs a line here: its name, and a function that
gives the arguments of its address, or None where the demo has nothing of the kind. VARIANTS are queries that a page
is opened with too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dangol.platform.kernel.access.viewer import SYSTEM


def _customer() -> dict[str, Any] | None:
    from dangol.platform.people.queries import page_of

    return next(({"person_id": line.id} for line in page_of(SYSTEM, limit=1).lines), None)


def _account() -> dict[str, Any] | None:
    from dangol.platform.people.queries import accounts

    return next(({"account_id": line.account_id} for line in accounts(SYSTEM, limit=1).lines), None)


def _audience() -> dict[str, Any] | None:
    from dangol.platform.audiences.queries import saved

    return next(({"audience_id": each.id} for each in saved(SYSTEM)), None)


def _calendar() -> dict[str, Any] | None:
    from dangol.core.hours import spans_of
    from dangol.platform.kernel import calendars

    week = [spans_of("09:00-12:00, 13:00-18:00")] * 5 + [(), ()]
    holidays = calendars.public_holidays("KR", 2026)
    held = calendars.calendars() or [calendars.keep(SYSTEM, "Support", "Asia/Seoul", week, holidays)]
    return {"number": held[0].id}


def _import() -> dict[str, Any] | None:
    from dangol.platform.log.imports.queries import imports

    return next(({"import_id": each.id} for each in imports(SYSTEM, limit=1)), None)


def _source() -> dict[str, Any] | None:
    from dangol.platform.log.queries import sources

    return next(({"source_id": each.id} for each in sources(SYSTEM)), None)


def _request() -> dict[str, Any] | None:
    from dangol.platform.people.queries import requests

    return next(({"request_id": each.id} for each in requests(SYSTEM)), None)


def _board() -> dict[str, Any] | None:
    from dangol.platform.insight.boards import boards

    return next(({"number": each.id} for each in boards(SYSTEM)), None)


def _pin() -> dict[str, Any] | None:
    from dangol.platform.insight.boards import board, boards

    return next(({"number": pin.id} for each in boards(SYSTEM) for pin in board(SYSTEM, each.id).pins), None)


def _at_risk() -> dict[str, Any] | None:
    from dangol.platform.foresight.queries import at_risk

    return next(({"person_id": line.person_id} for line in at_risk(SYSTEM, limit=1).lines), None)


def _model() -> dict[str, Any] | None:
    from dangol.platform.foresight.queries import models

    return next(({"model_id": each.id} for each in models(SYSTEM) if each.card), None)


def _experiment() -> dict[str, Any] | None:
    from dangol.platform.experiments.queries import experiments

    return next(({"experiment_id": each.id} for each in experiments(SYSTEM) if each.told), None)


def _draft() -> dict[str, Any] | None:
    from dangol.platform.experiments.queries import experiments

    drafts = (each for each in experiments(SYSTEM) if each.state == "draft")
    return next(({"experiment_id": each.id} for each in drafts), None)


def _change() -> dict[str, Any] | None:
    from dangol.platform.experiments.queries import changes

    return next(({"change_id": each.id} for each in changes(SYSTEM)), None)


EXAMPLES: dict[str, Callable[[], dict[str, Any] | None]] = {
    "account": _account,
    "audience": _audience,
    "audience_edit": _audience,
    "calendar": _calendar,
    "change": _change,
    "customer": _customer,
    "customer_business": _customer,
    "customer_explanation": _at_risk,
    "customer_file": _customer,
    "customer_merge": _customer,
    "customer_risk": _at_risk,
    "customer_timeline": _customer,
    "experiment": _experiment,
    "experiment_download": _experiment,
    "experiment_edit": _draft,
    "export_part": lambda: {"name": "people", "form": "csv"},
    "import": _import,
    "import_counts": _import,
    "import_mapping": lambda: None,
    "import_refused": _import,
    "behind": lambda: {"name": "lost"},
    "behind_download": lambda: {"name": "lost"},
    "board": _board,
    "model": _model,
    "metric": lambda: {"name": "customer_retention_rate"},
    "metric_download": lambda: {"name": "customer_retention_rate"},
    "metric_headline": lambda: {"name": "customer_retention_rate"},
    "pin": _pin,
    "rights_file": _request,
    "rights_request": _request,
    "source": _source,
}

VARIANTS: dict[str, tuple[str, ...]] = {
    "home": ("", "?by=reason"),
    "behind": ("?period=2025-01-01..2027-01-01",),
    "behind_download": ("?period=2025-01-01..2027-01-01",),
    "metric_download": ("?as=csv",),
}


def addresses() -> dict[str, list[str]]:
    """Every page of the registry by name, with the addresses it is opened at."""
    from django.urls import reverse

    from dangol.platform.web.pages import registry

    registry.addresses()
    found: dict[str, list[str]] = {}
    for name, page in registry.PAGES.items():
        if "<" not in page.route:
            found[name] = [reverse(name) + each for each in VARIANTS.get(name, ("",))]
        elif name in EXAMPLES and (given := EXAMPLES[name]()) is not None:
            found[name] = [reverse(name, kwargs=given) + each for each in VARIANTS.get(name, ("",))]
        else:
            found[name] = []
    return found


if __name__ == "__main__":
    from dangol.cli.platform import ready

    ready(log_level="error")
    print(json.dumps(addresses()))
