"""Which words of our own may every template use? `said` speaks both languages where the text stands."""

from __future__ import annotations

import re
from typing import Any, Final

from django import template
from django.template.base import FilterExpression, Parser, Token
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from dangol.core.language import Said

register: Final = template.Library()
_BEFORE_PARTICLE: Final = re.compile(r"(%(?:</\w+>)?)(?=[가-힣])")
"""A percent sign stays on the line of the Korean particle that follows it."""


class SaidNode(template.Node):
    """One text in both languages."""

    def __init__(self, said: Said, values: dict[str, FilterExpression], name: str | None) -> None:
        self.said, self.values, self.name = said, values, name

    def render(self, context: template.Context) -> SafeString | str:
        """The text in the reader's language, its values escaped."""
        text = self.said.in_("ko" if (get_language() or "en").startswith("ko") else "en")
        if self.values:
            told = {key: conditional_escape(value.resolve(context)) for key, value in self.values.items()}
            text = text.format(**told)
        text = _BEFORE_PARTICLE.sub("\\1\N{WORD JOINER}", text)
        if self.name is not None:
            context[self.name] = text
            return ""
        return mark_safe(text)  # noqa: S308 the text is the template's own, its values are escaped


@register.tag("said")
def said(parser: Parser, token: Token) -> SaidNode:
    """`{% said "Customers" "고객" %}`, `{% said "{n} people" "{n}명" n=count %}`, `... as name`.

    Both languages stand beside each other; leaving one empty fails when the template is compiled.
    """
    parts = token.split_contents()[1:]
    name = None
    if len(parts) > 2 and parts[-2] == "as":
        parts, name = parts[:-2], parts[-1]
    if len(parts) < 2 or not all(each[:1] in "\"'" for each in parts[:2]):
        raise template.TemplateSyntaxError("said takes the English and the Korean text in quotes.")
    english, korean = (each[1:-1] for each in parts[:2])
    if not (english.strip() and korean.strip()):
        raise template.TemplateSyntaxError(
            f"said was given {english!r} and {korean!r}: one language is empty."
        )
    values: dict[str, Any] = {}
    for each in parts[2:]:
        key, _, value = each.partition("=")
        values[key] = parser.compile_filter(value)
    return SaidNode(Said(english, korean), values, name)


@register.filter("in_words")
def in_words(text: Said | str) -> str:
    """A `Said` of Python in the reader's language."""
    if isinstance(text, Said):
        return text.in_("ko" if (get_language() or "en").startswith("ko") else "en")
    return text
