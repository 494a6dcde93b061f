"""Does everything else step back while what is prompt has its hands full, and go on when it has not?"""

from __future__ import annotations

import threading

from dangol.platform.kernel.pacing import Pace


def test_an_idle_prompt_lane_holds_nobody_back() -> None:
    pace, stop = Pace(), threading.Event()
    with pace.turn(stop), pace.turn(stop):
        assert not pace.is_full()


def test_a_full_one_leaves_one_turn_at_a_time() -> None:
    pace, stop = Pace(), threading.Event()
    pace.worked(60.0)
    stop.set()  # rests are cut short: nobody waits in a test
    entered = threading.Event()

    def other() -> None:
        with pace.turn(stop):
            entered.set()

    second = threading.Thread(target=other)
    with pace.turn(stop):
        assert pace.is_full()
        second.start()
        assert not entered.wait(0.05)
    second.join()
    assert entered.is_set()


def test_what_was_done_long_ago_counts_less() -> None:
    pace = Pace()
    pace.worked(1.0)
    assert not pace.is_full()
    pace.worked(1.0)
    assert pace.is_full()
