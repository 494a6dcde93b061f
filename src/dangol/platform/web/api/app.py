"""What does the REST API consist of? One router a room, found by its module."""

from __future__ import annotations

import importlib
import pkgutil

from ninja import NinjaAPI, Router

from dangol import __version__
from dangol.platform.web import api as package

api = NinjaAPI(title="Dangol", version=__version__, urls_namespace="api", docs_url="docs")

for _module in pkgutil.iter_modules(package.__path__):
    _found = importlib.import_module(f"{package.__name__}.{_module.name}") if _module.name != "app" else None
    _router = getattr(_found, "router", None)
    if isinstance(_router, Router):
        api.add_router(f"/{_module.name}/", _router)
