"""How does the platform listen? One uvicorn process: hot paths on bare ASGI, Django in a few threads beside them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import uvicorn
from django.urls import get_resolver

from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.sockets import listening
from dangol.platform.web.dispatch import Dispatcher
from dangol.platform.web.live import Live
from dangol.platform.web.sessions import may_upload

GRACE: Final = 20
"""Seconds that requests which are being answered get when the server is asked to stop."""
MOST_CONNECTIONS: Final = 2_000


class WebServer:
    """The listening server; `run` returns when it was asked to stop."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = listening(host, port)
        config = uvicorn.Config(
            self._application(), http=_protocol(), loop="auto", ws="none", lifespan="on", log_config=None,
            access_log=False, server_header=False, reset_contextvars=True, limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=20, timeout_graceful_shutdown=GRACE, backlog=1024, proxy_headers=False,
        )  # fmt: skip
        self._server = _Server(config)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._socket.getsockname()[1])

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Ask it to stop, from any thread."""
        self._server.should_exit = True

    def _application(self) -> Any:
        from dangol.platform.web.door.app import door
        from dangol.platform.web.wsgi import application

        # A page that cannot be imported is to be known now, not when the first reader comes.
        get_resolver().url_patterns  # noqa: B018
        live = Live(lambda: self._server.should_exit)
        told = environment()
        return Dispatcher(
            django=application, door=door, live=live, proxies=told.proxy_count,
            most_upload=told.most_upload, may_upload=may_upload,
        )  # fmt: skip


def _protocol() -> Any:
    from dangol.platform.web.door.express import ExpressProtocol

    return ExpressProtocol


class _Server(uvicorn.Server):
    """uvicorn's server, but a stop that was asked for and done is a success."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal, and do not send it to this process once more in the end."""
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, what in before.items():
                signal.signal(each, what)
