"""Does an identity provider let in whom it may, and nobody else?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.models import User
from dangol.platform.kernel.access.viewer import SYSTEM
from tests_support.identity import CLIENT, OpenIdProvider, SamlProvider, open_id_provider

pytestmark = pytest.mark.django_db
GOOD = "four unrelated words here"


@pytest.fixture(autouse=True)
def _installation() -> None:
    cache.clear()
    actions.create_user(SYSTEM, "owner@example.com", GOOD, "owner")


@pytest.fixture
def office() -> Iterator[OpenIdProvider]:
    """A provider of example.com, whose Ann is verified."""
    with open_id_provider(sub="ann-1", email="ann@example.com", email_verified=True, name="Ann") as provider:
        told = {"issuer": provider.issuer, "client_id": CLIENT[0], "client_secret": CLIENT[1]}
        actions.add_sign_on(SYSTEM, "oidc", "Office", told, domains=["example.com"], role="analyst")
        yield provider


def left_for(browser: Client, path: str) -> str:
    """Where the button of a provider leads."""
    page = browser.post(path).content.decode()
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page)
    assert found, page
    return html.unescape(found[1])


def by_oidc(browser: Client, provider: OpenIdProvider, query: str = "") -> Any:
    """The whole way there and back."""
    back = urlsplit(provider.authorise(left_for(browser, f"/accounts/oidc/office/login/{query}")))
    return browser.get(f"{back.path}?{back.query}")


def _role(browser: Client) -> str | None:
    found: str | None = browser.get("/api/v1/me/").json().get("role")
    return found


def test_the_front_door_names_the_provider(office: OpenIdProvider) -> None:
    assert "Sign in with Office" in Client().get("/accounts/login/").content.decode()


def test_somebody_of_the_domain_joins_with_the_first_role(office: OpenIdProvider) -> None:
    browser = Client()
    assert by_oidc(browser, office).headers["Location"] == "/"
    assert _role(browser) == "analyst"
    again = Client()
    by_oidc(again, office)
    assert _role(again) == "analyst"
    assert User.objects.filter(email="ann@example.com").count() == 1
    assert "member.joined_by_sign_on" in [each.deed for each in audit.every_deed()]


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"email_verified": False}, "vouch"),
        ({"email": "ann@other.example"}, "not of a domain"),
        ({"email": "ann@sub.example.com"}, "not of a domain"),
        ({"email": "ann@example.com.evil.example"}, "not of a domain"),
        ({"email": None}, "vouch"),
        ({"email": "owner@example.com"}, "connect this provider"),
    ],
)
def test_whom_the_provider_may_not_let_in(
    office: OpenIdProvider, claims: dict[str, Any], reason: str
) -> None:
    office.claims |= claims
    browser = Client()
    answer = by_oidc(browser, office)
    assert answer.status_code == 403
    assert reason in answer.content.decode()
    assert _role(browser) is None
    assert not SocialAccount.objects.exists()


def test_being_signed_in_does_not_open_the_door_to_strangers(office: OpenIdProvider) -> None:
    office.claims["email"] = "eve@other.example"
    browser = Client()
    browser.post("/accounts/login/", {"login": "owner@example.com", "password": GOOD})
    assert by_oidc(browser, office).status_code == 403
    assert _role(browser) == "owner"


def test_an_owner_connects_the_provider_and_then_signs_in_by_it(office: OpenIdProvider) -> None:
    office.claims["email"] = "owner@example.com"
    browser = Client()
    browser.post("/accounts/login/", {"login": "owner@example.com", "password": GOOD})
    browser.post("/accounts/reauthenticate/", {"password": GOOD})
    by_oidc(browser, office, "?process=connect")
    other = Client()
    by_oidc(other, office)
    assert _role(other) == "owner"


def test_whoever_was_removed_is_not_let_in_again(office: OpenIdProvider) -> None:
    by_oidc(Client(), office)
    ann = queries.user_by_email("ann@example.com")
    assert ann
    actions.remove(SYSTEM, ann.user_id)
    browser = Client()
    by_oidc(browser, office)
    assert _role(browser) is None


def test_a_callback_that_nobody_asked_for_is_refused(office: OpenIdProvider) -> None:
    back = urlsplit(office.authorise(left_for(Client(), "/accounts/oidc/office/login/")))
    stranger = Client()
    answer = stranger.get(f"{back.path}?{back.query}")
    assert "did not work" in answer.content.decode()
    assert _role(stranger) is None


def test_a_callback_works_once(office: OpenIdProvider) -> None:
    browser = Client()
    back = urlsplit(office.authorise(left_for(browser, "/accounts/oidc/office/login/")))
    assert browser.get(f"{back.path}?{back.query}").status_code == 302
    browser.post("/accounts/logout/")
    assert "did not work" in browser.get(f"{back.path}?{back.query}").content.decode()


def test_a_removed_provider_opens_nothing_also_when_its_name_comes_back(office: OpenIdProvider) -> None:
    by_oidc(Client(), office)
    actions.remove_sign_on(SYSTEM, queries.sign_ons(SYSTEM)[0].sign_on_id or 0)
    assert Client().post("/accounts/oidc/office/login/").status_code == 404
    assert not SocialAccount.objects.exists()


def test_a_provider_cannot_speak_for_another(office: OpenIdProvider) -> None:
    """A token of another issuer, and user information of somebody else, are refused."""
    for wrong in ({"iss": "https://another.example"}, {"aud": "another client"}):
        office.claims |= wrong
        browser = Client()
        by_oidc(browser, office)
        assert _role(browser) is None
        for name in wrong:
            del office.claims[name]
    office.told_of_user = {**office.claims, "sub": "eve-2"}
    browser = Client()
    assert by_oidc(browser, office).status_code == 403
    assert _role(browser) is None


# SAML


def _browser() -> Client:
    return Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def company() -> SamlProvider:
    """A SAML provider of example.com."""
    provider = SamlProvider()
    told = {
        "entity_id": provider.entity_id,
        "sso_url": "https://idp.example.com/sso",
        "certificate": provider.certificate,
    }
    actions.add_sign_on(SYSTEM, "saml", "Company", told, domains=["example.com"], role="agent")
    return provider


def by_saml(browser: Client, response: str) -> Any:
    """Post a response where the provider's page would."""
    return browser.post("/accounts/saml/company/acs/", {"SAMLResponse": response}, follow=True)


