"""Which companies are customers? Accounts over REST."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from dangol.platform.people import queries
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import After, Limit, Paged, cursor_of, number_in
from dangol.platform.web.api.people import FieldOut, Person

router = Router()


class Account(Schema):
    """One account."""

    account_id: str
    name: str
    plan: str
    industry: str
    owner: str
    created_on: date | None = None
    seats_count: int | None = None
    people_count: int
    amount: Decimal | None = Field(None, description="What its people's orders brought")
    last_seen_at: datetime | None = None


class Seat(Schema):
    """A person of the account."""

    person: Person
    role: str


class Whole(Schema):
    """One account with its people."""

    line: Account
    fields: list[FieldOut]
    people: list[Seat]
    is_cut: bool = Field(description="There are more people than are listed")
    mrr_amount: Decimal | None = Field(None, description="What its running subscriptions pay a month")


@router.get("", response=Paged[Account], summary="Accounts, page by page")
@needs("see_people")
def accounts(
    request: HttpRequest,
    limit: Limit = 50,
    after: After = None,
    q: Annotated[str, Query(max_length=200, description="Search")] = "",
    order: Annotated[str, Query(max_length=20, description="seen or name; a minus turns it round")] = "-seen",
) -> Any:
    """The accounts that the caller may see."""
    place = number_in(after)
    found = queries.accounts(
        caller(request), search=q, order=order, after=str(place) if place else None, limit=limit
    )
    return {"items": found.lines, "next": cursor_of(int(found.after)) if found.after else None}


@router.get("{path:account_id}/", response=Whole, summary="One account")
@needs("see_people")
def one(request: HttpRequest, account_id: Annotated[str, Path(max_length=300)]) -> Any:
    """Its fields with their provenance, and the people in it who were active last."""
    viewer = caller(request)
    view = queries.account(viewer, account_id)
    return {
        "line": view.line,
        "fields": view.fields,
        "people": [{"person": line, "role": role} for line, role in view.people],
        "is_cut": view.is_cut,
        "mrr_amount": queries.mrr_of(viewer, [account_id]).get(account_id),
    }
