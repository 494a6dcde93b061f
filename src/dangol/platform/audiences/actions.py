"""How is an audience saved, changed and deleted?"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rules import spelled_plainly
from dangol.core.rules.tree import Named, Not, Some, Tree
from dangol.platform.audiences.models import Audience, Member
from dangol.platform.audiences.ruling import read
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.mending import without_nul

AUDIENCE = Said("audience", "고객 그룹")


def save(viewer: Viewer, name: str, written: Any, *, note: str = "", audience: int | None = None) -> int:
    """Save a rule under a name, as a new audience or in place of an older rule; its id."""
    check_may(viewer, "edit_audiences")
    name, note, written = without_nul(name).strip()[:120], without_nul(note), without_nul(written)
    _check_name(name, audience)
    old = Audience.objects.filter(pk=audience).first() if audience is not None else None
    if audience is not None and old is None:
        raise NotThereError(AUDIENCE, audience)
    plain = spelled_plainly(read(written, without=old.name if old else name))
    now = clock.now()
    if old is None:
        made = Audience.objects.create(
            name=name, rule=plain, note=note, made_by_id=viewer.user_id, made_at=now, changed_at=now
        )
        audit.record(viewer, "audience saved", f"audience {made.pk}", name=name)
        return made.pk
    if name != old.name:
        _check_unused(old, Said("renamed", "이름을 바꾸려고"))
    with transaction.atomic():
        Audience.objects.filter(pk=old.pk).update(name=name, note=note)
        if plain != old.rule:
            # Another rule is another audience: its members are counted anew, and nobody "entered" by that.
            Member.objects.filter(audience=old).delete()
            Audience.objects.filter(pk=old.pk).update(
                rule=plain, changed_at=now, counted_at=None, position=-1, member_count=None, failure=None
            )
    audit.record(viewer, "audience changed", f"audience {old.pk}", name=name)
    return old.pk


def delete(viewer: Viewer, audience: int) -> None:
    """The rule and its members are gone; refused while another audience names it."""
    check_may(viewer, "edit_audiences")
    found = Audience.objects.filter(pk=audience).first()
    if found is None:
        raise NotThereError(AUDIENCE, audience)
    _check_unused(found, Said("deleted", "지우려고"))
    audit.record(viewer, "audience deleted", f"audience {found.pk}", name=found.name)
    found.delete()


def _check_unused(audience: Audience, deed: Said) -> None:
    others = Audience.objects.exclude(pk=audience.pk)
    users = [each.name for each in others if audience.name in names_in(read(each.rule, without=each.name))]
    if users:
        listed = ", ".join(users)
        raise RequestError(
            Said(
                f"The audience {audience.name!r} was to be {deed.en}.",
                f"고객 그룹 {audience.name!r}을(를) {deed.ko} 했습니다.",
            ),
            Said(f"Other audiences name it: {listed}.", f"다른 고객 그룹이 쓰고 있습니다: {listed}."),
            Said("Change those first.", "그 그룹을 먼저 바꾸십시오."),
        )


def names_in(tree: Tree) -> set[str]:
    """The audiences that a rule names."""
    if isinstance(tree, Named):
        return {tree.name} | names_in(tree.rule)
    if isinstance(tree, Not):
        return names_in(tree.rule)
    return set().union(*map(names_in, tree.rules)) if isinstance(tree, Some) else set()


def _check_name(name: str, audience: int | None) -> None:
    holders = Audience.objects.filter(name=name).values_list("pk", flat=True)
    if not name:
        wrong = Said("It has no name.", "이름이 없습니다.")
    elif any(each != audience for each in holders):
        wrong = Said(f"There is an audience {name!r} already.", f"{name!r} 고객 그룹이 이미 있습니다.")
    else:
        return
    raise RequestError(
        Said("An audience was to be saved.", "고객 그룹을 저장하려고 했습니다."),
        wrong,
        Said("Give it a name of its own.", "다른 이름을 적어 주십시오."),
    )
