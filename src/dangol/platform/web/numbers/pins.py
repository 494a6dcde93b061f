"""What does a pinned number show? Its figure, what it is of, and a small picture."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.boards import PinView
from dangol.platform.insight.exploring import EXPLORE, exploration
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.numbers import asking, exploring, sentences
from dangol.platform.web.numbers import page as one


def pin_shown(viewer: Viewer, pin: PinView) -> dict[str, Any]:
    """What the template of a pin reads; a number that cannot be asked any more says why."""
    try:
        return _explored(viewer, pin) if pin.metric == EXPLORE else _metric(viewer, pin)
    except DangolError as error:
        return {"pin": pin, "failure": Said(error.in_("en"), error.in_("ko"))}


def title_of(pin: PinView) -> str | Said:
    """The pin's own title, else what is pinned."""
    if pin.title:
        return pin.title
    if pin.metric == EXPLORE:
        return exploring.title(exploration(pin.given))
    return find(pin.metric).title


def _metric(viewer: Viewer, pin: PinView) -> dict[str, Any]:
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in pin.given.items()})
    if pin.span:
        query["span"] = pin.span
    if pin.segment:
        query["rule"] = pin.segment
    wanted = asking.wish(viewer, pin.metric, query)
    found = asking.answer_of(viewer, wanted)
    row = sentences.headline(pin.metric, found.rows, present_day())
    return {
        "pin": pin,
        "basis": one.basis(viewer, wanted, found, row, None) if row else None,
        "picture": one.picture_of(wanted, found, None),
        "failure": found.failure,
        "answer": found,
    }


def _explored(viewer: Viewer, pin: PinView) -> dict[str, Any]:
    found = exploring.answer_of(viewer, pin.given, pin.span, pin.segment)
    return {"pin": pin, "picture": exploring.picture_of(found), "failure": found.failure, "answer": found}
