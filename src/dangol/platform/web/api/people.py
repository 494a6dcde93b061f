"""Who are the customers, and what is known of each? People over REST."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from dangol.platform.people import actions, queries
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import After, Id, Limit, Paged, cursor_of, place_in
from dangol.platform.web.pages.customers.listing import narrowed_by

router = Router()
Number = Annotated[int, Field(ge=1, lt=2**63)]


class Person(Schema):
    """One customer."""

    id: int
    name: str
    email: str
    phone: str
    external_id: str = Field(description="The id that sources know them by")
    account_id: str
    plan: str
    country: str
    channel: str
    unit: str
    joined_on: date | None = None
    first_seen_at: datetime
    last_seen_at: datetime | None = Field(None, description="null: they have done nothing yet")
    order_count: int | None = Field(None, description="null: no order yet")
    amount: Decimal | None = Field(
        None, description="What their orders brought, in the currency of the business"
    )
    last_order_at: datetime | None = None
    is_verified: bool = Field(description="Named by a trusted source, not only claimed by a browser")


class FieldOut(Schema):
    """A field or trait, and where its value comes from."""

    name: str
    value: Any = None
    source: str
    said_at: datetime | None = None
    position: int | None = Field(None, description="Row of the log")
    from_person: int | None = Field(None, description="Taken over from by a merge")


class NoteOut(Schema):
    """A note."""

    id: int
    text: str
    is_pinned: bool
    author: str
    written_at: datetime
    edited_at: datetime | None = None


class MergeOut(Schema):
    """A merge that led to this customer."""

    id: int
    loser_id: int
    winner_id: int
    reason: str
    made_by: str
    made_at: datetime
    undone_at: datetime | None = None


class DuplicateOut(Schema):
    """Somebody who may be the same person."""

    id: int
    other_id: int
    other: str
    reason: str
    evidence: str
    is_other_verified: bool


class Whole(Schema):
    """One customer with everything around them but the events."""

    line: Person
    fields: list[FieldOut]
    claims: list[FieldOut] = Field(description="What unsigned browsers claimed; trusted by nothing")
    identifiers: list[tuple[str, str]]
    ids: list[int]
    notes: list[NoteOut]
    merges: list[MergeOut]
    duplicates: list[DuplicateOut]


class Happened(Schema):
    """Something that happened."""

    position: int
    name: str
    occurred_at: datetime
    amount: Decimal | None = None
    properties: dict[str, Any]


class Text(Schema):
    """A note's text."""

    text: str = Field(min_length=1, max_length=10_000)


class Value(Schema):
    """A field or trait, set by hand."""

    name: str = Field(min_length=1, max_length=120, examples=["plan"])
    value: str | int | float | bool | None = None


class Merging(Schema):
    """Who is taken in."""

    loser_id: Number


class Made(Schema):
    """The number of what was made."""

    id: int


@router.get("", response=Paged[Person], summary="Customers, page by page")
@needs("see_people")
def people(
    request: HttpRequest,
    limit: Limit = 50,
    after: After = None,
    q: Annotated[str, Query(max_length=200, description="Search")] = "",
    order: Annotated[
        str, Query(max_length=20, description="seen, name, joined or value; a minus turns it round")
    ] = "-seen",
    plan: Annotated[str, Query(max_length=120)] = "",
    country: Annotated[str, Query(max_length=120)] = "",
    account: Annotated[str, Query(max_length=300)] = "",
    audience: Annotated[int | None, Query(ge=1, lt=2**63, description="A saved audience")] = None,
) -> Any:
    """The customers that the caller may see."""
    viewer = caller(request)
    place = place_in(after)
    found = queries.page_of(
        viewer, search=q, filters={"plan": plan, "country": country, "account_id": account}, order=order,
        audience=narrowed_by(viewer, str(audience or "")), after=str(place[0]) if place else None, limit=limit,
    )  # fmt: skip
    return {"items": found.lines, "next": cursor_of(found.after) if found.after else None}


