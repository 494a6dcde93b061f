"""Who may what, everywhere? Helpers for tests over every page and every operation of the API, as every role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client

from dangol.platform.kernel.access import actions
from dangol.platform.kernel.access.viewer import SYSTEM

NUMBER = "9007199254740993"
"""An id that nothing has."""


@dataclass(frozen=True)
class Operation:
    """One operation of the API, with values that its description allows."""

    method: str
    path: str
    right: str | None
    body: Any

    def call(self, browser: Client, headers: Mapping[str, str] | None = None) -> Any:
        """Ask it."""
        told: dict[str, Any] = {"headers": dict(headers or {})}
        if self.body is not None:
            told |= {"data": self.body, "content_type": "application/json"}
        return getattr(browser, self.method)(self.path, **told)


def bearer(role: str, *, unit_id: int | None = None, scopes: Iterable[str] = ()) -> dict[str, str]:
    """The header of a fresh key."""
    made = actions.create_key(SYSTEM, f"as {role}", role, unit_id=unit_id, scopes=list(scopes))
    return {"authorization": f"Bearer {made.secret}"}


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of an OpenAPI document."""
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            address = path
            for parameter in told.get("parameters", []):
                if parameter["in"] == "path":
                    is_number = parameter["schema"].get("type") == "integer"
                    address = address.replace(f"{{{parameter['name']}}}", NUMBER if is_number else "nothing")
            content = told.get("requestBody", {}).get("content", {})
            body = (
                example(document, content["application/json"]["schema"])
                if "application/json" in content
                else None
            )
            yield Operation(method, address, told.get("x-right"), body)


def example(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """A small value that a JSON schema allows."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for key in ("default", "const"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example(document, schema[several][0])
    kind = schema.get("type", "object")
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: example(document, fields.get(name, {})) for name in schema.get("required", ())}
    small = {"string": "a" * schema.get("minLength", 1), "boolean": True, "array": [], "null": None}
    return small.get(kind, schema.get("minimum", 1))


def check_own_only(browser: Client, *, own: Iterable[str], others: Iterable[str]) -> None:
    """Whoever is limited to a unit opens what is of it; of the rest they learn nothing, not even that it is there.

    Rooms feed it with the addresses (pages, operations, downloads, streams) of Ann in their unit and of Bob in another.
    """
    wrong = [f"{path}: {status}" for path in own if (status := browser.get(path).status_code) != 200]
    seen = [f"{path}: {status}" for path in others if (status := browser.get(path).status_code) != 404]
    assert not wrong, f"what is theirs did not open: {wrong}"
    assert not seen, f"what is not theirs was not hidden: {seen}"


def check_never_told(browser: Client, paths: Iterable[str], secrets: Iterable[str]) -> None:
    """None of these addresses says anything of somebody else: no name, no address, no count of theirs."""
    told = {path: _text(browser.get(path)) for path in paths}
    leaks = [(path, secret) for path, text in told.items() for secret in secrets if secret in text]
    assert not leaks, f"told of others: {leaks}"


def _text(answer: Any) -> str:
    content = b"".join(answer) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))
