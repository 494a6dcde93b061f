"""Which small words does the frame of a page need? Captured blocks, initials, roles, the meaning of a level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.template.base import Parser, Token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from dangol.core.language import Said
from dangol.platform.web.templatetags.figures import voice

register: Final = template.Library()

ROLES: Final = {
    "owner": Said("Owner", "소유자"),
    "admin": Said("Administrator", "관리자"),
    "analyst": Said("Analyst", "분석가"),
    "marketer": Said("Marketer", "마케터"),
    "agent": Said("Agent", "상담원"),
    "viewer": Said("Viewer", "열람자"),
}
LEVELS: Final = {"success": "good", "warning": "warn", "error": "bad", "debug": "info"}


class CaptureNode(template.Node):
    """Renders what stands inside, and keeps it under a name instead of showing it."""

    def __init__(self, inside: template.NodeList, name: str) -> None:
        self.inside, self.name = inside, name

    def render(self, context: template.Context) -> SafeString:
        """Nothing: the text is in the context, to be shown more than once."""
        shown = self.inside.render(context).strip()
        context[self.name] = mark_safe(shown)  # noqa: S308 it was escaped where it was rendered
        return mark_safe("")


@register.tag("capture")
def capture(parser: Parser, token: Token) -> CaptureNode:
    """`{% capture title %}{% block title %}{% endblock %}{% endcapture %}`, then `{{ title }}` twice."""
    name = token.split_contents()[1]
    inside = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(inside, name)


@register.filter
def quoted(attributes: Mapping[str, Any]) -> SafeString:
    """The attributes that a component passes on, each value escaped.

    Cotton's own way to write them takes a value that begins and ends with a quote for quoted markup: what
    a customer is called could then become an attribute.
    """
    kept = attributes.attrs_dict() if hasattr(attributes, "attrs_dict") else attributes
    return format_html_join(
        " ",
        "{}{}",
        ((name, "" if value is True else format_html('="{}"', value)) for name, value in kept.items()),
    )


@register.filter
def initials(name: str) -> str:
    """Up to two letters of a name: AB; for a Korean name the given name's."""
    words = [word for word in name.replace("@", " ").split() if word]
    if not words:
        return "?"
    first = words[0]
    if first[0] >= "\u1100":
        return first[-2:] if len(first) > 2 else first
    return (first[0] + (words[1][0] if len(words) > 1 and "@" not in name else "")).upper()


@register.filter
def role_in_words(role: str) -> str:
    """A role in the reader's language."""
    return voice()(ROLES[role]) if role in ROLES else role


@register.filter
def meaning_of_level(level: str) -> str:
    """good, warn, bad or info, from a level of Django's messages or from itself."""
    last = (level or "info").split()[-1]
    return LEVELS.get(last, last)
