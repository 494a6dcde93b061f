"""Who did what, and is the record whole?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.kernel import audit
from dangol.platform.web.deeds import do, reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.seeing import check_whole

SHOWN: Final = 50
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@page(
    "settings/audit",
    name="audit",
    right="administer",
    rail=("settings", Said("Audit trail", "감사 기록")),
    order=60,
)
def trail(request: HttpRequest) -> HttpResponseBase:
    """The deeds, newest first; the chain is verified when asked for."""
    check_whole(reader(request))
    if request.method == "POST":
        return do(request, {"verify": _verify}, back="/settings/audit")
    before = request.GET.get("before", "")
    is_place = before.isascii() and before.isdigit() and len(before) < 19
    deed = request.GET.get("deed", "")[:100]
    found = audit.deeds(before=int(before) if is_place else None, limit=SHOWN + 1, deed=deed)
    more = found[SHOWN - 1].id if len(found) > SHOWN else None
    return render(request, "settings/audit.html", {"deeds": found[:SHOWN], "deed": deed, "more": more})


@page("settings/audit.csv", name="audit_file", right="administer")
def trail_as_file(request: HttpRequest) -> HttpResponseBase:
    """Every deed, oldest first, with its digest."""
    viewer = reader(request)
    check_whole(viewer)
    audit.record(viewer, "audit.exported", "audit")
    answer = StreamingHttpResponse(_lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _verify(request: HttpRequest) -> Said:
    broken = audit.verify()
    if broken is None:
        return Said("The chain is whole: no entry was changed.", "기록이 온전합니다. 바뀐 항목이 없습니다.")
    told = Said(
        "Entry {n} does not follow from those before it.", "{n}번 항목이 앞의 기록과 이어지지 않습니다."
    )
    return told.format(n=broken)


def _lines() -> Iterator[str]:
    yield _line(["id", "happened_at", "actor", "deed", "on_what", "details", "address", "digest"])
    for each in audit.every_deed():
        told = [
            each.happened_at.isoformat(),
            each.actor,
            each.deed,
            each.on_what,
            str(each.details),
            each.address,
        ]
        yield _line([str(each.id), *map(_plain, told), each.digest])


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _plain(cell: str) -> str:
    """A spreadsheet takes no cell for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
