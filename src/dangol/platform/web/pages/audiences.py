"""Who belongs together? Saved audiences, one audience with who came and went, and the builder of rules."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.rules import spelled_plainly, text_of
from dangol.platform.audiences import actions, queries
from dangol.platform.audiences.building import (
    UNITS,
    Group,
    changed,
    empty_form,
    form_of,
    plain_of,
    read_form,
)
from dangol.platform.audiences.ruling import read
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.pages.registry import page
from dangol.platform.web.rule_words import HEADS
from dangol.platform.web.viewing import language_of, viewer_of

FLIPS: Final = 20
_UNIT_WORDS: Final = {
    "hours": Said("hours", "시간"),
    "days": Said("days", "일"),
    "weeks": Said("weeks", "주"),
    "months": Said("months of 30 days", "개월(30일)"),
    "years": Said("years of 365 days", "년(365일)"),
}


def _viewer(request: HttpRequest) -> Viewer:
    found = viewer_of(request)
    if found is None:
        raise Http404
    return found


@page(
    "audiences/",
    name="audiences",
    right="see_numbers",
    rail=("understand", Said("Audiences", "고객 그룹")),
    order=240,
)
@require_GET
def audiences(request: HttpRequest) -> HttpResponse:
    """Every saved audience."""
    found = queries.saved(_viewer(request))
    may_edit = _viewer(request).may("edit_audiences")
    return render(request, "audiences/list.html", {"audiences": found, "may_edit": may_edit})


@page("audiences/<int:audience_id>/", name="audience", right="see_numbers")
@require_http_methods(["GET", "POST"])
def audience(request: HttpRequest, audience_id: int) -> HttpResponse:
    """One audience: what it means, who is in it, who came and went; and the button that deletes it."""
    viewer = _viewer(request)
    found = queries.one(viewer, audience_id)
    if found is None:
        raise Http404
    failure = None
    if request.method == "POST":
        if not viewer.may("edit_audiences"):
            raise Http404
        try:
            actions.delete(viewer, audience_id)
            return redirect("audiences")
        except DangolError as error:
            failure = error.in_(language_of(request))
    told: dict[str, Any] = {
        "audience": found,
        "failure": failure,
        "days": queries.flips_by_day(viewer, audience_id),
        "may_edit": viewer.may("edit_audiences"),
    }
    if viewer.may("see_people"):
        flips = queries.flips_of(viewer, audience_id, limit=FLIPS)
        members = queries.visible_members(viewer, audience_id, limit=10)
        names = queries.names_of(viewer, [*(each.person_id for each in flips), *members])
        told |= {
            "flips": [(each, names.get(each.person_id, "")) for each in flips],
            "members": [(who, names.get(who, "")) for who in members],
        }
    return render(request, "audiences/one.html", told, status=409 if failure else 200)


@page("audiences/new/", name="audience_new", right="edit_audiences")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new audience; `?rule=` begins with a rule in one line."""
    return _edited(request, None)


@page("audiences/<int:audience_id>/edit/", name="audience_edit", right="edit_audiences")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, audience_id: int) -> HttpResponse:
    """Another name, note or rule."""
    found = queries.one(_viewer(request), audience_id)
    if found is None:
        raise Http404
    return _edited(request, found)


def _edited(request: HttpRequest, old: queries.AudienceView | None) -> HttpResponse:
    viewer = _viewer(request)
    if request.method == "POST":
        posted = request.POST
        failure = None
        form, mode, written = _posted(posted)
        if "save" in posted:
            try:
                check_may(viewer, "edit_audiences")
                told = _rule_of(form, mode, written)
                saved = actions.save(
                    viewer,
                    posted.get("name", ""),
                    told,
                    note=posted.get("note", ""),
                    audience=old.id if old else None,
                )
                return redirect("audience", audience_id=saved)
            except DangolError as error:
                failure = error.in_(language_of(request))
        context = _building(viewer, form, mode, written, old)
        named_so = {"name": posted.get("name", ""), "note": posted.get("note", "")}
        return render(
            request, "audiences/edit.html", context | named_so | {"failure": failure, "audience": old}
        )
    asked = request.GET.get("rule", "")
    form, mode, written = _begun(old, asked)
    context = _building(viewer, form, mode, written, old)
    context |= {"audience": old, "name": old.name if old else "", "note": old.note if old else ""}
    return render(request, "audiences/edit.html", context)


def _begun(old: queries.AudienceView | None, asked: str) -> tuple[Group, str, str]:
    """The form that a page opens with; a rule that cannot be read opens as text, with its error beside it."""
    if old is not None:
        return _group(form_of(old.rule)), "build", old.text
    if not asked:
        return empty_form(), "build", ""
    try:
        return _group(form_of(spelled_plainly(read(asked)))), "build", asked
    except DangolError:
        return empty_form(), "text", asked


def _group(node: Any) -> Group:
    return node if isinstance(node, Group) else empty_form()


def _posted(posted: QueryDict) -> tuple[Group, str, str]:
    """The form, how it is written (build or text), and the text; a switch carries the rule over."""
    values = {key: str(value) for key, value in posted.items()}
    mode, written, deed = values.get("mode", "build"), values.get("written", ""), values.get("do", "")
    form = _group(read_form(values))
    if deed == "as-text":
        return form, "text", _text_of(form, written)
    if deed == "as-form":
        try:
            return _group(form_of(spelled_plainly(read(written)))), "build", written
        except DangolError:
            return form, "text", written
    return (changed(form, deed) if deed else form), mode, written


def _text_of(form: Group, written: str) -> str:
    try:
        return text_of(read(plain_of(form)))
    except DangolError:
        return written


def _rule_of(form: Group, mode: str, written: str) -> Any:
    return written if mode == "text" else plain_of(form)


@page("audiences/build/", name="audience_build", right="edit_audiences")
@require_POST
def build(request: HttpRequest) -> HttpResponse:
    """The builder after a button or a choice, for htmx."""
    form, mode, written = _posted(request.POST)
    context = _building(_viewer(request), form, mode, written, None)
    return render(request, "audiences/builder.html", context)


@page("audiences/count/", name="audience_count", right="edit_audiences")
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """The sentence and the live count, for htmx."""
    form, mode, written = _posted(request.POST)
    context = {"meaning": _meaning(_viewer(request), form, mode, written)}
    return render(request, "audiences/meaning.html", context)


def _building(
    viewer: Viewer, form: Group, mode: str, written: str, old: queries.AudienceView | None
) -> dict[str, Any]:
    return {
        "form": form,
        "mode": mode,
        "written": written,
        "heads": list(HEADS.items()),
        "units": [(unit, _UNIT_WORDS[unit]) for unit in UNITS],
        "known": queries.names_known(),
        "meaning": _meaning(viewer, form, mode, written),
    }


def _meaning(viewer: Viewer, form: Group, mode: str, written: str) -> dict[str, Any]:
    """What the rule says and whom it names; what is not complete is told as such."""
    try:
        told = _rule_of(form, mode, written)
    except DangolError as error:
        return {"error": Said(error.in_("en"), error.in_("ko"))}
    if mode == "text" and not written.strip():
        return {}
    found = queries.preview(viewer, told)
    names = queries.names_of(viewer, found.sample) if found.sample and viewer.may("see_people") else {}
    return {
        "count": found.count,
        "sentence": found.sentence,
        "text": found.text,
        "error": found.error,
        "sample": [(who, names.get(who, "")) for who in found.sample] if names else [],
    }
