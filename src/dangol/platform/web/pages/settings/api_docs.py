"""What can programs ask and do? The reference of the REST API, made from the operations themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.web.api.app import api
from dangol.platform.web.pages.registry import page

Document = Mapping[str, Any]


@page(
    "settings/api",
    name="api_docs",
    right="see_numbers",
    rail=("settings", Said("REST API", "REST API 문서")),
    order=50,
)
def api_docs(request: HttpRequest) -> HttpResponse:
    """Every operation with its parameters, its body and its answer."""
    document: Document = api.get_openapi_schema()
    rooms: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            rooms[(operation.get("tags") or ["-"])[0]].append(_told(document, path, method, operation))
    return render(request, "api_docs.html", {"rooms": sorted(rooms.items()), "address": settings.BASE_URL})


def _told(document: Document, path: str, method: str, operation: Document) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    good: Document = next(
        (a for status, a in operation["responses"].items() if str(status).startswith("2")), {}
    )
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [
            {
                "name": p["name"],
                "where": p["in"],
                "required": p.get("required"),
                "says": p["schema"].get("description", ""),
            }
            for p in operation.get("parameters", [])
        ],
        "fields": [field for kind in body.values() for field in _fields(document, kind["schema"])],
        "answer": [
            field for kind in good.get("content", {}).values() for field in _fields(document, kind["schema"])
        ],
    }


def _fields(document: Document, schema: Document) -> Iterator[dict[str, Any]]:
    """The fields of a schema, of what it refers to, or of what it is a list of."""
    schema = _resolved(document, schema)
    if schema.get("type") == "array":
        schema = _resolved(document, schema["items"])
    needed = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        says = field.get("description", "")
        yield {"name": name, "where": _kind(field), "required": name in needed, "says": says}


def _resolved(document: Document, schema: Document) -> Document:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"].get(name, {}) if name else schema


def _kind(field: Document) -> str:
    kinds = field.get("anyOf", [field])
    return " | ".join(
        str(each.get("type") or each.get("$ref", "").rpartition("/")[2] or "any") for each in kinds
    )
