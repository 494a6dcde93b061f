"""Does Home say first what counts, draw every hole, lead to the people, and teach when there is nothing?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client

from dangol.platform.insight.home import home
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.actions import set_up_business
from dangol.platform.log.actions import accept, make_source

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = count(1)
"""No message of one test repeats one of another: that it was seen is remembered beyond both."""
FIGURE = re.compile(r'data-figure="(\w+)"')


@pytest.fixture
def subscribers(owner: Viewer, clock: Any, run_chores: Callable[[], None]) -> None:
    """Forty who pay since fourteen months ago; ten left after three weeks, five after half a year, for two reasons."""
    set_up_business(
        owner, name="Han River Coffee", kind="subscription", time_zone="Asia/Seoul", currency="KRW"
    )
    source = make_source(owner, "Billing", "server").id
    said: list[dict[str, Any]] = []

    def told(who: str, event: str, days: int, **more: Any) -> None:
        at = (clock.now() - timedelta(days=days)).isoformat()
        own = {"subscription_id": f"s-{who}", **more}
        said.append(
            {"type": "track", "event": event, "userId": who, "timestamp": at, "properties": own,
             "messageId": f"home-{next(_numbers)}"}
        )  # fmt: skip

    for n in range(40):
        began = 420 if n < 25 else 300 - n
        told(f"p{n}", "Subscription Started", began, plan="basic", mrr_amount=10_000, currency="KRW")
        if n >= 30:
            told(f"p{n}", "Subscription Ended", began - 20, reason="too expensive")
        elif n >= 25:
            told(f"p{n}", "Subscription Ended", began - 180, reason="went to a competitor")
    accept(said, source)
    run_chores()


def test_the_same_over_rest(subscribers: None, client_of: Callable[..., Client]) -> None:
    client = client_of("owner")
    told = client.get("/api/v1/home/?by=tenure").json()
    assert [each["metric"] for each in told["figures"]][:2] == [
        "net_dollar_retention",
        "customer_retention_rate",
    ]
    assert told["bucket"]["lost_count"] == sum(hole["lost_count"] for hole in told["bucket"]["holes"]) == 15
    me = client.get("/api/v1/me/").json()["user_id"]
    place = "/api/v1/home/holes/tenure/month_1/"
    assert client.put(place, {"owner_id": me}, content_type="application/json").status_code == 204
    holes = client.get("/api/v1/home/?by=tenure").json()["bucket"]["holes"]
    assert {hole["code"]: hole["owner_id"] for hole in holes}["month_1"] == me
    assert client.put(place, {"owner_id": None}, content_type="application/json").status_code == 204
    assert (
        client_of("viewer").put(place, {"owner_id": me}, content_type="application/json").status_code == 403
    )


def test_net_dollar_retention_stands_first_and_value_before_acquisition(
    subscribers: None, client_of: Callable[..., Client]
) -> None:
    """[W-17], [I-49]"""
    page = client_of("owner").get("/").content.decode()
    assert FIGURE.findall(page) == [
        "net_dollar_retention", "customer_retention_rate", "customer_churn_rate", "lifetime_value", "value_at_risk",
    ]  # fmt: skip
    assert page.index('data-figure="value_at_risk"') < page.index('id="chart-bucket"')


def test_it_opens_with_a_sentence_whose_numbers_lead_to_the_people(
    subscribers: None, client_of: Callable[..., Client]
) -> None:
    client = client_of("owner")
    page = client.get("/").content.decode()
    opening = page[page.index('class="opening"') : page.index('class="stats"')]
    links = re.findall(r"href=['\"]([^'\"]+)", opening)
    assert {link.split("?")[0] for link in links} >= {"/behind/kept", "/behind/start", "/behind/hole"}
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200


def test_the_holes_are_the_whole_outflow_and_each_opens_its_people(
    subscribers: None, owner: Viewer, client_of: Callable[..., Client]
) -> None:
    """[M-05]"""
    for by in ("tenure", "reason", "plan"):
        bucket = home(owner, by).bucket
        assert bucket is not None
        assert bucket.divided_by == by
        assert sum(each.lost_count for each in bucket.holes) == bucket.lost_count == 15
        assert sum(each.lost_amount for each in bucket.holes) == 150_000
    client = client_of("owner")
    page = client.get("/?by=reason").content.decode()
    holes = re.findall(r'<a class="hole" href="(/behind/hole[^"]+)"', page)
    counts = [
        re.findall(r"(\d+) people", client.get(each.replace("&amp;", "&")).content.decode())[0]
        for each in holes
    ]
    assert sorted(counts) == ["10", "5"]


def test_somebody_looks_after_a_hole(
    subscribers: None, owner: Viewer, client_of: Callable[..., Client]
) -> None:
    """[M-06]"""
    client = client_of("analyst")
    page = client.get("/?by=tenure").content.decode()
    own = re.search(r'<option value="(\d+)"', page)
    assert own is not None
    assert "nobody looks after" in page
    answer = client.post("/home/holes", {"by": "tenure", "hole": "month_1", "owner": own[1]})
    assert (answer.status_code, answer["Location"]) == (302, "/?by=tenure#holes")
    bucket = home(owner, "tenure").bucket
    assert bucket is not None
    assert {each.code: each.owner for each in bucket.holes}["month_1"] == "analyst@example.com"
    client.post("/home/holes", {"by": "tenure", "hole": "month_1", "owner": ""})
    bucket = home(owner, "tenure").bucket
    assert bucket is not None
    assert not any(each.owner for each in bucket.holes)


def test_who_sees_numbers_only_gets_no_link_to_people(
    subscribers: None, client_of: Callable[..., Client]
) -> None:
    client = client_of("viewer")
    page = client.get("/").content.decode()
    assert 'data-figure="net_dollar_retention"' in page
    assert "/behind/" not in page
    assert "/home/holes" not in page
    assert client.get("/behind/lost?period=2025-01-01..2026-01-01").status_code == 404
    assert client.post("/home/holes", {"by": "tenure", "hole": "month_1", "owner": ""}).status_code == 404


def test_who_sees_one_unit_gets_its_numbers(subscribers: None, viewer_of_unit: Viewer) -> None:
    found = home(viewer_of_unit)
    assert found.kept is None
    assert found.bucket is None


def test_the_months_are_drawn_when_they_are_seen(subscribers: None, client_of: Callable[..., Client]) -> None:
    client = client_of("owner")
    assert 'hx-get="/home/months"' in client.get("/").content.decode()
    shown = client.get("/home/months").content.decode()
    assert shown.count("<svg") >= 2
    assert "url(#hatched)" in shown
    assert shown.count("<tr>") == 14


def test_a_shop_reads_how_many_buy_again(
    owner: Viewer, clock: Any, run_chores: Callable[[], None], client_of: Callable[..., Client]
) -> None:
    set_up_business(owner, name="Shop", kind="shop", time_zone="Asia/Seoul", currency="KRW")
    source = make_source(owner, "Shop", "server").id
    accept(
        [
            {"type": "track", "event": "Order Completed", "userId": f"p{n}", "messageId": f"home-{next(_numbers)}",
             "timestamp": (clock.now() - timedelta(days=back)).isoformat(),
             "properties": {"order_id": f"o{n}-{back}", "total": 10_000, "currency": "KRW"}}
            for n in range(12) for back in range(100, 100 - 7 * (n % 4 + 1), -7)
        ],
        source,
    )  # fmt: skip
    run_chores()
    page = client_of("owner").get("/").content.decode()
    assert FIGURE.findall(page)[0] == "repeat_purchase_rate"
    assert "historic_lifetime_value" in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", "how many customers you keep"), ("ko", "얼마나 지키고 있는지")]
)
def test_without_data_it_teaches_and_has_one_button(
    language: str, words: str, client_of: Callable[..., Client]
) -> None:
    page = client_of("owner", language=language).get("/").content.decode()
    assert words in page
    assert page.count('class="button is-main') == 1
