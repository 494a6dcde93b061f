"""Who will probably leave, why, what goes with them, and how good are the models? Over REST."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from dangol.core.language import Said
from dangol.platform.foresight import actions, queries
from dangol.platform.foresight.queries.at_risk import Asked
from dangol.platform.kernel.queries import business
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import After, Id, Limit, Paged, cursor_of, number_in, place_in
from dangol.platform.web.pages.customers.listing import narrowed_by
from dangol.platform.web.viewing import language_of

router = Router()
Band = Literal["", "low", "medium", "high"]
Order = Literal["at_stake", "-at_stake", "value", "-value", "worth", "-worth"]


class Reason(Schema):
    """What goes together with a score, in the language of the caller."""

    family: str = Field(
        description="usage, purchases, payment, value, support, voice, tenure, contract, team, profile"
    )
    said: str
    raises: bool = Field(description="Goes together with leaving; otherwise with staying")
    contribution: float = Field(description="In log-odds")
    own_value: float | None
    peers_median: float | None


class Closing(Schema):
    """Why an entry was taken off the list."""

    reason: str
    note: str
    value: float | None
    band: str
    closed_by: str
    closed_at: datetime
    reopened_at: datetime | None


class Entry(Schema):
    """A customer of the list. Money is in the currency of the business; null: not known."""

    person_id: int
    name: str
    account_id: str
    value: float | None = Field(description="Chance to leave within the horizon; null: a rule is used")
    band: str
    reasons: list[Reason]
    worth: float | None = Field(description="What they would still bring")
    worth_low: float | None
    worth_high: float | None
    at_stake: float | None = Field(description="value times worth")
    owner_id: int | None
    owner: str
    closing: Closing | None
    scored_at: datetime
    as_of: date


class Total(Schema):
    """What the list amounts to, with 95 % intervals."""

    count: int
    high_count: int = Field(description="At high risk")
    unpriced_count: int = Field(description="Of whom no value is known")
    at_stake: float | None
    low: float | None
    high: float | None
    expected_count: float | None = Field(description="How many are expected to leave")
    currency: str
    horizon_days: int | None
    model_id: int | None = Field(description="null: a rule is used")
    reason: str = Field(description="Why this model or this rule")
    as_of: date | None


class Point(Schema):
    """The risk of a day."""

    day: date
    value: float | None
    band: str


class Warned(Schema):
    """Somebody's own rhythm is broken."""

    person_id: int
    name: str
    since: date
    usual_rate: float | None = Field(description="Times a week")
    recent_count: float | None
    window_days: int = Field(description="The stretch that was judged; 0: the silence since the last day")
    usual_gap: float | None = Field(description="Days between two of their days")
    silent_days: float | None
    q_value: float
    said: str
    began_at: datetime


class Risk(Schema):
    """One customer: now (null: not scored), over time, closings, warning."""

    line: Entry | None
    points: list[Point]
    closings: list[Closing]
    warning: Warned | None
    has_objected: bool


class Model(Schema):
    """One version of a model, with its card."""

    model_id: int
    kind: str
    version: int
    state: str = Field(description="in_use, challenger, refused, demoted, followed")
    reason: str
    method: str
    horizon_days: int | None
    as_of: date | None
    customer_count: int | None
    left_count: int | None
    trained_at: datetime
    decided_at: datetime
    card: dict[str, Any] | None = Field(description="Figures, tables, checks and texts in both languages")


class Account(Schema):
    """How well an account does."""

    account_id: str
    name: str
    value: float | None = Field(description="0 to 100; null: nothing is known of it")
    band: str
    coverage: float | None = Field(description="Share of what it is judged by that is known")
    worst: str | None = Field(description="What goes with most of the risk")
    said: str | None
    as_of: date


class NewClosing(Schema):
    """How it ended."""

    reason: Literal["kept", "left", "not_at_risk", "wrong_data", "other"]
    note: str = Field("", max_length=2_000)


class Owner(Schema):
    """Who looks after a customer."""

    owner_id: int | None = Field(None, ge=1, lt=2**63)


class Made(Schema):
    """The number of what was made."""

    closing_id: int


@router.get("risk/", response=Paged[Entry], summary="The customers at risk, ranked")
@needs("see_people")
def at_risk(
    request: HttpRequest,
    limit: Limit = 50,
    after: After = None,
    order: Annotated[Order, Query(description="A minus sign: the highest first")] = "-at_stake",
    band: Annotated[Band, Query(description="Empty: all")] = "",
    owner: Annotated[str, Query(max_length=20, pattern=r"^(nobody|[1-9]\d{0,17})?$")] = "",
    audience: Annotated[int | None, Query(ge=1, lt=2**63, description="A saved audience")] = None,
    is_closed: bool = False,
) -> Any:
    """Of those that the caller may see; entries that were closed on request."""
    viewer = caller(request)
    asked = Asked(band, owner, "", narrowed_by(viewer, str(audience or "")), is_closed=is_closed)
    place = place_in(after)
    found = queries.at_risk(viewer, asked, order=order, after=str(place[0]) if place else None, limit=limit)
    lines = [_entry(request, each) for each in found.lines]
    return {"items": lines, "next": cursor_of(found.after) if found.after else None}


