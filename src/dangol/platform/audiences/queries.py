"""Which audiences are there, who is in them, and how many would a rule name?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.rules import sentence, spelled_plainly, text_of
from dangol.core.schema import NOUNS
from dangol.platform.audiences.models import Audience, Flip, Member
from dangol.platform.audiences.ruling import inlined, member_ids, open_world, read
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.models import Segment
from dangol.platform.log.vocabulary import EVENTS
from dangol.platform.people.models import Person
from dangol.platform.people.queries import visible_to

SAMPLE: Final = 5
PEEK: Final = 500
"""The people whose traits are looked at for their names."""


@dataclass(frozen=True, slots=True)
class AudienceView:
    """A saved audience. `count` is of the people that the viewer may see; null until it was counted."""

    id: int
    name: str
    note: str
    rule: Mapping[str, Any]
    text: str
    sentence: Said
    count: int | None
    counted_at: datetime | None
    next_flip_at: datetime | None
    failure: Said | None
    made_by: str
    changed_at: datetime
    entered: int
    """In the last seven days."""
    left: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule means and whom it names now, or what is wrong with it."""

    count: int | None
    text: str
    sentence: Said | None
    rule: Mapping[str, Any] | None
    sample: tuple[int, ...]
    error: Said | None


def saved(viewer: Viewer) -> list[AudienceView]:
    """Every audience by name."""
    week = clock.now() - timedelta(days=7)
    flips = {
        (row["audience_id"], row["is_entry"]): row["n"]
        for row in _flips(viewer).filter(happened_at__gte=week).values("audience_id", "is_entry").annotate(n=Count("id"))
    }  # fmt: skip
    counts = _counts(viewer)
    rows = Audience.objects.select_related("made_by")
    return [_view(each, counts.get(each.pk, 0), flips) for each in rows]


def one(viewer: Viewer, audience: int) -> AudienceView | None:
    """One audience, or None."""
    return next((each for each in saved(viewer) if each.id == audience), None)


def _counts(viewer: Viewer) -> dict[int, int]:
    members = Member.objects.all()
    if viewer.units is not None:
        members = members.filter(person_id__in=_own(viewer))
    return dict(members.values_list("audience_id").annotate(n=Count("id")))


def _flips(viewer: Viewer) -> QuerySet[Flip]:
    if viewer.units is None:
        return Flip.objects.all()
    return Flip.objects.filter(person_id__in=_own(viewer))


def _own(viewer: Viewer) -> QuerySet[Person, int]:
    """The people of a viewer's units, for counting; lists of people ask `visible_to`."""
    return Person.objects.filter(unit_id__in=viewer.units or ()).values_list("pk", flat=True)


def _view(row: Audience, count: int, flips: Mapping[tuple[int, bool], int]) -> AudienceView:
    tree = read(row.rule, without=row.name)
    return AudienceView(
        id=row.pk,
        name=row.name,
        note=row.note,
        rule=row.rule,
        text=text_of(tree),
        sentence=sentence(tree),
        count=None if row.counted_at is None else count,
        counted_at=row.counted_at,
        next_flip_at=row.next_flip_at,
        failure=Said(row.failure["en"], row.failure["ko"]) if row.failure else None,
        made_by=(row.made_by.name or row.made_by.email) if row.made_by else "",
        changed_at=row.changed_at,
        entered=flips.get((row.pk, True), 0),
        left=flips.get((row.pk, False), 0),
    )


def preview(viewer: Viewer, written: Any, *, without: str = "") -> Preview:
    """The rule in words, and how many of the viewer's people it names now; never raises for a wrong rule."""
    try:
        tree = read(written, without=without)
        with open_world(viewer) as world:
            inside = member_ids(world, tree)
    except DangolError as error:
        told = Said(error.in_("en"), error.in_("ko"))
        return Preview(None, written if isinstance(written, str) else "", None, None, (), told)
    sample = tuple(sorted(inside)[:SAMPLE])
    return Preview(len(inside), text_of(tree), sentence(tree), spelled_plainly(tree), sample, None)


def members(audience: int) -> QuerySet[Member, int]:
    """The ids of the people in an audience, as a subquery for lists; the list itself asks who may see them."""
    return Member.objects.filter(audience_id=audience).values_list("person_id", flat=True)


