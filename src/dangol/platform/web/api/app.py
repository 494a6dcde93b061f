"""What does the REST API consist of? One router a room, found by its module."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, set_response_etag
from ninja import NinjaAPI, Router

from dangol import __version__
from dangol.platform.web import api as package
from dangol.platform.web.api.doors import Key, Session
from dangol.platform.web.api.letters import Letters
from dangol.platform.web.api.limits import Window
from dangol.platform.web.api.problems import MEDIA_TYPE, Problem, speak_of_problems

ABOUT = (
    "Everything that the console shows and does. Authenticate with a key made under Settings, Keys "
    "(`Authorization: Bearer dk_...`) or with the session of the console. Lists come in pages: `next` of one page is "
    "`after` of the next. Errors are problems as RFC 9457 has them, in the language of `Accept-Language`."
)
ERRORS = {
    "400": "The request cannot be answered",
    "401": "No session and no valid key",
    "403": "The role or the key lacks the right",
    "404": "There is none that the caller can see",
    "409": "It contradicts what is there",
    "422": "A value does not fit its field",
    "429": "Too many requests; see Retry-After",
}


class Api(NinjaAPI):
    """The API, with entity tags on what is read and every error in its description."""

    def create_response(
        self,
        request: HttpRequest,
        data: Any,
        *,
        status: int | None = None,
        temporal_response: HttpResponse | None = None,
    ) -> HttpResponse:
        """The response; 304 when the caller has it already."""
        response = super().create_response(request, data, status=status, temporal_response=temporal_response)
        if request.method != "GET" or response.status_code != 200:
            return response
        set_response_etag(response)
        response.setdefault("Cache-Control", "private, no-cache")
        told = get_conditional_response(request, etag=response["ETag"], response=response)
        return told if isinstance(told, HttpResponse) else response

    def get_openapi_schema(self, **options: Any) -> Any:
        """The OpenAPI document; every operation names the problems it may answer with."""
        document = super().get_openapi_schema(**options)
        document["components"].setdefault("schemas", {})["Problem"] = Problem.json_schema()
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, meaning in ERRORS.items():
                    operation["responses"].setdefault(status, {"description": meaning, "content": content})
        return document


api = Api(
    title="Dangol",
    version=__version__,
    description=ABOUT,
    urls_namespace="api",
    docs_url=None,
    auth=[Key(), Session()],
    throttle=Window(),
    parser=Letters(),
)
speak_of_problems(api)

for _module in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
    _found = importlib.import_module(f"{package.__name__}.{_module.name}") if _module.name != "app" else None
    _router = getattr(_found, "router", None)
    if isinstance(_router, Router):
        api.add_router(f"/{_module.name}/", _router, tags=[_module.name])
