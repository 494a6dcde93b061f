"""Which numbers does somebody want before them? Boards of pinned numbers, each drawn when it is seen."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.core.language import Said
from dangol.platform.insight import boards as room
from dangol.platform.insight.beginnings import begin
from dangol.platform.insight.boards import PinView
from dangol.platform.insight.exploring import EXPLORE
from dangol.platform.web.numbers.pins import pin_shown, title_of
from dangol.platform.web.pages.registry import page
from dangol.platform.web.viewing import present_viewer, spoken


@page("boards", name="boards", right="see_numbers", rail=("understand", Said("Boards", "보드")), order=210)
@require_http_methods(["GET", "POST"])
def boards(request: HttpRequest) -> HttpResponse:
    """Every board of the viewer; a new one."""
    viewer = present_viewer(request)
    if request.method == "POST":
        made = room.make_board(viewer, request.POST.get("name", ""), is_shared="is_shared" in request.POST)
        return redirect("board", made)
    begin()
    gone = request.GET.get("deleted", "")
    deleted = int(gone) if gone.isdigit() and len(gone) < 18 else None
    told = {
        "deleted": deleted,
        "boards": room.boards(viewer),
        "may_share": viewer.may("edit_insight"),
        "may_own": viewer.user_id is not None,
    }
    return render(request, "boards/list.html", told)


@page("boards/<int:number>", name="board", right="see_numbers")
@require_http_methods(["GET", "POST"])
def board(request: HttpRequest, number: int) -> HttpResponse:
    """One board; a POST renames or shares it, or brings its pins into another order."""
    viewer = present_viewer(request)
    if request.method == "POST":
        if "pins" in request.POST:
            wanted = [
                int(each) for each in request.POST["pins"].split(",") if each.isdigit() and len(each) < 18
            ]
            room.order_pins(viewer, number, wanted)
            return HttpResponse(status=204)
        room.rename_board(viewer, number, request.POST.get("name", ""), is_shared="is_shared" in request.POST)
        return redirect("board", number)
    found = room.board(viewer, number)
    told = {
        "board": found,
        "pins": [(each, title_of(each), href_of(each)) for each in found.pins],
        "may_share": viewer.may("edit_insight"),
    }
    return render(request, "boards/one.html", told)


@page("boards/<int:number>/delete", name="board_delete", right="see_numbers")
@require_POST
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """The board goes; the list offers to bring it back."""
    room.delete_board(present_viewer(request), number)
    return HttpResponseRedirect(f"{reverse('boards')}?deleted={number}")


@page("boards/<int:number>/restore", name="board_restore", right="see_numbers")
@require_POST
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """The board is back."""
    room.restore_board(present_viewer(request), number)
    messages.success(request, spoken(Said("The board is back.", "보드를 되돌렸습니다.")))
    return redirect("board", number)


@page("pins/<int:number>", name="pin", right="see_numbers")
@require_GET
def pin(request: HttpRequest, number: int) -> HttpResponse:
    """One pinned number with its small picture, asked for when it is seen."""
    viewer = present_viewer(request)
    return render(request, "boards/pin.html", pin_shown(viewer, room.pinned(viewer, number)))


@page("pins/<int:number>/move", name="pin_move", right="see_numbers")
@require_POST
def move(request: HttpRequest, number: int) -> HttpResponse:
    """One place to the front, or to the back."""
    by = -1 if request.POST.get("to") == "front" else 1
    return HttpResponseRedirect(
        f"{reverse('board', args=[room.move_pin(present_viewer(request), number, by)])}#pin-{number}"
    )


@page("pins/<int:number>/unpin", name="pin_remove", right="see_numbers")
@require_POST
def unpin(request: HttpRequest, number: int) -> HttpResponse:
    """Off the board; the number itself stays where it is."""
    room.unpin(present_viewer(request), number)
    found = request.POST.get("board", "")
    return redirect("board", int(found)) if found.isdigit() and len(found) < 18 else redirect("boards")


def href_of(each: PinView) -> str:
    """The page of a pinned number, with its settings."""
    told = {
        **each.given,
        **({"span": each.span} if each.span else {}),
        **({"rule": each.segment} if each.segment else {}),
    }
    where = reverse("explorer") if each.metric == EXPLORE else reverse("metric", args=[each.metric])
    return f"{where}?{urlencode(told)}" if told else where
