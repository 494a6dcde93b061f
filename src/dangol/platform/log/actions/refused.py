"""How is a refused message let in after all, downloaded, or thrown away?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db import transaction

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.actions.accepting import Accepted, accept_bodies
from dangol.platform.log.imports.record import safe_cell
from dangol.platform.log.models import Refused
from dangol.platform.log.queries.refused import visible_refused

MOST_AT_ONCE: Final = 5_000
KEPT_FOR: Final = timedelta(days=30)
KEPT_ROWS: Final = 100_000
"""What was refused holds data of people, and anybody with a key can bring it: neither time nor room is endless."""
COLUMNS: Final = ("received_at", "source", "reason", "sentence", "body")


def try_again(viewer: Viewer, refused_id: int, body: str | None = None) -> None:
    """Let one in, as it was or mended by hand; a RequestError says what is still wrong."""
    with transaction.atomic():
        row = visible_refused(viewer).select_related("source").filter(pk=refused_id).first()
        if row is None:
            raise NotThereError(Said("refused message", "거부된 메시지"), refused_id)
        told = _let_in(row, row.body if body is None else body)
        if not told.refused:
            row.delete()
            audit.record(viewer, "refused.let_in", f"refused:{refused_id}", was_mended=body is not None)
    if told.refused:
        raise RequestError(
            Said("It was tried again.", "다시 시도했습니다."),
            Said("It is still refused.", "여전히 받을 수 없습니다."),
            told.refused[0].sentence,
        )


def try_all_again(viewer: Viewer, reason: str) -> tuple[int, int]:
    """Try every message of a reason as it is: how many were let in, how many were not."""
    with transaction.atomic():
        rows = list(
            visible_refused(viewer, reason=reason).select_related("source").order_by("pk")[:MOST_AT_ONCE]
        )
        let_in = [row.pk for row in rows if _is_let_in(row)]
        Refused.objects.filter(pk__in=let_in).delete()
        if let_in:
            audit.record(viewer, "refused.let_in", f"reason:{reason}", count=len(let_in))
    return len(let_in), len(rows) - len(let_in)


def throw_away(viewer: Viewer, reason: str = "") -> int:
    """Forget the messages of a reason, or all."""
    with transaction.atomic():
        count, _ = visible_refused(viewer, reason=reason).delete()
        if count:
            audit.record(viewer, "refused.thrown_away", f"reason:{reason or 'all'}", count=count)
    return count


def forget_old() -> int:
    """Let go of what was refused long ago, and of the oldest where there is very much of it; how many."""
    old = Refused.objects.filter(received_at__lt=clock.now() - KEPT_FOR)
    count = old.delete()[0]
    last = Refused.objects.order_by("-pk").values_list("pk", flat=True)[KEPT_ROWS : KEPT_ROWS + 1].first()
    if last is not None:
        count += Refused.objects.filter(pk__lte=last).delete()[0]
    return count


def download(viewer: Viewer, reason: str = "", language: str = "en") -> Iterator[str]:
    """The rows as CSV, cell by cell safe for spreadsheets."""
    check_may(viewer, "export")
    found = visible_refused(viewer, reason=reason).select_related("source").order_by("-pk")
    audit.record(viewer, "refused.exported", f"reason:{reason or 'all'}")
    return _lines(found.iterator(chunk_size=500), language)


def _lines(rows: Iterator[Refused], language: str) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    for row in rows:
        source = row.source.name if row.source else ""
        yield _line(
            (row.received_at.isoformat(), source, row.reason, row.sentence.get(language, ""), row.body)
        )


def _line(values: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([safe_cell(each) for each in values])
    return text.getvalue()


def _let_in(row: Refused, body: str) -> Accepted:
    if row.source is None or row.source.revoked_at is not None:
        raise RequestError(
            Said("It was tried again.", "다시 시도했습니다."),
            Said("Its source does not take messages any more.", "이 소스는 더 이상 메시지를 받지 않습니다."),
            Said("Send it to another source.", "다른 소스로 보내 주십시오."),
        )
    return accept_bodies([body.encode()], row.source.pk, received_at=row.received_at, notes_refused=False)


def _is_let_in(row: Refused) -> bool:
    try:
        return not _let_in(row, row.body).refused
    except RequestError:
        return False
