"""Does every page and every operation of the API open to whom it should, and to nobody else?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from schemathesis.checks import CHECKS

from dangol.platform.kernel.access import actions
from dangol.platform.kernel.access.granting import rights_of
from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.viewer import RIGHTS, SYSTEM
from dangol.platform.web.api.app import api
from dangol.platform.web.pages.registry import PAGES, addresses
from tests_support.matrix import NUMBER, bearer, check_never_told, check_own_only, operations

pytestmark = pytest.mark.django_db
DOCUMENT = api.get_openapi_schema()
OPERATIONS = list(operations(DOCUMENT))
addresses()
EXAMPLES = 12
UNITS = frozenset({1})
OPENS_ALL = {(Role.OWNER, False), (Role.MARKETER, True)}
"""Who opens every page; the others open every fourth of theirs, and try all that are not."""
OPEN = {200, 302, 304, 400, 405}
WITHOUT_A_RIGHT = {"/api/v1/me/"}
"""Operations that everybody who is somebody may call."""


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    cache.clear()
    settings.API_REQUESTS_A_MINUTE = 10**6


def _path(route: str) -> str:
    """A page's address, with values for its parameters."""
    filled = re.sub(r"<(int|big):\w+>", NUMBER, route)
    filled = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000000", filled)
    return "/" + re.sub(r"<[^>]+>", "nothing", filled)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("unit", [False, True], ids=["whole", "unit"])
def test_pages_open_by_right(client_of: Callable[..., Client], role: str, unit: bool) -> None:
    if unit and role == Role.OWNER:
        pytest.skip("an owner owns the whole installation")
    browser = client_of(role, unit=unit)
    wrong = []
    for number, page in enumerate(PAGES.values()):
        may = page.right in rights_of(role, UNITS if unit else None)
        if may and (role, unit) not in OPENS_ALL and (number + Role.values.index(role)) % 4:
            continue
        status = browser.get(_path(page.route)).status_code
        if not may and status != 404:
            wrong.append((page.name, status, "should not exist for them"))
        if status >= 500 or (may and not unit and "<" not in page.route and status not in OPEN):
            wrong.append((page.name, status, "should open"))
    assert not wrong


def test_pages_send_strangers_to_the_door() -> None:
    actions.create_user(SYSTEM, "ann@example.com", "four unrelated words here", "owner")
    for method in ("get", "post"):
        wrong = []
        for page in PAGES.values():
            answer = getattr(Client(), method)(_path(page.route))
            if not (answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")):
                wrong.append((page.name, answer.status_code))
        assert not wrong


def test_a_member_without_a_place_is_a_stranger(client_of: Callable[..., Client]) -> None:
    from dangol.platform.kernel.access.models import Membership

    browser = client_of("owner")
    Membership.objects.all().delete()
    assert {browser.get(_path(page.route)).status_code for page in PAGES.values()} == {302}


def test_every_operation_names_its_right() -> None:
    assert [
        each.path for each in OPERATIONS if each.right not in RIGHTS and each.path not in WITHOUT_A_RIGHT
    ] == []


def test_operations_refuse_strangers() -> None:
    wrong = [(each, each.call(Client()).status_code) for each in OPERATIONS]
    assert [found for found in wrong if found[1] != 401] == []


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("unit", [False, True], ids=["whole", "unit"])
def test_operations_answer_by_right(role: str, unit: bool) -> None:
    if unit and role == Role.OWNER:
        pytest.skip("an owner owns the whole installation")
    unit_id = Unit.objects.create(name="North", slug="north").pk if unit else None
    headers = bearer(role, unit_id=unit_id)
    _check_rights(headers, rights_of(role, UNITS if unit else None), is_limited=unit)


@pytest.mark.parametrize("right", RIGHTS)
def test_operations_answer_by_scope(right: str) -> None:
    """A key of an owner's that lacks one right is refused wherever that right is needed."""
    _check_rights(
        bearer(Role.OWNER, scopes=set(RIGHTS) - {right}), frozenset(RIGHTS) - {right}, is_limited=True
    )


def _check_rights(headers: dict[str, str], held: frozenset[str], *, is_limited: bool) -> None:
    """Without the right 403, with it something else; who is limited further, or says more in the body
    than the right allows, may be refused for that as well.
    """
    wrong = []
    for each in OPERATIONS:
        with transaction.atomic():
            status = each.call(Client(), headers).status_code
            transaction.set_rollback(True)
        may = each.right is None or each.right in held
        if (
            status >= 500
            or (status != 403 and not may)
            or (status == 403 and may and not is_limited and each.body is None)
        ):
            wrong.append((each.method, each.path, status))
    assert not wrong


def test_units_hide_one_another(client_of: Callable[..., Client]) -> None:
    browser = client_of("admin", unit=True)
    south = actions.create_unit(SYSTEM, "South")
    places = {"ann": 1, "bob": south}
    users = {
        name: actions.create_user(SYSTEM, f"{name}@example.com", None, "agent", unit_ids=[unit])
        for name, unit in places.items()
    }
    for name, unit in places.items():
        actions.create_key(SYSTEM, f"key of {name}", "agent", unit_id=unit)
        actions.invite(SYSTEM, f"{name}.guest@example.com", "agent", unit_id=unit)
    check_own_only(
        browser,
        own=[f"/api/v1/team/members/{users['ann']}/"],
        others=[f"/api/v1/team/members/{users['bob']}/"],
    )
    lists = ["/api/v1/team/members/", "/api/v1/team/units/", "/api/v1/team/invitations/", "/api/v1/keys/",
             "/settings/team", "/settings/keys", "/settings/security", "/settings/audit", "/settings/audit.csv"]  # fmt: skip
    check_never_told(browser, lists, ["bob@", "bob.guest", "key of bob", "South"])
    assert browser.get("/api/v1/audit/").status_code == 403


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Requests by plain WSGI close the database behind them, which the test needs open to undo what they did."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def callers() -> dict[str, dict[str, str]]:
    """A key of every role, one of a unit, and none."""
    north = Unit.objects.create(name="North", slug="north").pk
    keys = {role: bearer(role) for role in Role.values}
    return {**keys, "admin of a unit": bearer("admin", unit_id=north), "nobody": {}}


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
KEPT = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize(
    "operation", [each.ok() for each in SCHEMA.get_all_operations()], ids=lambda each: each.label
)
def test_nothing_that_the_description_allows_breaks_an_operation(
    operation: Any, callers: dict[str, dict[str, str]]
) -> None:
    """Values that the description allows, and some that it does not, as every caller."""
    from django.core.handlers.wsgi import WSGIHandler

    app = WSGIHandler()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), caller=some.sampled_from(sorted(callers)))
    def asked(case: Any, caller: str) -> None:
        with transaction.atomic():
            answer = case.call(
                app=app, headers={**callers[caller], "host": "127.0.0.1"}, base_url="http://127.0.0.1"
            )
            transaction.set_rollback(True)
        assert caller != "nobody" or answer.status_code == 401
        case.validate_response(answer, checks=KEPT)

    asked()
