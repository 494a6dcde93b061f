"""Which teams, stores or regions are there?"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.granting import UNIT, MoreThanHeldError
from dangol.platform.kernel.access.models import ApiKey, Invitation, Membership, Unit
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer


@transaction.atomic
def create_unit(viewer: Viewer, name: str) -> int:
    """A new unit; only who administers the whole business makes one."""
    _check_whole(viewer)
    name = _clean(name)
    number = Unit.objects.count() + 1
    slug = slugify(name, allow_unicode=True)[:50] or "unit"
    while Unit.objects.filter(slug=slug).exists():
        slug, number = f"{slug[:50]}-{number}", number + 1
    try:
        with transaction.atomic():
            unit = Unit.objects.create(name=name, slug=slug)
    except IntegrityError as cause:
        raise _taken(name) from cause
    audit.record(viewer, "unit.created", f"unit:{unit.pk}", name=name)
    return unit.pk


@transaction.atomic
def rename_unit(viewer: Viewer, unit_id: int, name: str) -> None:
    """Another name; its address stays."""
    unit = _access_unit(viewer, unit_id)
    before, unit.name = unit.name, _clean(name)
    try:
        with transaction.atomic():
            unit.save(update_fields=["name"])
    except IntegrityError as cause:
        raise _taken(name) from cause
    audit.record(viewer, "unit.renamed", f"unit:{unit_id}", before=before, after=unit.name)


@transaction.atomic
def delete_unit(viewer: Viewer, unit_id: int) -> None:
    """Takes away an empty unit; whoever still belongs only there would lose their place unseen."""
    _check_whole(viewer)
    unit = _access_unit(viewer, unit_id)
    held = Membership.objects.filter(unit=unit).count()
    if held:
        raise RequestError(
            Said(f"The unit {unit.name!r} was to be deleted.", f"{unit.name!r} 조직을 지우려 하셨습니다."),
            Said(f"It still has {held} members.", f"아직 구성원 {held}명이 있습니다."),
            Said("Move or remove them first.", "먼저 구성원을 옮기거나 내보내 주십시오."),
        )
    keys = ApiKey.objects.filter(unit=unit).delete()[0]
    invitations = Invitation.objects.filter(unit=unit).delete()[0]
    unit.delete()
    audit.record(
        viewer, "unit.deleted", f"unit:{unit_id}", name=unit.name, keys=keys, invitations=invitations
    )


def _access_unit(viewer: Viewer, unit_id: int) -> Unit:
    check_may(viewer, "administer")
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None or (viewer.units is not None and unit_id not in viewer.units):
        raise NotThereError(UNIT, unit_id)
    return unit


def _check_whole(viewer: Viewer) -> None:
    check_may(viewer, "administer")
    if viewer.units is not None:
        raise MoreThanHeldError("admin")


def _clean(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise RequestError(
            Said("A unit was to be named.", "조직 이름을 지으려 하셨습니다."),
            Said("The name is empty or longer than 120 letters.", "이름이 비었거나 120자를 넘습니다."),
            Said("Write for example: Gangnam store.", "예: 강남점"),
        )
    return name


def _taken(name: str) -> RequestError:
    return RequestError(
        Said(f"A unit was to be called {name!r}.", f"조직 이름을 {name!r}(으)로 지으려 하셨습니다."),
        Said("There is one of that name.", "같은 이름의 조직이 있습니다."),
        Said("Choose another name.", "다른 이름을 고르십시오."),
    )
