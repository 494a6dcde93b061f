"""Who belongs together? Saved rules, their members, and how many a rule would name, over REST."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from dangol.platform.audiences import actions, queries
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import After, Id, Limit, cursor_of, number_in
from dangol.platform.web.viewing import language_of

router = Router()


class Audience(Schema):
    """A saved rule and how many people are in it."""

    audience_id: int
    name: str
    note: str
    rule: dict[str, Any] = Field(description="The tree, as YAML and JSON hold it")
    text: str = Field(description="The same in one line", examples=["plan is pro and did 'Order Completed'"])
    sentence: str
    count: int | None = Field(description="null: not counted yet")
    counted_at: datetime | None
    next_flip_at: datetime | None = Field(description="When time alone changes somebody's membership")
    failure: str | None = Field(description="Why it cannot be counted")
    entered: int = Field(description="In the last seven days")
    left: int


class NewAudience(Schema):
    """What shall be saved."""

    name: str = Field(min_length=1, max_length=120)
    rule: dict[str, Any] | str = Field(examples=["did not 'Order Completed' within the last 30 days"])
    note: str = Field("", max_length=2_000)


class Rule(Schema):
    """A rule that is not saved."""

    rule: dict[str, Any] | str = Field(examples=["plan is pro"])


class Previewed(Schema):
    """What a rule means and how many it names now, or what is wrong with it."""

    count: int | None
    text: str
    sentence: str | None
    rule: dict[str, Any] | None
    error: str | None


class MemberIds(Schema):
    """One page of the people in an audience."""

    items: list[int] = Field(description="person_id")
    next: str | None = None


class Day(Schema):
    """Comings and goings of a day."""

    day: date
    entered: int
    left: int


@router.get("", response=list[Audience], summary="The saved audiences")
@needs("see_numbers")
def audiences(request: HttpRequest) -> Any:
    """In alphabetical order; counts are of the people that the caller may see."""
    return [_told(request, each) for each in queries.saved(caller(request))]


@router.post("", response={201: Audience}, summary="Save an audience")
@needs("edit_audiences")
def create(request: HttpRequest, given: NewAudience) -> Any:
    """The rule is checked; its members are counted within seconds."""
    viewer = caller(request)
    return Status(201, _one(request, actions.save(viewer, given.name, given.rule, note=given.note)))


@router.post("preview/", response=Previewed, summary="How many would a rule name?")
@needs("see_numbers")
def preview(request: HttpRequest, given: Rule) -> Any:
    """Counts now; a wrong rule is answered with its error, not refused."""
    language = language_of(request)
    found = queries.preview(caller(request), given.rule)
    return {
        "count": found.count,
        "text": found.text,
        "sentence": found.sentence and found.sentence.in_(language),
        "rule": found.rule,
        "error": found.error and found.error.in_(language),
    }


@router.get("{audience_id}/", response=Audience, summary="One audience")
@needs("see_numbers")
def one(request: HttpRequest, audience_id: Id) -> Any:
    """A saved audience by its number."""
    return _one(request, audience_id)


@router.put("{audience_id}/", response=Audience, summary="Change an audience")
@needs("edit_audiences")
def change(request: HttpRequest, audience_id: Id, given: NewAudience) -> Any:
    """Another rule is counted anew: nobody enters or leaves by that."""
    actions.save(caller(request), given.name, given.rule, note=given.note, audience=audience_id)
    return _one(request, audience_id)


@router.delete("{audience_id}/", response={204: None}, summary="Delete an audience")
@needs("edit_audiences")
def delete(request: HttpRequest, audience_id: Id) -> Any:
    """Refused while another audience names it."""
    actions.delete(caller(request), audience_id)
    return Status(204, None)


@router.get("{audience_id}/members/", response=MemberIds, summary="Who is in it")
@needs("see_people")
def members(request: HttpRequest, audience_id: Id, limit: Limit = 100, after: After = None) -> Any:
    """The numbers of the people that the caller may see, ascending."""
    _one(request, audience_id)
    found = queries.visible_members(
        caller(request), audience_id, after=number_in(after) or 0, limit=limit + 1
    )
    return {"items": found[:limit], "next": cursor_of(found[limit - 1]) if len(found) > limit else None}


@router.get("{audience_id}/days/", response=list[Day], summary="Who entered and left, by day")
@needs("see_numbers")
def days(request: HttpRequest, audience_id: Id, days: Annotated[int, Query(ge=1, le=180)] = 28) -> Any:
    """Quiet days are left out."""
    _one(request, audience_id)
    return queries.flips_by_day(caller(request), audience_id, days=days)


def _one(request: HttpRequest, audience_id: int) -> dict[str, Any]:
    found = queries.one(caller(request), audience_id)
    if found is None:
        raise NotThereError(actions.AUDIENCE, audience_id)
    return _told(request, found)


def _told(request: HttpRequest, each: queries.AudienceView) -> dict[str, Any]:
    language = language_of(request)
    return {
        "audience_id": each.id,
        "sentence": each.sentence.in_(language),
        "failure": each.failure and each.failure.in_(language),
        **{n: getattr(each, n) for n in ("name", "note", "rule", "text", "count", "counted_at")},
        **{n: getattr(each, n) for n in ("next_flip_at", "entered", "left")},
    }
