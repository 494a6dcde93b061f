"""What did the checks find, now and before, and who is told when one begins to fail?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from dangol.core.errors import DangolError, UnknownNameError
from dangol.core.language import Said
from dangol.core.schema import NOUNS
from dangol.platform.kernel import audit, clock, effects
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.log.imports.models import QualityFinding, QualityRule
from dangol.platform.log.imports.quality import CHECKS, Check, Scene, Seen
from dangol.platform.log.queries import opened

KEPT_DAYS: Final = 90
AHEAD: Final = timedelta(days=3_650)
"""How far into the future rows are looked for."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """What a check found of a subject the last time, with how it was before."""

    check: str
    title: Said
    says: Said
    unit: str
    subject: str
    subject_title: Said
    value: float | None
    threshold: float
    is_failed: bool
    is_muted: bool
    owner: str
    sentence: Said
    looked_at: datetime
    history: tuple[tuple[datetime, float | None, bool], ...]


def look_now() -> int:
    """Run every check and keep what it found; how many fail."""
    today = clock.today(business().time_zone)
    rules = _rules()
    try:
        world = opened(today + AHEAD)
    except DangolError:
        return 0
    try:
        found = [(each, seen) for each in CHECKS.values() for seen in each.look(Scene(world, today))]
    finally:
        world.close()
    return sum(_kept(each, seen, rules) for each, seen in found)


def is_due(every: timedelta = timedelta(hours=1)) -> bool:
    """Whether the last look is longer ago."""
    last = QualityFinding.objects.order_by("-looked_at").values_list("looked_at", flat=True).first()
    return last is None or last < clock.now() - every


def prune() -> int:
    """Forget what was found long ago; how many."""
    return QualityFinding.objects.filter(looked_at__lt=clock.now() - timedelta(days=KEPT_DAYS)).delete()[0]


@transaction.atomic
def _kept(check: Check, seen: Seen, rules: Mapping[tuple[str, str], QualityRule]) -> bool:
    """Keep what was seen; tell the owner when it begins to fail."""
    rule = _rule(rules, check.name, seen.subject)
    threshold = check.threshold if rule is None or rule.threshold is None else rule.threshold
    is_failed = seen.value is not None and seen.value > threshold
    before = (
        QualityFinding.objects.filter(check_name=check.name, subject=seen.subject)
        .order_by("-looked_at")
        .first()
    )
    begins = is_failed and not (before and before.is_failed) and not (rule and rule.is_muted)
    row = QualityFinding.objects.create(
        check_name=check.name, subject=seen.subject, looked_at=clock.now(), value=seen.value, threshold=threshold,
        is_failed=is_failed, is_alerted=begins, sentence=_sentence(check, seen, threshold),
    )  # fmt: skip
    if begins:
        effects.plan("notify", f"quality:{row.pk}", _alert(check, row, rule))
    return is_failed


def _sentence(check: Check, seen: Seen, threshold: float) -> dict[str, str]:
    noun = subject_title(seen.subject)
    told = {"value": seen.value or 0.0, "threshold": threshold, **seen.told}
    return {
        "en": check.finding.en.format(noun=noun.en.lower(), **told),
        "ko": check.finding.ko.format(noun=noun.ko, **told),
    }


def _alert(check: Check, row: QualityFinding, rule: QualityRule | None) -> dict[str, Any]:
    return {
        "title": {"en": check.title.en, "ko": check.title.ko}, "text": row.sentence, "kind": "warn",
        "to": rule.owner if rule else "", "right": "bring_data", "link": "/data/quality",
    }  # fmt: skip


def subject_title(subject: str) -> Said:
    """How a subject is called: a noun, or everything."""
    return (
        NOUNS[subject].title
        if subject in NOUNS
        else Said(subject, subject)
        if subject
        else Said("All data", "전체 데이터")
    )


def findings(viewer: Viewer) -> list[FindingView]:
    """The last finding of every check and subject, failing ones first, with its history.

    They tell of all the data together, which whoever sees some units only does not see.
    """
    if not viewer.may("see_numbers") or viewer.units is not None:
        return []
    rules = _rules()
    since = clock.now() - timedelta(days=30)
    rows: dict[tuple[str, str], list[QualityFinding]] = {}
    for row in QualityFinding.objects.filter(looked_at__gte=since).order_by("looked_at"):
        if row.check_name in CHECKS:
            rows.setdefault((row.check_name, row.subject), []).append(row)
    views = [_view(key, history, rules) for key, history in rows.items()]
    return sorted(
        views, key=lambda each: (not each.is_failed or each.is_muted, list(CHECKS).index(each.check))
    )


def _view(
    key: tuple[str, str], history: list[QualityFinding], rules: Mapping[tuple[str, str], QualityRule]
) -> FindingView:
    check, last, rule = CHECKS[key[0]], history[-1], _rule(rules, *key)
    return FindingView(
        check.name, check.title, check.says, check.unit, key[1], subject_title(key[1]), last.value,
        check.threshold if rule is None or rule.threshold is None else rule.threshold, last.is_failed,
        bool(rule and rule.is_muted), rule.owner if rule else "", Said(last.sentence["en"], last.sentence["ko"]),
        last.looked_at, tuple(_thinned(history)),
    )  # fmt: skip


def _thinned(history: list[QualityFinding]) -> Iterator[tuple[datetime, float | None, bool]]:
    """The last finding of each day."""
    days = {row.looked_at.date(): row for row in history}
    return ((row.looked_at, row.value, row.is_failed) for row in days.values())


@transaction.atomic
def set_rule(
    viewer: Viewer, check_name: str, subject: str, *, threshold: float | None = None, owner: str = "", is_muted: bool = False
) -> None:  # fmt: skip
    """Say how far a check may go, who owns it, and whether it may alert."""
    check_may(viewer, "bring_data")
    if check_name not in CHECKS:
        raise UnknownNameError(Said("check", "점검"), check_name, CHECKS)
    told = {"threshold": threshold, "owner": owner[:200], "is_muted": is_muted}
    QualityRule.objects.update_or_create(check_name=check_name, subject=subject, defaults=told)
    audit.record(viewer, "quality.rule_set", f"{check_name} {subject}".strip(), **told)


def _rules() -> dict[tuple[str, str], QualityRule]:
    return {(each.check_name, each.subject): each for each in QualityRule.objects.all()}


def _rule(rules: Mapping[tuple[str, str], QualityRule], check: str, subject: str) -> QualityRule | None:
    return rules.get((check, subject)) or rules.get((check, ""))
