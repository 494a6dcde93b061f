"""Which identity providers do the tests sign in by? Small real ones that speak the documented wire formats."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from dangol.platform.kernel import clock

CLIENT = ("dangol", "client secret")


@dataclass
class OpenIdProvider:
    """An OpenID Connect provider: discovery, code with PKCE, token, user information."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    told_of_user: dict[str, Any] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorise(self, address: str) -> str:
        """What the browser of somebody who agrees is sent back to."""
        asked = {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT[0]
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def discovery(self) -> dict[str, Any]:
        """The provider's description of itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """A code is exchanged once, by whom it was given to, with the verifier of its challenge."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = (form.get("client_id"), form.get("client_secret")) == CLIENT
        if asked is None or not is_client or asked.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        moment = clock.now()
        told = {"iss": self.issuer, "aud": CLIENT[0], "iat": moment, "exp": moment + timedelta(minutes=5)}
        signed = jwt.encode(told | self.claims, self.key, "RS256", headers={"kid": "one"})
        return 200, {"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


@contextmanager
def open_id_provider(**claims: Any) -> Iterator[OpenIdProvider]:
    """A provider on a port of this machine."""
    provider = OpenIdProvider(claims=claims)

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            routes: dict[str, Any] = {
                "/.well-known/openid-configuration": provider.discovery(),
                "/userinfo": provider.told_of_user or provider.claims,
            }
            self._say(200 if self.path in routes else 404, routes.get(self.path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*provider.token({key: value[0] for key, value in parse_qs(body).items()}))

        def _say(self, status: int, told: Any) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *args: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class SamlProvider:
    """A SAML 2.0 identity provider: reads the request of the redirect binding, writes signed responses."""

    entity_id: str = "https://idp.example.com/metadata"
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    @property
    def certificate(self) -> str:
        """What is told to the platform."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example.com")])
        moment = clock.now()
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(moment - timedelta(days=1))
            .not_valid_after(moment + timedelta(days=1))
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM).decode()

    def asked(self, address: str) -> dict[str, str]:
        """The number of the request, where the answer goes, and for whom it is."""
        packed = base64.b64decode(parse_qs(urlsplit(address).query)["SAMLRequest"][0])
        request = ElementTree.fromstring(zlib.decompress(packed, -15))
        issuer = request.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
        assert issuer is not None
        return {
            "id": request.attrib["ID"],
            "acs": request.attrib["AssertionConsumerServiceURL"],
            "audience": str(issuer.text),
        }

    def response(
        self, asked: dict[str, str], email: str, uid: str, *, is_signed: bool = True, **told: Any
    ) -> str:
        """A response as the browser posts it; single parts may be told otherwise."""
        moment = told.get("moment", clock.now())
        at = {name: (moment + shift).strftime("%Y-%m-%dT%H:%M:%SZ") for name, shift in SHIFTS.items()}
        assertion = ASSERTION.format(
            id=f"_{secrets.token_hex(16)}",
            issuer=told.get("issuer", self.entity_id),
            asked=asked["id"],
            acs=asked["acs"],
            audience=told.get("audience", asked["audience"]),
            email=email,
            uid=uid,
            **at,
        )
        if is_signed:
            pem = self.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            assertion = OneLogin_Saml2_Utils.add_sign(assertion, pem.decode(), self.certificate).decode()
            assertion = assertion.replace(email, told.get("forged", email))
        whole = RESPONSE.format(
            id=f"_{secrets.token_hex(16)}",
            asked=asked["id"],
            acs=asked["acs"],
            issuer=self.entity_id,
            assertion=assertion,
            **at,
        )
        return base64.b64encode(whole.encode()).decode()


SHIFTS = {"now": timedelta(0), "before": timedelta(minutes=-1), "after": timedelta(minutes=5)}
NAMES = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
RESPONSE = (
    '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" '
    + NAMES
    + ' ID="{id}" Version="2.0" '
    'IssueInstant="{now}" Destination="{acs}" InResponseTo="{asked}"><saml:Issuer>{issuer}</saml:Issuer>'
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
    "{assertion}</samlp:Response>"
)
ASSERTION = (
    "<saml:Assertion "
    + NAMES
    + ' ID="{id}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>'
    '<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{uid}</saml:NameID>'
    '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData '
    'InResponseTo="{asked}" NotOnOrAfter="{after}" Recipient="{acs}"/></saml:SubjectConfirmation></saml:Subject>'
    '<saml:Conditions NotBefore="{before}" NotOnOrAfter="{after}"><saml:AudienceRestriction><saml:Audience>{audience}'
    "</saml:Audience></saml:AudienceRestriction></saml:Conditions>"
    '<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>'
    "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
    '<saml:AttributeStatement><saml:Attribute Name="uid"><saml:AttributeValue>{uid}</saml:AttributeValue></saml:Attribute>'
    '<saml:Attribute Name="email"><saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute>'
    "</saml:AttributeStatement></saml:Assertion>"
)
