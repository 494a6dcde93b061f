"""Which version of a model is in use, why that one, and is it time to fit another? Rules alone; the platform keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from dangol.core.language import Said
from dangol.core.predict.card import Card

EVERY_DAYS: Final = 28
"""A model is fitted again after so many days, or at once when none is in use."""


@dataclass(frozen=True, slots=True)
class Version:
    """One fitted model of a kind (churn, value, ...) and horizon: `number` counts from 1 within them.

    `fingerprint` is that of its text: the same data and seed give the same. `demoted` says why it stepped back.
    """

    kind: str
    number: int
    fitted_on: date
    fingerprint: str
    is_usable: bool
    verdict: Said
    horizon_days: int | None = None
    demoted: Said | None = None


def fingerprint(text: str) -> str:
    """SHA-256 of a model's text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def versioned(versions: Sequence[Version], text: str, card: Card, fitted_on: date) -> Version:
    """The model as the next version after those of its kind and horizon; as the one it is where it was seen before."""
    alike = [each for each in versions if (each.kind, each.horizon_days) == (card.kind, card.horizon_days)]
    mark = fingerprint(text)
    known = next((each for each in alike if each.fingerprint == mark), None)
    number = max((each.number for each in alike), default=0) + 1
    return known or Version(
        card.kind, number, fitted_on, mark, card.is_usable, card.verdict, card.horizon_days
    )


def in_use(versions: Sequence[Version], kind: str, horizon_days: int | None = None) -> Version | None:
    """The newest version that passed its card and was not demoted; None: nothing may be used."""
    able = [
        each
        for each in versions
        if each.kind == kind
        and each.is_usable
        and each.demoted is None
        and horizon_days in (None, each.horizon_days)
    ]
    return max(able, key=lambda each: each.number, default=None)


def demoted(version: Version, why: Said) -> Version:
    """The version out of use, for a reason that stays with it."""
    return replace(version, demoted=why)


def is_due(versions: Sequence[Version], kind: str, today: date, every_days: int = EVERY_DAYS) -> bool:
    """Whether another fit is called for: none is in use, or the newest is older than `every_days`."""
    newest = max((each.fitted_on for each in versions if each.kind == kind), default=None)
    if newest is None or in_use(versions, kind) is None:
        return newest is None or newest < today
    return today - newest >= timedelta(days=every_days)