def visible_members(viewer: Viewer, audience: int, *, after: int = 0, limit: int = 100) -> list[int]:
    """The ids in an audience that the viewer may see, ascending, from behind `after`."""
    rows = Member.objects.filter(audience_id=audience, person_id__gt=after).order_by("person_id")
    if viewer.units is not None or not viewer.may("see_people"):
        rows = rows.filter(person_id__in=visible_to(viewer).values("pk"))
    return list(rows.values_list("person_id", flat=True)[:limit])


def segment_of(viewer: Viewer, audience: int) -> str:
    """The rule of a saved audience in one line that names no other: a segment for numbers; empty when gone."""
    row = Audience.objects.filter(pk=audience).first()
    return text_of(inlined(read(row.rule, without=row.name))) if row else ""


@dataclass(frozen=True, slots=True)
class FlipView:
    """Somebody came or went."""

    person_id: int
    is_entry: bool
    happened_at: datetime


def flips_of(
    viewer: Viewer, audience: int, *, limit: int = 50, is_entry: bool | None = None
) -> list[FlipView]:
    """Who entered and left last."""
    rows = _flips(viewer).filter(audience_id=audience).order_by("-happened_at", "-pk")
    if is_entry is not None:
        rows = rows.filter(is_entry=is_entry)
    return [FlipView(each.person_id, each.is_entry, each.happened_at) for each in rows[:limit]]


@dataclass(frozen=True, slots=True)
class DayOfFlips:
    """How many came and went on a day."""

    day: date
    entered: int
    left: int


def flips_by_day(viewer: Viewer, audience: int, *, days: int = 28) -> list[DayOfFlips]:
    """The comings and goings of the last days, oldest first; quiet days are left out."""
    since = clock.now() - timedelta(days=days)
    rows = (
        _flips(viewer)
        .filter(audience_id=audience, happened_at__gte=since)
        .annotate(day=TruncDate("happened_at"))
        .values("day", "is_entry")
        .annotate(n=Count("id"))
    )
    found: dict[date, dict[bool, int]] = {}
    for row in rows:
        found.setdefault(row["day"], {})[row["is_entry"]] = row["n"]
    return [DayOfFlips(day, n.get(True, 0), n.get(False, 0)) for day, n in sorted(found.items())]


def audiences_of(person_id: int) -> list[tuple[int, str]]:
    """The audiences that a person is in: id and name."""
    mine = Member.objects.filter(person_id=person_id).select_related("audience").order_by("audience__name")
    return [(each.audience_id, each.audience.name) for each in mine]


def names_of(viewer: Viewer, person_ids: Iterable[int]) -> dict[int, str]:
    """What people are called, by number; those whom the viewer may not see are left out."""
    rows = visible_to(viewer).filter(pk__in=set(person_ids))
    return {each.pk: each.title or f"#{each.pk}" for each in rows}


@dataclass(frozen=True, slots=True)
class NamesKnown:
    """Names that a rule may use, for the lists that the builder offers; others may be typed."""

    events: tuple[str, ...]
    traits: tuple[str, ...]
    account_traits: tuple[str, ...]
    audiences: tuple[str, ...]


def names_known() -> NamesKnown:
    """The events with a meaning here and those seen, the fields of people and accounts, and the audiences."""
    seen = {
        name
        for each in Segment.objects.order_by("-pk")[:PEEK]
        for name in (each.contents or {}).get("names", ())
    }
    told = Person.objects.exclude(traits={}).order_by("-last_seen_at").values_list("traits", flat=True)[:PEEK]
    keys = sorted({f"traits.{key}" for traits in told for key in traits})
    return NamesKnown(
        events=tuple(sorted({*seen, *EVENTS})),
        traits=(*_columns("people"), *keys),
        account_traits=_columns("accounts"),
        audiences=tuple(Audience.objects.values_list("name", flat=True)),
    )


def _columns(noun: str) -> tuple[str, ...]:
    hidden = {"person_id", "referrer_id", "traits"}
    return tuple(name for name in NOUNS[noun].dtypes if name not in hidden)
