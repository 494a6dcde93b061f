"""How does somebody disappear from everywhere? Steps that can each be done twice, a certificate at the end.

Rooms above add steps for what they keep: `@eraser("audiences")` on a function of an `Erased` that returns counts.
PIPA §36③: what is destroyed must not be recoverable.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.models import Effect, Setback
from dangol.platform.log import actions as log
from dangol.platform.log.models import Identifier
from dangol.platform.people import files, search
from dangol.platform.people.consents import suppress_address
from dangol.platform.people.merging import lineage
from dangol.platform.people.models import (
    Changed,
    Consent,
    ConsentState,
    Duplicate,
    ErasureCertificate,
    Note,
    Person,
    PersonMerge,
    RightsRequest,
    RightsStep,
    Seat,
    Suppression,
    TraitChange,
)
from dangol.platform.people.upserting import announce

Counts = dict[str, int]
SHORTEST_NAME: Final = 5
"""A shorter id could stand by chance in a text about somebody else."""


@dataclass(frozen=True, slots=True)
class Erased:
    """Who is to disappear: their numbers, and the names they are known by."""

    request_id: int
    person_ids: tuple[int, ...]
    names: tuple[str, ...]


Eraser = Callable[[Erased], Counts]
ERASERS: Final[dict[str, Eraser]] = {}


def eraser(name: str) -> Callable[[Eraser], Eraser]:
    """Register a step of every erasure; it must be safe to do again."""

    def registered(erase: Eraser) -> Eraser:
        if name in ERASERS:
            raise ValueError(f"Two erasers are called {name!r}.")
        ERASERS[name] = erase
        return erase

    return registered


def carry_out(request_id: int) -> None:
    """Do all the steps of an erasure that are not done yet, then write the certificate."""
    request = RightsRequest.objects.get(pk=request_id)
    if request.state != RightsRequest.State.WORKING or request.person_id is None:
        return
    whom = _whom(request)
    with _thoroughly():
        _carry_out(request, whom)


@contextmanager
def _thoroughly() -> Iterator[None]:
    """On SQLite, what is deleted meanwhile is overwritten, and the write-ahead log is emptied in the end."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("pragma secure_delete = on")
        try:
            yield
        finally:
            cursor.execute("pragma secure_delete = off")
            cursor.execute("pragma wal_checkpoint(truncate)")


def _carry_out(request: RightsRequest, whom: Erased) -> None:
    done = set(request.steps.values_list("step", flat=True))
    for name, erase in (*_FIRST.items(), *ERASERS.items(), *_LAST.items()):
        if f"erased:{name}" not in done:
            counts = erase(whom)
            _step(request, f"erased:{name}", counts)
    _certify(request)


def _whom(request: RightsRequest) -> Erased:
    """The numbers are noted once: after some steps they could not be found again."""
    begun = request.steps.filter(step="erasing").first()
    if begun is None:
        ids = lineage(int(request.person_id or 0))
        begun = _step(request, "erasing", {"people": len(ids)}, note=json.dumps(ids))
    ids = json.loads(begun.note)
    names = set(Identifier.objects.filter(person_id__in=ids).values_list("value", flat=True))
    for person in Person.objects.filter(pk__in=ids):
        names |= {person.external_id, person.email, person.phone, str(person.untrusted.get("email") or "")}
    return Erased(request.pk, tuple(ids), tuple(sorted(name for name in names if len(name) >= SHORTEST_NAME)))


def _step(request: RightsRequest, step: str, counts: Counts, note: str = "") -> RightsStep:
    return RightsStep.objects.create(
        request=request, step=step, made_by=SYSTEM.name, made_at=clock.now(), counts=counts, note=note
    )


def _suppress(whom: Erased) -> Counts:
    """What remains: that these addresses are not written to, as keyed hashes."""
    count = 0
    with transaction.atomic():
        for person in Person.objects.filter(pk__in=whom.person_ids):
            for channel, address in (("email", person.email), ("sms", person.phone), ("phone", person.phone)):
                if address:
                    suppress_address(
                        channel, address, reason="erased", scope=Suppression.Scope.ALL, made_by=SYSTEM.name
                    )
                    count += 1
    return {"kept_hashes": count}


def _setbacks(whom: Erased) -> Counts:
    """Rows of the log that a reader could not work on are kept as text, with whoever they are about."""
    about = Q(pk=None)
    for name in whom.names:
        about |= Q(what__contains=name) | Q(error__contains=name)
    return {"setbacks": Setback.objects.filter(about).delete()[0]}


def _effects(whom: Erased) -> Counts:
    about = Q(payload__person_id__in=list(whom.person_ids))
    return {"effects": Effect.objects.filter(about).delete()[0]}