@router.get("count/", response=dict[str, int], summary="How many customers")
@needs("see_people")
def count(request: HttpRequest, q: Annotated[str, Query(max_length=200)] = "") -> Any:
    """How many customers the caller may see."""
    return {"count": queries.count_of(caller(request), search=q)}


@router.get("{person_id}/", response=Whole, summary="One customer")
@needs("see_people")
def one(request: HttpRequest, person_id: Id) -> Any:
    """Fields with their provenance, identifiers, notes, merges."""
    return queries.person(caller(request), person_id)


@router.get("{person_id}/timeline/", response=Paged[Happened], summary="What happened with a customer")
@needs("see_people")
def timeline(request: HttpRequest, person_id: Id, limit: Limit = 50, after: After = None) -> Any:
    """Newest first; both histories of a merge together."""
    place = place_in(after, 2)
    before = _place(place) if place else None
    rows = queries.timeline_of(caller(request), person_id, limit=limit + 1, before=before)
    last = rows[limit - 1] if len(rows) > limit else None
    following = cursor_of(last["occurred_at"].isoformat(), last["position"]) if last else None
    return {"items": rows[:limit], "next": following}


def _place(place: tuple[Any, ...]) -> tuple[datetime, int]:
    try:
        return datetime.fromisoformat(str(place[0])), int(place[1]) % 2**63
    except (ValueError, TypeError, OverflowError):
        return datetime.max.replace(tzinfo=UTC), 0


@router.get(
    "{person_id}/history/", response=list[dict[str, Any]], summary="Which values took the place of which"
)
@needs("see_people")
def history(request: HttpRequest, person_id: Id) -> Any:
    """The last hundred changes of a customer's fields."""
    return queries.history_of(caller(request), person_id)


@router.get(
    "{person_id}/orders/", response=dict[str, list[dict[str, Any]]], summary="Orders, subscriptions and more"
)
@needs("see_people")
def business(request: HttpRequest, person_id: Id) -> Any:
    """The typed rows of a customer: orders, subscriptions, messages, answers, tickets, exposures."""
    return queries.typed_rows(caller(request), person_id)


@router.put("{person_id}/fields/", response={204: None}, summary="Set a field or trait by hand")
@needs("edit_people")
def set_value(request: HttpRequest, person_id: Id, told: Value) -> Any:
    """Sources that speak later outlast it; null takes a trait away."""
    viewer = caller(request)
    if told.name in actions.EDITED:
        actions.set_field(viewer, person_id, told.name, told.value)
    else:
        actions.set_trait(viewer, person_id, told.name, told.value)
    return Status(204, None)


@router.post("{person_id}/notes/", response={201: Made}, summary="Write a note")
@needs("edit_people")
def add_note(request: HttpRequest, person_id: Id, note: Text) -> Any:
    """A note about a customer; it is found by search."""
    return Status(201, {"id": actions.add_note(caller(request), person_id, note.text)})


@router.delete("notes/{note_id}/", response={204: None}, summary="Remove a note")
@needs("edit_people")
def remove_note(request: HttpRequest, note_id: Id) -> Any:
    """It can be brought back in the console."""
    actions.remove_note(caller(request), note_id)
    return Status(204, None)


@router.post("{person_id}/merges/", response={201: Made}, summary="Merge another customer into this one")
@needs("edit_people")
def merge(request: HttpRequest, person_id: Id, told: Merging) -> Any:
    """Both histories stay; the answer's id undoes it."""
    return Status(201, {"id": actions.merge(caller(request), told.loser_id, person_id)})


@router.delete("merges/{merge_id}/", response={204: None}, summary="Undo a merge")
@needs("edit_people")
def undo_merge(request: HttpRequest, merge_id: Id) -> Any:
    """Both are themselves again, each with their own history."""
    actions.undo_merge(caller(request), merge_id)
    return Status(204, None)
