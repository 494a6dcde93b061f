"""Are numbers, money and dates said as readers of each language write them?"""

from __future__ import annotations

from datetime import date

import pytest

from dangol.core.language import Language
from dangol.core.report.markup import Html, join, tag
from dangol.core.report.voice import Voice, ticks


@pytest.mark.parametrize(
    ("language", "currency", "amount", "shown"),
    [
        ("ko", "KRW", 9000, "9,000원"),
        ("ko", "KRW", 12_345_678, "1,235만\xa0원"),
        ("ko", "KRW", 320_000_000, "3.2억\xa0원"),
        ("ko", "KRW", -1_150_000, "−115만\xa0원"),
        ("ko", "GBP", 17_430_000, "1,743만\xa0파운드"),
        ("ko", None, 1234.5, "1,234"),
        ("en", "KRW", 12_345_678, "₩12.3M"),
        ("en", "USD", 19.99, "$19.99"),
        ("en", "USD", 20, "$20"),
        ("en", "GBP", 17_430_000, "£17.4M"),
        ("en", "CHF", 512, "CHF 512"),
        ("en", "USD", -3, "−$3"),
    ],
)
def test_money(language: Language, currency: str | None, amount: float, shown: str) -> None:
    assert Voice(language, currency).money(amount) == shown


def test_dates_and_periods() -> None:
    day = date(2011, 12, 9)
    assert Voice("en").day(day) == "9 Dec 2011"
    assert Voice("ko").day(day) == "2011년 12월 9일"
    assert Voice("en").period(date(2011, 12, 1), date(2012, 1, 1)) == "Dec 2011"
    assert Voice("ko").period(date(2011, 12, 1), date(2011, 12, 9)) == "2011년 12월 1일 – 2011년 12월 8일"
    assert Voice("en").last_day(date(2012, 1, 1)) == "end of Dec 2011"


def test_numbers() -> None:
    say = Voice("en")
    assert (say.percent(0.924), say.count(5120), say.decimal(-1.25)) == ("92.4%", "5,120", "−1.2")
    assert (say.customers(1), say.customers(2), say.days(1)) == ("1 customer", "2 customers", "1 day")
    assert say.points(-0.012, "May 2025") == "−1.2 points against May 2025"


def test_what_is_not_known_says_why() -> None:
    assert Voice("en").not_yet("too_few") == "not yet: too few to say"
    assert Voice("ko").not_yet("unfinished") == "아직 없음: 기간이 아직 끝나지 않았습니다"
    assert Voice("en").not_yet(None) == "not yet: it is not in the data"


def test_text_cannot_become_code() -> None:
    assert tag("p", "<b>", title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;</p>'
    assert join(["a & b", Html("<i>"), None, ["<"]]) == "a &amp; b<i>&lt;"


def test_ticks_are_round_and_inside() -> None:
    for low, high in ((0, 1), (0.61, 0.98), (0, 1234567), (-40, 130), (0.0, 0.004)):
        found = ticks(low, high)
        assert 2 <= len(found) <= 8
        assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in found)
