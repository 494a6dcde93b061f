"""Do the pages of numbers work for every metric, role and language, and refuse what cannot be meant in sentences?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client

from dangol.core.metrics import catalogue
from dangol.platform.insight import actions, boards, noticing
from dangol.platform.insight.beginnings import begin
from dangol.platform.insight.drills import DRILLS, behind, people_of, prepared
from dangol.platform.insight.queries import answer
from dangol.platform.kernel.access.refusals import NotAllowedError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.actions import accept, make_source
from dangol.platform.web.numbers.catalogue import ORDER
from dangol.platform.web.numbers.downloads import safe_cell
from dangol.platform.web.numbers.shapes import SHAPES

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = count(1)


@pytest.fixture
def business(owner: Viewer, clock: Any, run_chores: Callable[[], None]) -> None:
    """A small business: orders, events and answers of half a year, one name that looks like a formula."""
    source = make_source(owner, "Shop", "server").id
    said = list(_history(clock.now()))
    accept(said, source)
    run_chores()


def _history(now: Any) -> Iterator[dict[str, Any]]:
    def one(who: str, ago: int, event: str, **properties: Any) -> dict[str, Any]:
        at = (now - timedelta(days=ago)).isoformat()
        told = {"type": "track", "userId": who, "event": event, "timestamp": at, "properties": properties}
        return told | {"messageId": f"pages-{next(_numbers)}"}

    for who, name in {"ann": "Ann", "bob": "Bob", "cat": "=Cat", "dan": "Dan"}.items():
        yield {
            "type": "identify",
            "userId": who,
            "traits": {"name": name, "plan": "pro"},
            "messageId": f"pages-{next(_numbers)}",
        }
    for who, days in {
        "ann": range(0, 180, 15),
        "bob": range(100, 180, 20),
        "cat": (150,),
        "dan": (5, 40),
    }.items():
        for ago in days:
            yield one(
                who, ago, "Order Completed", order_id=f"o{next(_numbers)}", total=10_000, currency="KRW"
            )
            yield one(who, ago, "Product Viewed", product_id="p1", colour="red")
    yield one("ann", 20, "Survey Answered", survey="nps", score=10)
    yield one("dan", 10, "Survey Answered", survey="nps", score=3)


def test_every_metric_has_a_shape_and_a_place() -> None:
    assert set(SHAPES) == set(ORDER) == set(catalogue())


def test_every_metric_has_its_page(business: None, client_of: Any) -> None:
    clients = [client_of("owner", language=language) for language in ("en", "ko")]
    for place, metric in enumerate(catalogue()):
        assert clients[place % 2].get(f"/metrics/{metric}").status_code == 200, metric
    shown = clients[0].get("/metrics/repeat_purchase_rate?against=before").content.decode()
    assert "/behind/buyers?" in shown


@pytest.mark.parametrize("role", ["owner", "admin", "analyst", "marketer", "agent", "viewer"])
def test_every_role_sees_numbers_and_only_some_see_people(business: None, client_of: Any, role: str) -> None:
    client = client_of(role)
    for address in ("/metrics", "/boards", "/figures", "/watches", "/notices", "/explorer", "/metrics/rfm"):
        assert client.get(address).status_code == 200, address
    sees_people = role != "viewer"
    page = client.get("/metrics/repeat_purchase_rate").content.decode()
    assert ("/behind/" in page) is sees_people
    assert client.get("/behind/buyers").status_code == (200 if sees_people else 404)
    may_export = role in {"owner", "admin", "analyst"}
    assert client.get("/metrics/rfm/download").status_code == (200 if may_export else 404)


def test_somebody_of_a_unit_sees_their_part(business: None, client_of: Any) -> None:
    client = client_of("marketer", unit=True)
    for address in ("/metrics", "/metrics/repeat_purchase_rate", "/explorer", "/behind/buyers", "/figures"):
        assert client.get(address).status_code == 200, address
    assert b"Ann" not in client.get("/behind/buyers").content


WRONG = (
    "/metrics/repeat_purchase_rat", "/metrics/rfm?nonsense=1", "/metrics/rfm?as_of=yesterday",
    "/metrics/mrr?span=last_moth", "/metrics/mrr?from=2026-13-01", "/metrics/mrr?from=9999-01-01",
    "/metrics/mrr?from=2026-03-01&to=2026-01-01", "/metrics/mrr?against=nothing", "/metrics/mrr?audience=99",
    "/metrics/rfm?rule=plan+iz+pro", "/metrics/cohort_brackets?brackets=x", "/metrics/cohort_retention?grain=aeon",
    "/behind/nobody", "/behind/kept?period=x", "/behind/hole?by=moon", "/behind/overdue?days=x", "/behind/kept?days=2",
    "/explorer?table=secrets", "/explorer?by=password", "/explorer?nonsense=1", "/explorer?by=property:a'b",
    "/explorer?by=name&split=plan", "/explorer?span=x", "/explorer?period=1900-01-01..2026-01-01", "/watches?metric=x",
)  # fmt: skip


def test_what_cannot_be_meant_is_refused_in_sentences(business: None, client_of: Any) -> None:
    client = client_of("owner")
    for address in WRONG:
        found = client.get(address)
        assert found.status_code in (400, 404, 422), address
        assert b"<h1>" in found.content


def test_settings_beyond_all_bounds_do_not_break_the_page(business: None, client_of: Any) -> None:
    client = client_of("owner")
    for told in ("window_days=-5", "window_days=99999999999999", "as_of=0001-01-01", "as_of=9999-12-31"):
        assert client.get(f"/metrics/lifecycle_states?{told}").status_code in (200, 400, 422), told


def test_an_address_says_no_more_than_it_must(business: None, client_of: Any) -> None:
    client = client_of("owner")
    found = client.get("/metrics/mrr?span=months_to_now&audience=&rule=&profile=playbook&was=span")
    assert (found.status_code, found["Location"]) == (302, "/metrics/mrr")
    dates = client.get("/metrics/mrr?span=last_month&from=2026-01-01&was=span")
    assert dates["Location"] == "/metrics/mrr?from=2026-01-01"


def test_a_drill_opens_as_many_people_as_the_number_says(business: None, owner: Viewer) -> None:
    seen = 0
    for metric, columns in DRILLS.items():
        if metric in ("nps", "csat", "ces"):  # they count answers; one person may give several
            continue
        found = answer(owner, metric)
        for row in prepared(metric, found.rows)[-3:]:
            for column in columns:
                group = behind(found.question, column, row) if column.endswith("_count") else None
                if group is not None:
                    seen += 1
                    assert len(people_of(owner, group)) == row[column], (metric, column)
    assert seen > 10


def test_downloads_are_whole_and_no_formulas(business: None, client_of: Any) -> None:
    client = client_of("owner")
    text = client.get("/metrics/repeat_purchase_rate/download").content.decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["buyer_count"] == "4"
    people = client.get("/behind/buyers/download?period=2025-09-01..2026-03-03").content.decode("utf-8-sig")
    assert "'=Cat" in people
    assert safe_cell("@sum(a1)") == "'@sum(a1)"
    assert client.get("/metrics/repeat_purchase_rate/download?as=json").json()["rows"][0]["buyer_count"] == 4


def test_a_board_is_filled_ordered_deleted_and_brought_back(business: None, client_of: Any) -> None:
    client = client_of("analyst")
    client.post("/metrics/rfm/pin", {"query": "", "board": "", "name": "Mine"})
    mine = next(each for each in client.get("/api/v1/boards/").json() if each["name"] == "Mine")
    number = mine["board_id"]
    client.post("/explorer/pin", {"query": "table=orders&measure=sum", "board": str(number)})
    pins = [each["pin_id"] for each in client.get(f"/api/v1/boards/{number}/").json()["pins"]]
    for each in pins:
        assert client.get(f"/pins/{each}").status_code == 200
    client.post(f"/boards/{number}", {"pins": ",".join(map(str, reversed(pins)))})
    assert [each["pin_id"] for each in client.get(f"/api/v1/boards/{number}/").json()["pins"]] == pins[::-1]
    client.post(f"/pins/{pins[0]}/move", {"to": "front"})
    assert client.get(f"/api/v1/boards/{number}/").json()["pins"][0]["pin_id"] == pins[0]
    assert client_of("viewer").get(f"/boards/{number}").status_code == 404
    client.post(f"/boards/{number}/delete")
    assert client.get(f"/boards/{number}").status_code == 404
    client.post(f"/boards/{number}/restore")
    assert client.get(f"/boards/{number}").status_code == 200


def test_a_new_business_finds_a_board_an_alarm_and_a_tree_once(
    business: None, client_of: Any, owner: Viewer
) -> None:
    assert begin()
    assert not begin()
    client = client_of("owner")
    assert len(boards.boards(owner)) == 1
    assert client.get("/api/v1/watches/").json()[0]["line"] == 0.15
    top = client.get("/api/v1/figures/").json()[0]
    assert top["metric"] == "net_dollar_retention"
    assert len(top["children"]) == 4


def test_a_crossing_reaches_its_owner_as_a_notice(business: None, client_of: Any) -> None:
    client: Client = client_of("owner")
    client.post(
        "/watches",
        {"metric": "repeat_purchase_rate", "side": "below", "line": "99", "span": "last_12_months"},
    )
    from dangol.platform.kernel.effects import do_due

    while do_due():
        pass
    page = client.get("/notices").content.decode()
    assert "75.0%" in page
    assert 'class="count"' in page
    client.post("/notices")
    assert 'class="count"' not in client.get("/notices").content.decode()
    assert client_of("viewer").get("/notices").status_code == 200


def test_a_notice_is_told_once_and_to_whom_it_concerns(client_of: Any) -> None:
    client_of("owner"), client_of("viewer")
    payload = {
        "title": {"en": "Stale", "ko": "오래됨"},
        "text": {"en": "Old.", "ko": "오래됐습니다."},
        "right": "edit_insight",
    }
    assert noticing.tell("k1", payload) == 1
    noticing.tell("k1", payload)
    from dangol.platform.insight.models import Notice

    assert Notice.objects.count() == 1


def test_a_figure_gets_owner_and_target(business: None, client_of: Any, owner: Viewer) -> None:
    client = client_of("analyst")
    client.post("/figures", {"metric": "repeat_purchase_rate", "span": "last_12_months", "target": "90"})
    figure = client.get("/api/v1/figures/").json()[0]
    assert (figure["value"], figure["target"], figure["state"]) == (0.75, 0.9, "worse")
    client.post(f"/figures/{figure['figure_id']}", {"target": "70", "unit": "percent", "owner": ""})
    assert client.get("/api/v1/figures/").json()[0]["state"] == "better"
    assert client.post("/figures", {"metric": "rfm", "target": "x"}).status_code == 400
    with pytest.raises(NotAllowedError):
        actions.place_figure(Viewer("v", "viewer"), "T", "rfm", column="people_count")


def test_the_explorer_adds_up(business: None, client_of: Any) -> None:
    client = client_of("viewer")
    rows = client.get("/api/v1/explorer/?table=orders&measure=sum&by=month").json()["rows"]
    assert sum(row["value"] for row in rows) == 190_000
    names = client.get("/api/v1/explorer/?by=name&measure=people").json()["rows"]
    assert {row["name"]: row["value"] for row in names}["Product Viewed"] == 4
    colours = client.get("/api/v1/explorer/?by=property:colour").json()["rows"]
    assert ("red", 19) in {(row["name"], row["row_count"]) for row in colours}
    assert client.get("/explorer?table=orders&by=week&split=plan&rule=plan+is+pro").status_code == 200