def _asked(browser: Client, provider: SamlProvider) -> dict[str, str]:
    return provider.asked(left_for(browser, "/accounts/saml/company/login/"))


def test_a_signed_response_lets_in(company: SamlProvider) -> None:
    browser = _browser()
    by_saml(browser, company.response(_asked(browser, company), "ann@example.com", "ann-1"))
    assert _role(browser) == "agent"


@pytest.mark.parametrize(
    "wrong",
    [
        {"is_signed": False},
        {"forged": "owner@example.com"},
        {"audience": "https://another.example"},
        {"issuer": "https://another.example"},
        {"moment": clock.now() - timedelta(hours=1)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_response_that_is_not_right_is_refused(company: SamlProvider, wrong: dict[str, Any]) -> None:
    browser = _browser()
    page = by_saml(browser, company.response(_asked(browser, company), "ann@example.com", "ann-1", **wrong))
    assert "did not work" in page.content.decode()
    assert _role(browser) is None


def test_a_response_signed_by_somebody_else_is_refused(company: SamlProvider) -> None:
    browser = _browser()
    by_saml(browser, SamlProvider().response(_asked(browser, company), "ann@example.com", "ann-1"))
    assert _role(browser) is None


def test_a_response_is_taken_once(company: SamlProvider) -> None:
    browser = _browser()
    response = company.response(_asked(browser, company), "ann@example.com", "ann-1")
    by_saml(browser, response)
    browser.post("/accounts/logout/")
    for replayed in (browser, _browser()):
        by_saml(replayed, response)
        assert _role(replayed) is None


def test_a_response_that_nobody_asked_for_is_refused(company: SamlProvider) -> None:
    asked = _asked(_browser(), company)
    stranger = _browser()
    by_saml(stranger, company.response(asked, "ann@example.com", "ann-1"))
    assert _role(stranger) is None


def test_saml_respects_domains_and_accounts_that_are_there(company: SamlProvider) -> None:
    for email in ("eve@other.example", "owner@example.com"):
        browser = _browser()
        by_saml(browser, company.response(_asked(browser, company), email, "x"))
        assert _role(browser) is None


def test_nobody_is_signed_out_by_a_link(company: SamlProvider) -> None:
    assert _browser().get("/accounts/saml/company/sls/").status_code == 404
