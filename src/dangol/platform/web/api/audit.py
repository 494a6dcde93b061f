"""Who did what? The audit trail over REST."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from dangol.platform.kernel import audit
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import After, Limit, Paged, number_in, paged
from dangol.platform.web.seeing import check_whole

router = Router()


class Deed(Schema):
    """One entry."""

    id: int
    happened_at: datetime
    actor: str
    deed: str
    on_what: str
    details: dict[str, Any]
    address: str
    digest: str


class Verified(Schema):
    """Whether the chain of digests is whole."""

    is_whole: bool
    first_broken_id: int | None = None
    head: str


@router.get("", response=Paged[Deed], summary="The audit trail, newest first")
@needs("administer")
def deeds(
    request: HttpRequest,
    limit: Limit = 100,
    after: After = None,
    deed: Annotated[str, Query(max_length=100, description="With what the deed begins")] = "",
) -> Any:
    """Deeds of the whole installation; whoever is limited to units does not see it."""
    check_whole(caller(request))
    return paged(audit.deeds(before=number_in(after), limit=limit + 1, deed=deed), limit, "id")


@router.get("verify/", response=Verified, summary="Verify the chain")
@needs("administer")
def verify(request: HttpRequest) -> Any:
    """Recomputes every digest."""
    check_whole(caller(request))
    broken = audit.verify()
    return {"is_whole": broken is None, "first_broken_id": broken, "head": audit.head()}
