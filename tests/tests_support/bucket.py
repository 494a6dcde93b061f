"""What does a store that speaks S3 answer? Listing and reading, as Amazon documents ListObjectsV2 and GetObject."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

MODIFIED = "2026-01-05T09:00:00.000Z"


class Bucket:
    """Objects by key; whoever signs with another key than `access_key` is refused."""

    def __init__(self, access_key: str) -> None:
        self.access_key, self.objects = access_key, dict[str, bytes]()
        self.url = ""

    def listed(self, prefix: str) -> bytes:
        """The answer of ListObjectsV2."""
        keys = [key for key in sorted(self.objects) if key.startswith(prefix)]
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{MODIFIED}</LastModified>"
            f'<ETag>"{self.tag(key)}"</ETag><Size>{len(self.objects[key])}</Size></Contents>'
            for key in keys
        )
        told = f"<Name>exports</Name><KeyCount>{len(keys)}</KeyCount><IsTruncated>false</IsTruncated>{rows}"
        return f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{told}</ListBucketResult>'.encode()

    def tag(self, key: str) -> str:
        """The entity tag of an object."""
        return hashlib.md5(self.objects[key], usedforsecurity=False).hexdigest()


@contextmanager
def bucket(access_key: str = "reader") -> Iterator[Bucket]:
    """A store with one bucket named `exports`, on loopback."""
    store = Bucket(access_key)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if f"Credential={store.access_key}/" not in self.headers.get("Authorization", ""):
                self.told(403, b"<Error><Code>InvalidAccessKeyId</Code></Error>")
                return
            key = unquote(parts.path).removeprefix("/exports").strip("/")
            if not key:
                self.told(200, store.listed(parse_qs(parts.query).get("prefix", [""])[0]))
            elif key in store.objects:
                self.told(200, store.objects[key], store.tag(key))
            else:
                self.told(404, b"<Error><Code>NoSuchKey</Code></Error>")

        def told(self, status: int, body: bytes, tag: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Last-Modified", "Mon, 05 Jan 2026 09:00:00 GMT")
            if tag:
                self.send_header("ETag", f'"{tag}"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    store.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
