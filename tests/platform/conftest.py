"""What do the tests of the platform share? Viewers, signed-in clients, a clock, a lake, a worker, a PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.test import Client

from dangol.platform.kernel import clock as kernel_clock
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.environment import environment
from tests_support.postgresql import NoPostgresqlError, Postgresql, running
from tests_support.processes import Platform, platform

PASSWORD = "a long enough passphrase 1"
UNIT = 1
"""The unit that `viewer_of_unit` and `client_of(role, unit=True)` are limited to."""


DATABASE = {"db", "transactional_db", "django_db_reset_sequences"}
OWN = {"own_platform", "made_sqlite"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that touch no database, or choose one by themselves, are not run again on PostgreSQL."""
    for item in items:
        wants = set(getattr(item, "fixturenames", ()))
        if wants & OWN or not (wants & DATABASE or item.get_closest_marker("django_db")):
            item.add_marker("once")


@pytest.fixture(scope="session", autouse=True)
def _log_lines() -> None:
    """Log lines go where pytest keeps them, without drawing tracebacks."""
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


# Where things lie


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
) -> None:
    """On SQLite the tests' database is a file, as in life: several connections and processes can open it."""
    from django.db import connections

    told = connections["default"].settings_dict
    if "sqlite3" in told["ENGINE"]:
        told["TEST"]["NAME"] = str(environment().data_folder / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Emptying every table between tests is no deed that the audit's guard against deletion should stop.

    Nor do connections that threads of tests left open stop the database from being dropped in the end.
    """
    from django.db import connection

    from dangol.platform.kernel.guards import allow_deletion

    with django_db_blocker.unblock():
        allow_deletion(connection)
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def lake(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Every test has a data folder, and in it a lake, of its own."""
    told = environment()
    before = told.data_folder
    object.__setattr__(told, "data_folder", tmp_path)
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FORESIGHT_APART = False
    told.lake_folder.mkdir(parents=True)
    yield told.lake_folder
    object.__setattr__(told, "data_folder", before)


# Time


class Clock:
    """The platform's clock, standing still until it is turned."""

    def __init__(self, stack: ExitStack, moment: datetime) -> None:
        self._stack = stack
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Put it to a moment."""
        self._stack.close()
        self._stack.enter_context(kernel_clock.stopped_at(moment))

    def move(self, **by: float) -> None:
        """Turn it: `clock.move(hours=2)`."""
        self.set(self.now() + timedelta(**by))

    def now(self) -> datetime:
        """What it shows."""
        return kernel_clock.now()


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The clock stands at Monday, 2 March 2026, 09:00 UTC."""
    with ExitStack() as stack:
        yield Clock(stack, datetime(2026, 3, 2, 9, tzinfo=UTC))


# People who work here


def _viewer(role: str, units: frozenset[int] | None = None) -> Viewer:
    return Viewer(f"{role}@example.com", role, units)


@pytest.fixture
def owner() -> Viewer:
    """Somebody who may everything."""
    return _viewer(Role.OWNER)


@pytest.fixture
def viewer_admin() -> Viewer:
    """An administrator."""
    return _viewer(Role.ADMIN)


@pytest.fixture
def viewer_analyst() -> Viewer:
    """An analyst."""
    return _viewer(Role.ANALYST)


@pytest.fixture
def viewer_marketer() -> Viewer:
    """A marketer."""
    return _viewer(Role.MARKETER)


@pytest.fixture
def viewer_agent() -> Viewer:
    """Somebody who answers customers."""
    return _viewer(Role.AGENT)


@pytest.fixture
def viewer_viewer() -> Viewer:
    """Somebody who sees numbers only."""
    return _viewer(Role.VIEWER)


@pytest.fixture
def viewer_of_unit() -> Viewer:
    """A marketer of one unit, who sees its people only."""
    return _viewer(Role.MARKETER, frozenset({UNIT}))


@pytest.fixture
def client_of(db: None) -> Callable[..., Client]:
    """`client_of("analyst")`: a browser of somebody signed in; `unit=True` limits them to the unit North."""
    from dangol.platform.kernel.access.models import Membership, Unit, User

    def signed_in(role: str, *, unit: bool = False, language: str = "en") -> Client:
        north = (
            Unit.objects.get_or_create(pk=UNIT, defaults={"name": "North", "slug": "north"})[0]
            if unit
            else None
        )
        email = f"{role}{'.north' if unit else ''}@example.com"
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD)
        Membership.objects.update_or_create(user=user, unit=north, defaults={"role": role})
        client = Client(headers={"accept-language": language})
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


# The machine room


@pytest.fixture
def run_chores(db: None) -> Callable[[], None]:
    """Run every chore of the worker until nothing is left to do."""
    from dangol.platform.kernel.worker import one_round

    return one_round


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server for tests that start processes of their own; the lane's where there is one."""
    if port := os.environ.get("TEST_POSTGRESQL_PORT"):
        yield Postgresql(int(port))
        return
    try:
        server = running()
        with server as found:
            yield found
    except NoPostgresqlError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose tables are made, to be copied."""
    data = tmp_path_factory.mktemp("made")
    with platform(data):
        return data


@pytest.fixture(scope="session")
def made_postgresql(postgresql: Postgresql, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database whose tables are made, to be copied."""
    name = f"made_{os.getpid()}"
    with platform(tmp_path_factory.mktemp("made"), postgresql.make(name)):
        return name


@pytest.fixture(params=["sqlite", "postgresql"])
def own_platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Platform]:
    """A platform of processes over a data folder and a database of its own: once on SQLite, once on PostgreSQL."""
    url, like = "", tmp_path / "like"
    if request.param == "postgresql":
        server: Postgresql = request.getfixturevalue("postgresql")
        url = server.make(f"own_{os.getpid()}", request.getfixturevalue("made_postgresql"))
        like.mkdir()
    else:
        like = request.getfixturevalue("made_sqlite")
    with platform(tmp_path / "own", url, like=like) as made:
        yield made
