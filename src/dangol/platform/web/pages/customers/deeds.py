"""What can be done on a customer's page? Notes, fields, consent, merging and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from dangol.core.language import Said
from dangol.platform.people import actions, queries
from dangol.platform.web.deeds import Deed, do, number, reader
from dangol.platform.web.pages.registry import page


def deeds_of(person_id: int) -> dict[str, Deed]:
    """The deeds of one customer's page."""

    def on(act: Callable[[HttpRequest, int], Said | HttpResponseBase | None]) -> Deed:
        return lambda request: act(request, person_id)

    return {
        "note": on(_note),
        "edit_note": on(_edit_note),
        "pin_note": on(_pin_note),
        "remove_note": on(_remove_note),
        "restore_note": on(_restore_note),
        "set": on(_set),
        "consent": on(_consent),
        "merge": on(_merge),
        "unmerge": on(_unmerge),
        "apart": on(_apart),
        "request": on(_request),
    }


def _note(request: HttpRequest, person_id: int) -> Said:
    actions.add_note(reader(request), person_id, request.POST.get("text", ""))
    return Said("The note is kept.", "메모를 남겼습니다.")


def _edit_note(request: HttpRequest, person_id: int) -> Said:
    actions.edit_note(reader(request), number(request, "note_id"), request.POST.get("text", ""))
    return Said("The note is changed.", "메모를 바꾸었습니다.")


def _pin_note(request: HttpRequest, person_id: int) -> None:
    is_pinned = request.POST.get("is_pinned") == "1"
    actions.pin_note(reader(request), number(request, "note_id"), is_pinned=is_pinned)


def _remove_note(request: HttpRequest, person_id: int) -> HttpResponseBase:
    removed = number(request, "note_id")
    actions.remove_note(reader(request), removed)
    return redirect(f"/customers/{person_id}?removed={removed}#notes")


def _restore_note(request: HttpRequest, person_id: int) -> Said:
    actions.restore_note(reader(request), number(request, "note_id"))
    return Said("The note is back.", "메모를 되돌렸습니다.")


def _set(request: HttpRequest, person_id: int) -> Said:
    name, value = request.POST.get("field", "").strip(), request.POST.get("value", "").strip()
    viewer = reader(request)
    if name in actions.EDITED:
        actions.set_field(viewer, person_id, name, value)
    else:
        actions.set_trait(viewer, person_id, name, value or None)
    return Said("The field is set.", "값을 저장했습니다.")


def _consent(request: HttpRequest, person_id: int) -> Said:
    told: dict[str, Any] = {
        key: request.POST.get(key, "") for key in ("channel", "purpose", "state", "document")
    }
    actions.record_consent(reader(request), person_id, **told)
    return Said("It stands in the ledger.", "동의 기록에 남겼습니다.")


def _merge(request: HttpRequest, person_id: int) -> HttpResponseBase:
    other = number(request, "other_id")
    made = actions.merge(reader(request), other, person_id)
    return redirect(f"/customers/{person_id}?merged={made}#merges")


def _unmerge(request: HttpRequest, person_id: int) -> Said:
    actions.undo_merge(reader(request), number(request, "merge_id"))
    return Said(
        "They are two again, each with their own history.",
        "다시 두 고객으로 나누었습니다. 이력도 각자에게 돌아갔습니다.",
    )


def _apart(request: HttpRequest, person_id: int) -> Said:
    actions.keep_apart(reader(request), number(request, "duplicate_id"))
    return Said(
        "They stay two. It will not be asked again.", "서로 다른 고객으로 두었습니다. 다시 여쭙지 않습니다."
    )


def _request(request: HttpRequest, person_id: int) -> HttpResponseBase:
    viewer = reader(request)
    shown = queries.person(viewer, person_id).line
    made = actions.receive_request(
        viewer, request.POST.get("kind", ""), person_id=person_id, requester=shown.email or shown.title
    )
    return redirect("rights_request", made)


@page("customers/<int:person_id>/merge", name="customer_merge", right="edit_people")
def preview(request: HttpRequest, person_id: int) -> HttpResponseBase:
    """What a merge would look like, before it is made; it can be undone afterwards too."""
    viewer = reader(request)
    if request.method == "POST":
        return do(request, {"merge": lambda r: _merge(r, person_id)}, back=f"/customers/{person_id}/merge")
    keeper = queries.person(viewer, person_id)
    query = request.GET.get("q", "").strip()[:200]
    other = request.GET.get("other", "")
    shown: dict[str, Any] = {"one": keeper, "query": query, "found": [], "other": None}
    if other.isascii() and other.isdecimal() and len(other) < 19:
        shown["other"] = queries.person(viewer, int(other))
        shown["rows"] = _side_by_side(keeper, shown["other"])
    elif query:
        found = queries.page_of(viewer, search=query, limit=20).lines
        shown["found"] = [each for each in found if each.id != keeper.line.id]
    return render(request, "customers/merge.html", shown)


def _side_by_side(keeper: queries.PersonView, other: queries.PersonView) -> list[dict[str, Any]]:
    """Field by field: what is kept, what is added."""
    mine, theirs = ({each.name: each.value for each in one.fields} for one in (keeper, other))
    names = dict.fromkeys([*mine, *theirs])
    return [
        {"name": name, "mine": mine.get(name), "theirs": theirs.get(name), "is_added": name not in mine}
        for name in names
    ]


@page("customers/<int:person_id>/everything.zip", name="customer_file", right="export")
def as_file(request: HttpRequest, person_id: int) -> HttpResponse:
    """Everything about one customer as an archive."""
    answer = HttpResponse(actions.export_of(reader(request), person_id), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="customer-{person_id}.zip"'
    return answer
