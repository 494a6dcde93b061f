"""What does this room do with each batch of the log? Profiles and accounts, merges, consent, who ordered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dangol.platform.log.reacting import reaction
from dangol.platform.log.rows import LogRow
from dangol.platform.log.vocabulary import names_of
from dangol.platform.people.batch import Batch
from dangol.platform.people.consents import CONSENT_EVENTS, note_consents
from dangol.platform.people.merging import MACHINE, join
from dangol.platform.people.models import Changed
from dangol.platform.people.resolution import ask, pairs_of, resolved, same_addresses
from dangol.platform.people.upserting import announce

UNVERIFIED: Final = "unverified_and_verified"


@reaction("people.profiles")
def keep_profiles(rows: Sequence[LogRow]) -> None:
    """Everybody in the batch has a row that says what is known, and anonymous histories find their people."""
    batch = Batch()
    batch.open(rows)
    for row in rows:
        batch.take(row)
    pairs = pairs_of(rows)
    for pair in pairs:
        batch.draft(pair.loser, rows[0].occurred_at)
    batch.close()
    verified = {number: bool(draft.row.is_verified) for number, draft in batch.drafts.items()}
    merges, questions = resolved(pairs, batch.roots, verified)
    if merges:
        join(merges, MACHINE)
    ask((pair.loser, pair.winner, UNVERIFIED, "") for pair in questions)
    told = [draft.row for draft in batch.drafts.values() if draft.is_search_changed or draft.is_new]
    ask(same_addresses([person for person in told if person.merged_into is None]))


@reaction("people.consents", types=("track",), names=CONSENT_EVENTS)
def keep_consents(rows: Sequence[LogRow]) -> None:
    """The ledger has a line for each word about consent."""
    note_consents(rows)


@reaction("people.orders", types=("track",), names=names_of("orders"))
def note_orders(rows: Sequence[LogRow]) -> None:
    """Those who ordered get their figures counted anew."""
    announce(Changed.Reader.FIGURES, sorted({row.person_id for row in rows}))