def _names(line: str, names: tuple[str, ...]) -> bool:
    """Whether a line of JSON holds one of these names, as letters or as their escapes."""
    return any(name in line or json.dumps(name)[1:-1] in line for name in names)


def _import_files(whom: Erased) -> Counts:
    """Rows that an import refused lie in files that can be downloaded: those that name them are taken out."""
    count = 0
    for path in sorted((environment().data_folder / "imports").glob("*/*.jsonl")):
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [row for row in rows if not _names(row, whom.names)]
        if len(kept) < len(rows):
            half = path.with_suffix(".half")
            half.write_text("".join(kept), encoding="utf-8")
            half.replace(path)
            count += len(rows) - len(kept)
    return {"import_rows": count}


def _log(whom: Erased) -> Counts:
    """Events, lake, rollups, segments, refused rows and names of the log."""
    return dict(log.erase(list(whom.person_ids)))


def _search(whom: Erased) -> Counts:
    count = search.forget(whom.person_ids)
    search.compact()
    return {"search_entries": count}


@transaction.atomic
def _records(whom: Erased) -> Counts:
    """What this room wrote down about them."""
    ids = whom.person_ids
    pairs = Q(first_id__in=ids) | Q(second_id__in=ids)
    return {
        "notes": Note.objects.filter(person_id__in=ids).delete()[0],
        "consents": Consent.objects.filter(person_id__in=ids).delete()[0],
        "consent_states": ConsentState.objects.filter(person_id__in=ids).delete()[0],
        "trait_changes": TraitChange.objects.filter(person_id__in=ids).delete()[0],
        "seats": Seat.objects.filter(person_id__in=ids).delete()[0],
        "duplicates": Duplicate.objects.filter(pairs).delete()[0],
        "merges": PersonMerge.objects.filter(Q(loser_id__in=ids) | Q(winner_id__in=ids)).delete()[0],
        "referrals": Person.objects.filter(referrer_id__in=ids).update(referrer_id=None),
    }


@transaction.atomic
def _profiles(whom: Erased) -> Counts:
    """The rows themselves: numbers without anybody behind them remain, so that old references lead nowhere."""
    now = clock.now()
    blank = dict.fromkeys(
        ("external_id", "name", "email", "phone", "account_id", "channel", "country", "plan"), ""
    )
    count = Person.objects.filter(pk__in=whom.person_ids).update(
        **blank, joined_on=None, referrer_id=None, traits={}, untrusted={}, provenance={}, unit=None, amount=None,
        order_count=None, last_order_at=None, is_known=False, is_verified=False, merged_into=None, erased_at=now,
        first_seen_at=now, last_seen_at=now,
    )  # fmt: skip
    announce(Changed.Reader.FILE, whom.person_ids)
    return {"profiles": count}


def _files(whom: Erased) -> Counts:
    """The columnar copy is written anew without them, and the old files are deleted."""
    return {"people_files": files.purge()}


def _requests(whom: Erased) -> Counts:
    """Requests remain as proof of what was done, without who asked and what they wrote."""
    theirs = RightsRequest.objects.filter(person_id__in=whom.person_ids)
    return {"requests_blanked": theirs.update(requester="", message="", answer="", identity_proof="")}


_FIRST: Final[dict[str, Eraser]] = {
    "suppression": _suppress,
    "setbacks": _setbacks,
    "effects": _effects,
    "imports": _import_files,
    "records": _records,
}
_LAST: Final[dict[str, Eraser]] = {
    "log": _log,
    "profiles": _profiles,
    "search": _search,
    "files": _files,
    "requests": _requests,
}


@transaction.atomic
def _certify(request: RightsRequest) -> None:
    """The certificate: what was erased where, sealed by a digest over all of it."""
    if ErasureCertificate.objects.filter(request=request).exists():
        return
    counts: Counts = {}
    for step in request.steps.filter(step__startswith="erased:"):
        for name, count in step.counts.items():
            counts[name] = counts.get(name, 0) + int(count)
    now = clock.now()
    person_hash = keyed_hash(f"person:{request.person_id}")
    told = {"request": request.pk, "person": person_hash, "counts": counts, "made_at": now.isoformat()}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
    ErasureCertificate.objects.create(
        request=request, person_hash=person_hash, counts=counts, kept=["suppression_hash", "certificate"],
        made_at=now, digest=digest,
    )  # fmt: skip
    RightsRequest.objects.filter(pk=request.pk).update(state=RightsRequest.State.DONE, closed_at=now)
    audit.record(SYSTEM, "people.erased", f"request {request.pk}", certificate=digest, counts=counts)


def keyed_hash(text: str) -> str:
    """A hash that only this installation can make again."""
    key = f"dangol.people.erasure:{settings.SECRET_KEY}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
