"""What does a reader paste to send the first event? Code that works as it stands, with this source's key in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Snippet:
    """One way to send events."""

    id: str
    title: str
    needs: str
    """What is installed before; empty when nothing is."""
    code: str


_PYTHON: Final = """\
import segment.analytics as analytics

analytics.write_key = "{key}"
analytics.host = "{url}"

analytics.identify("user-1", {{"email": "ann@example.com", "plan": "pro"}})
analytics.track("user-1", "Order Completed", {{"order_id": "o-1", "total": 19900, "currency": "KRW"}})
analytics.shutdown()  # sends what waits; a server that goes on does not need it
"""
_NODE: Final = """\
import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "{key}", host: "{url}" });

analytics.identify({ userId: "user-1", traits: { email: "ann@example.com", plan: "pro" } });
analytics.track({
  userId: "user-1",
  event: "Order Completed",
  properties: { order_id: "o-1", total: 19900, currency: "KRW" },
});
await analytics.closeAndFlush(); // sends what waits; a server that goes on does not need it
"""
_CURL: Final = """\
curl -u {key}: -H 'Content-Type: application/json' {url}/v1/track \\
  -d '{"userId": "user-1", "event": "Order Completed", "properties": {"order_id": "o-1", "total": 19900, "currency": "KRW"}}'
"""
_BROWSER: Final = """\
<script>
(() => {
  const visitor = localStorage.getItem("dangol") || crypto.randomUUID();
  localStorage.setItem("dangol", visitor);
  window.dangol = (type, fields) =>
    fetch("{url}/v1/" + type, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "text/plain" },
      body: JSON.stringify({
        writeKey: "{key}",
        messageId: crypto.randomUUID(),
        anonymousId: visitor,
        timestamp: new Date().toISOString(),
        sentAt: new Date().toISOString(),
        ...fields,
      }),
    });
  dangol("page", {
    name: document.title,
    properties: { url: location.href, path: location.pathname, title: document.title, referrer: document.referrer },
  });
})();
</script>
"""
_SIGNED: Final = """\
# On your server, for whoever is signed in: a token that lasts ten minutes.
import time
import jwt  # pip install pyjwt

token = jwt.encode({"sub": "user-1", "exp": int(time.time()) + 600, "traits": {"plan": "pro"}}, SECRET, algorithm="HS256")
# In the page: dangol("identify", {userId: "user-1", context: {identityToken: token}})
"""


def snippets(kind: str, key: str, url: str) -> list[Snippet]:
    """The ways that fit a kind of source."""
    if kind == "browser":
        return [_snippet("browser", "HTML", "", _BROWSER, key, url)]
    if kind != "server":
        return []
    python = _PYTHON.format(key=key, url=url)
    return [
        Snippet("python", "Python", "pip install segment-analytics-python", python),
        _snippet("node", "Node.js", "npm install @segment/analytics-node", _NODE, key, url),
        _snippet("curl", "curl", "", _CURL, key, url),
    ]


def signed_identity() -> str:
    """How a server signs for whom a page speaks."""
    return _SIGNED


def mapping_text(mapping: object) -> str:
    """A kept mapping as the page shows it for editing."""
    return json.dumps(mapping, ensure_ascii=False, indent=2) if mapping else ""


def _snippet(name: str, title: str, needs: str, code: str, key: str, url: str) -> Snippet:
    return Snippet(name, title, needs, code.replace("{key}", key).replace("{url}", url))
