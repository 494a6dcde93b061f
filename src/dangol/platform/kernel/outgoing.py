"""How does the platform call addresses that somebody typed in? Only public ones, looked up once, without following."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from dangol.core.errors import DataError, RequestError
from dangol.core.language import Said

SECONDS: Final = 15.0
MOST_BYTES: Final = 5 * 1024 * 1024
PORTS: Final = frozenset({80, 443, 8000, 8080, 8443})

_TRANSLATED: Final = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)
"""NAT64, 6to4 and Teredo: they lead to an IPv4 address inside, and Python calls some of them public."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], list[str]]


class ForbiddenAddressError(RequestError):
    """The address leads into this network, or is not one that may be called."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Redirects are an answer like any other; they are not followed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def call(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """Call a public http(s) address. The name is looked up once, and that very address is connected to.

    A ForbiddenAddressError for an address that is not public; a DataError when it does not answer in time, or with
    more than `most_bytes`.
    """
    parts = urlsplit(url)
    host, port = _host_and_port(url)
    target = public_address(host, port)
    connection = _Pinned(parts.scheme == "https", host, port, target, seconds)
    # A timeout of a socket begins anew with every byte; this one ends the call, however slowly they drip in.
    end = threading.Timer(seconds, connection.cut)
    end.daemon = True
    end.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body=body, headers={"User-Agent": "Dangol", **(headers or {})})
        response = connection.getresponse()
        told = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, told, _within(response, most_bytes, host))
        if connection.was_cut:
            raise TimeoutError(f"more than {seconds:g} seconds")
        return answer
    except (OSError, http.client.HTTPException) as error:
        raise _failed(
            host, Said(f"{type(error).__name__}: {error}", f"{type(error).__name__}: {error} 오류")
        ) from error
    finally:
        end.cancel()
        connection.close()


def public_address(host: str, port: int, lookup: Lookup | None = None) -> str:
    """The one address that a name is called at; all that the name stands for must be public."""
    try:
        found = (lookup or _look_up)(host, port)
    except OSError as error:
        raise _failed(host, Said("The name is not known.", "알 수 없는 이름입니다.")) from error
    for each in found:
        if not is_public(ipaddress.ip_address(each)):
            raise _forbidden(
                host,
                Said("It leads into a network that is not public.", "공개되지 않은 네트워크로 이어집니다."),
            )
    return found[0]


def is_public(address: Address) -> bool:
    """Whether an address is out in the public internet, seen through every way of writing an IPv4 address in IPv6.

    >>> [is_public(ipaddress.ip_address(a)) for a in ("8.8.8.8", "169.254.169.254", "64:ff9b::a9fe:a9fe", "::ffff:10.0.0.1")]
    [True, False, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _TRANSLATED):
            return False
        if int(address) >> 32 == 0:
            return False
    is_odd = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not address.is_link_local and not address.is_private and not is_odd


def _look_up(host: str, port: int) -> list[str]:
    return [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _host_and_port(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError as error:
        raise _forbidden(url, Said("It is not a web address.", "웹 주소가 아닙니다.")) from error
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise _forbidden(
            url, Said("It is not a plain http or https address.", "일반적인 http 또는 https 주소가 아닙니다.")
        )
    if port not in PORTS:
        raise _forbidden(host, Said(f"Port {port} is not called.", f"{port}번 포트는 호출하지 않습니다."))
    return host, port


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked, speaking to the name that was asked for."""

    def __init__(self, is_https: bool, host: str, port: int, target: str, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._is_https, self._target = is_https, target
        self._wire: socket.socket | None = None
        self.was_cut = False

    def connect(self) -> None:
        self.sock = self._wire = socket.create_connection((self._target, self.port), self.timeout)
        if self._is_https:
            self.sock = self._wire = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host
            )

    def cut(self) -> None:
        """End the connection under whoever waits for it."""
        self.was_cut = True
        with suppress(OSError):
            if self._wire is not None:
                self._wire.shutdown(socket.SHUT_RDWR)


def _within(response: http.client.HTTPResponse, most: int, host: str) -> bytes:
    body = response.read(most + 1)
    if len(body) > most:
        raise _failed(host, Said("It answered with more than is read.", "응답이 너무 깁니다."))
    return body


def _forbidden(what: str, why: Said) -> ForbiddenAddressError:
    return ForbiddenAddressError(
        Said(f"{what} was to be called.", f"{what}을(를) 호출하려고 했습니다."),
        why,
        Said("Give a public http or https address.", "공개된 http 또는 https 주소를 쓰십시오."),
    )


def _failed(host: str, why: Said) -> DataError:
    return DataError(
        Said(f"{host} was called.", f"{host}을(를) 호출했습니다."),
        why,
        Said("Check the address, or try again later.", "주소를 확인하거나 나중에 다시 시도하십시오."),
    )