@router.get("risk/total/", response=Total, summary="What the list amounts to")
@needs("see_people")
def total(request: HttpRequest, band: Annotated[Band, Query()] = "") -> Any:
    """How many, the money at risk, and by which model or rule."""
    method, told = queries.method(), queries.total(caller(request), Asked(band))
    names = ("count", "high_count", "unpriced_count", "at_stake", "low", "high", "expected_count")
    return {
        **{name: getattr(told, name) for name in names},
        "currency": business().currency, "horizon_days": method.horizon_days, "model_id": method.model_id,
        "reason": _said(request, method.reason), "as_of": method.as_of,
    }  # fmt: skip


@router.get("people/{person_id}/", response=Risk, summary="One customer's risk, now and over time")
@needs("see_people")
def one(request: HttpRequest, person_id: Id) -> Any:
    """With reasons, closings and the early warning where there is one."""
    found = queries.risk_of(caller(request), person_id)
    return {
        "line": found.line and _entry(request, found.line),
        "points": found.points,
        "closings": found.closings,
        "warning": found.warning and _warned(request, found.warning),
        "has_objected": found.has_objected,
    }


@router.post("people/{person_id}/closings/", response={201: Made}, summary="Close an entry of the list")
@needs("edit_people")
def close(request: HttpRequest, person_id: Id, given: NewClosing) -> Any:
    """It comes back when the risk rises, or after two months."""
    return Status(201, {"closing_id": actions.close(caller(request), person_id, given.reason, given.note)})


@router.delete("people/{person_id}/closings/", response={204: None}, summary="Reopen an entry")
@needs("edit_people")
def reopen(request: HttpRequest, person_id: Id) -> Any:
    """It stands on the list again."""
    actions.reopen(caller(request), person_id)
    return Status(204, None)


@router.put("people/{person_id}/owner/", response={204: None}, summary="Who looks after a customer")
@needs("edit_people")
def assign(request: HttpRequest, person_id: Id, given: Owner) -> Any:
    """null: nobody does any more."""
    actions.assign(caller(request), person_id, given.owner_id)
    return Status(204, None)


@router.get("warnings/", response=Paged[Warned], summary="Early warnings that hold")
@needs("see_people")
def warnings(request: HttpRequest, limit: Limit = 50, after: After = None) -> Any:
    """The surest first."""
    start = number_in(after) or 0
    found = queries.warnings(caller(request), limit=limit + 1, after=min(start, 10**9))
    shown = [_warned(request, each) for each in found[:limit]]
    return {"items": shown, "next": cursor_of(start + limit) if len(found) > limit else None}


@router.get("models/", response=list[Model], summary="Every version of every model")
@needs("see_numbers")
def models(request: HttpRequest) -> Any:
    """The newest first; none for callers of some units."""
    return [_model(request, each) for each in queries.models(caller(request))]


@router.get("models/{model_id}/", response=Model, summary="One model with its card")
@needs("see_numbers")
def model(request: HttpRequest, model_id: Id) -> Any:
    """Of the whole business."""
    return _model(request, queries.model(caller(request), model_id))


@router.get("health/", response=Paged[Account], summary="The health of accounts")
@needs("see_people")
def health(
    request: HttpRequest,
    limit: Limit = 50,
    after: After = None,
    band: Annotated[Literal["", "poor", "watch", "good"], Query()] = "",
) -> Any:
    """The weakest first."""
    start = number_in(after) or 0
    found = queries.accounts_health(caller(request), band=band, limit=limit + 1, after=min(start, 10**9))
    shown = [_account(request, each) for each in found[:limit]]
    return {"items": shown, "next": cursor_of(start + limit) if len(found) > limit else None}


def _said(request: HttpRequest, said: Said) -> str:
    return said.in_(language_of(request))


def _entry(request: HttpRequest, line: queries.RiskLine) -> dict[str, Any]:
    own = {name: getattr(line, name) for name in Entry.model_fields if name != "reasons"}
    names = [name for name in Reason.model_fields if name != "said"]
    told = [
        {**{name: getattr(each, name) for name in names}, "said": _said(request, each.said)}
        for each in line.reasons
    ]
    return own | {"reasons": told}


def _warned(request: HttpRequest, each: queries.WarningView) -> dict[str, Any]:
    own = {name: getattr(each, name) for name in Warned.model_fields if name != "said"}
    return own | {"said": _said(request, each.said)}


def _model(request: HttpRequest, each: queries.ModelView) -> dict[str, Any]:
    names = [name for name in Model.model_fields if name not in {"model_id", "reason", "card"}]
    own = {name: getattr(each, name) for name in names}
    return own | {
        "model_id": each.id, "reason": _said(request, each.reason), "card": each.card.to_plain() if each.card else None,
    }  # fmt: skip


def _account(request: HttpRequest, each: queries.HealthView) -> dict[str, Any]:
    own = {name: getattr(each, name) for name in Account.model_fields}
    told = {name: _said(request, own[name]) for name in ("worst", "said") if own[name] is not None}
    return own | told
