"""Do web server and worker live and die together, and does everything stop with grace?"""

from __future__ import annotations

import signal
import socket
from contextlib import closing

import psutil
import pytest

from tests_support.processes import Platform, poll

pytestmark = pytest.mark.parametrize("own_platform", ["sqlite"], indirect=True)


def _members(own: Platform) -> dict[str, psutil.Process]:
    """The processes of `dangol serve`, by their names."""
    found = psutil.Process(own.processes["serve"].pid).children()
    return {name: each for each in found for name in ("web", "worker") if name in each.cmdline()}


def _all_gone(processes: dict[str, psutil.Process]) -> bool:
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes.values())


def test_when_one_goes_down_the_other_stops(own_platform: Platform) -> None:
    own_platform.start("serve")
    members = _members(own_platform)
    assert set(members) == {"web", "worker"}
    members["worker"].kill()
    assert own_platform.processes.pop("serve").wait(60) == signal.SIGKILL
    poll(lambda: _all_gone(members))


def test_none_outlives_a_killed_parent(own_platform: Platform) -> None:
    own_platform.start("serve")
    members = _members(own_platform)
    own_platform.kill("serve")
    poll(lambda: _all_gone(members))
    poll(lambda: _is_free(own_platform.port))
    own_platform.start("serve")
    assert own_platform.stop() == {"serve": 0}


def _is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_taken_port_is_said_before_anything_begins(own_platform: Platform) -> None:
    with closing(socket.create_server(("127.0.0.1", own_platform.port))):
        refused = own_platform.run("serve", "--port", str(own_platform.port), check=False)
    assert refused.returncode == 2
    assert "Choose another port" in refused.stderr
