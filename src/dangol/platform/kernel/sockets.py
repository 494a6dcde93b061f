"""Is a port free, and does somebody answer there?"""

from __future__ import annotations

import socket
import threading
import time
from typing import Final

from dangol.core.errors import RequestError
from dangol.core.language import Said

PATIENCE: Final = 60.0


def listening(host: str, port: int) -> socket.socket:
    """A socket that is bound to a port; a RequestError when the port is taken or not allowed."""
    found = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise RequestError(
            Said(
                f"The server was to listen on {host}, port {port}.",
                f"{host}의 {port}번 포트에서 서버를 열려고 했습니다.",
            ),
            Said(f"That cannot be: {error.strerror}.", f"열 수 없습니다: {error.strerror}."),
            Said(
                "Choose another port with --port, or end the program that uses this one.",
                "--port로 다른 포트를 고르거나 이 포트를 쓰는 프로그램을 끝내십시오.",
            ),
        ) from error
    return found


def wait_until_open(host: str, port: int, patience: float = PATIENCE) -> bool:
    """Wait until somebody answers at a port; False when nobody did in time."""
    deadline, pause = time.monotonic() + patience, threading.Event()
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                return True
        pause.wait(0.1)
    return False
