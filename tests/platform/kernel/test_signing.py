"""Is a token worthless for another purpose, after its time, and once a letter of it is changed?"""

from __future__ import annotations

from typing import Any

import pytest

from dangol.platform.kernel import signing

VALUE = {"person": 7, "channel": "email"}


def test_a_token_gives_its_value_until_its_time_is_over(clock: Any) -> None:
    token = signing.sign("unsubscribe", VALUE, seconds=60)
    clock.move(seconds=59)
    assert signing.read("unsubscribe", token) == VALUE
    clock.move(seconds=1)
    with pytest.raises(signing.TokenError, match="time is over"):
        signing.read("unsubscribe", token)


def test_a_token_of_another_purpose_is_worthless() -> None:
    token = signing.sign("unsubscribe", VALUE, seconds=60)
    with pytest.raises(signing.TokenError, match="not made here"):
        signing.read("survey", token)
    with pytest.raises(ValueError, match="purpose"):
        signing.sign("", VALUE, seconds=60)


def test_no_letter_of_a_token_can_be_changed() -> None:
    token = signing.sign("unsubscribe", VALUE, seconds=60)
    for place, letter in enumerate(token):
        # The last letter of base64 carries two bits that say nothing; signatures of 32 bytes end in such a one.
        for other in "A1_":
            changed = f"{token[:place]}{other}{token[place + 1 :]}"
            if other != letter and place < len(token) - 1:
                with pytest.raises(signing.TokenError):
                    signing.read("unsubscribe", changed)


@pytest.mark.parametrize("token", ["", ":", "a:b", "WzFd", "\x00", "한글:한글", "." * 10_000])
def test_what_is_no_token_is_refused_in_a_sentence(token: str) -> None:
    with pytest.raises(signing.TokenError):
        signing.read("unsubscribe", token)
