"""What should somebody know? Notices that wait for their reader, and who gets which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from dangol.core.language import Said
from dangol.platform.insight.models import Notice
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.queries import members
from dangol.platform.kernel.access.viewer import RIGHTS, SYSTEM, Viewer

KEPT: Final = timedelta(days=90)
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One notice as its reader sees it."""

    id: int
    said: Said
    text: Said
    href: str
    made_at: datetime
    is_read: bool


def tell(key: str, payload: Mapping[str, Any]) -> int:
    """Leave a notice for whom it is meant: the user or the address it names, else everybody with its right."""
    said = {"title": _both(payload.get("title")), "text": _both(payload.get("text"))}
    href = str(payload.get("link") or "")
    rows = [
        Notice(user_id=user, key=key[:200], said=said, href=href[:300], made_at=clock.now())
        for user in _meant(payload)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def notices(viewer: Viewer, *, limit: int = 50) -> list[NoticeView]:
    """The viewer's own, newest first."""
    if viewer.user_id is None:
        return []
    rows = Notice.objects.filter(user_id=viewer.user_id).order_by("-made_at", "-pk")[: min(limit, MOST)]
    return [_shown(each) for each in rows]


def unread_count(viewer: Viewer) -> int:
    """How many wait to be read."""
    if viewer.user_id is None:
        return 0
    return Notice.objects.filter(user_id=viewer.user_id, read_at__isnull=True).count()


def read(viewer: Viewer, number: int | None = None) -> int:
    """One notice of the viewer's, or all of them, are read; how many were not before."""
    if viewer.user_id is None:
        return 0
    mine = Notice.objects.filter(user_id=viewer.user_id, read_at__isnull=True)
    return (mine if number is None else mine.filter(pk=number)).update(read_at=clock.now())


def forget() -> int:
    """Notices of three months ago go."""
    return Notice.objects.filter(made_at__lt=clock.now() - KEPT).delete()[0]


def _meant(payload: Mapping[str, Any]) -> Iterable[int]:
    team = [each for each in members(SYSTEM) if each.is_active]
    user, address = payload.get("user"), str(payload.get("to") or "")
    named = [each.user_id for each in team if each.user_id == user or (address and each.email == address)]
    if named:
        return named
    # What concerns the whole business is not for those who see a part of it.
    may = RIGHTS.get(str(payload.get("right") or "administer"), RIGHTS["administer"])
    return [each.user_id for each in team if each.units is None and each.role in may]


def _both(said: Any) -> dict[str, str]:
    if isinstance(said, Mapping):
        return {language: str(said.get(language) or "") for language in ("en", "ko")}
    return {"en": str(said or ""), "ko": str(said or "")}


def _shown(row: Notice) -> NoticeView:
    title, text = row.said["title"], row.said["text"]
    return NoticeView(
        row.pk, Said(title["en"] or "–", title["ko"] or "–"), Said(text["en"] or " ", text["ko"] or " "), row.href,
        row.made_at, row.read_at is not None,
    )  # fmt: skip
