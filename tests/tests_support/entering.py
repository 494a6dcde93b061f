"""How do the tests sign in as a person does? By the form of the front door."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

GOOD = "four unrelated words here"
LOGIN = "/accounts/login/"


def sign_in(browser: Client, password: str = GOOD, email: str = "ann@example.com", **more: Any) -> Any:
    """Send the form of the front door."""
    return browser.post(LOGIN, {"login": email, "password": password}, **more)


def code_of(secret: str) -> str:
    """What an authenticator app with this secret shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))
