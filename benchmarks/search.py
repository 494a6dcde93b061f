"""How fast is somebody found among a million? The index of pieces against reading every row, in the same run.

    python -m benchmarks.search [PEOPLE]

On SQLite, or on PostgreSQL by DATABASE_URL; a database that holds people already (DANGOL_DATA) is not filled again. Each query is put cold-free and warm, as the console puts it: search,
who may see it, ranking and the first fifty rows. The peer is what a list without an index does: LIKE over the fields.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

FAMILY = "김이박최정강조윤장임한오서신권황안송전홍"
GIVEN = "민서지현수진영준호은경희성우재원태연나윤하도유"
WORDS = ("배송", "환불", "결제오류", "교환", "해지", "문의", "쿠폰", "재구매", "추천", "불만", "감사", "포장")
QUERIES = (
    ("a Korean name", "김민서"), ("two syllables of a name", "민준"), ("a Korean word in a trait", "환불"),
    ("a word that a third has", "서울"), ("a whole e-mail", "user123456@example.com"), ("an e-mail's beginning", "user1234"),
    ("a domain that all have", "example"), ("four digits", "4321"), ("a telephone number", "010-0123-4567"),
    ("an id", "u777777"), ("a rare word", "zebrafinch"), ("two words", "김민 환불"), ("nothing", "없는사람입니다"),
)  # fmt: skip
ROUNDS = 7
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def main(people: int) -> None:
    """Fill, ask, print."""
    _begin()
    from dangol.platform.kernel.access.viewer import SYSTEM
    from dangol.platform.people import queries

    if not queries.count_of(SYSTEM):
        fill_people(people)
    print(f"{people:,} people, {_vendor()}")
    own: list[float] = []
    for said, query in QUERIES:
        took = [_seconds(lambda q=query: queries.page_of(SYSTEM, search=q)) for _ in range(ROUNDS)]
        peer = _seconds(lambda q=query: _scan(q))
        own += took
        middle = statistics.median(took)
        print(
            f"  {said:28} {middle * 1000:8.1f} ms   LIKE over the fields {peer * 1000:9.1f} ms   {peer / middle:7.1f} x"
        )
    own.sort()
    print(
        f"  all queries: median {statistics.median(own) * 1000:.1f} ms, p95 {own[int(len(own) * 0.95)] * 1000:.1f} ms"
    )
    for order in ("-seen", "name", "-value", "-joined"):
        took = [_seconds(lambda o=order: _second_page(queries, SYSTEM, o)) for _ in range(ROUNDS)]
        print(f"  two pages of fifty by {order:8} {statistics.median(took) * 1000:8.1f} ms")


def _begin() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.platform.settings")
    if not (os.environ.get("DATABASE_URL") or os.environ.get("DANGOL_DATA")):
        os.environ["DANGOL_DATA"] = tempfile.mkdtemp(prefix="dangol-search-")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)


def fill_people(people: int) -> None:
    """So many people with Korean names, letters and telephones, as the platform keeps and indexes them."""
    import numpy as np
    from django.db import connection, transaction

    from dangol.platform.people.models import Person
    from dangol.platform.people.profiles import Draft
    from dangol.platform.people.upserting import save

    chance = np.random.default_rng(1)
    began = time.perf_counter()
    for start in range(1, people + 1, 10_000):
        numbers = range(start, min(start + 10_000, people + 1))
        with transaction.atomic():
            save([Draft(Person(**_person(n, chance)), is_new=True, is_search_changed=True) for n in numbers])
    spent = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("update people_person set amount = id % 997 * 1000 where id % 3 = 0")
        cursor.execute("analyze")
    print(f"filled and indexed: {people / spent:,.0f} people a second")


def _person(n: int, chance: Any) -> dict[str, Any]:
    picks = chance.integers(0, 1 << 30, 6)
    name = FAMILY[picks[0] % len(FAMILY)] + GIVEN[picks[1] % len(GIVEN)] + GIVEN[picks[2] % len(GIVEN)]
    town = ("서울", "부산", "대구")[picks[3] % 3]
    memo = f"{WORDS[picks[4] % len(WORDS)]} {'zebrafinch' if n % 200_000 == 7 else ''}"
    phone = f"010-{picks[5] % 10_000:04d}-{picks[3] % 10_000:04d}"
    return {
        "id": n, "external_id": f"u{n}", "name": name, "email": f"user{n}@example.com", "phone": phone,
        "traits": {"town": town, "memo": memo}, "is_verified": True, "first_seen_at": NOON,
        "last_seen_at": datetime.fromtimestamp(NOON.timestamp() - n % 9_000_000, UTC),
    }  # fmt: skip


def _scan(query: str) -> list[Any]:
    """What a list without an index does for one word."""
    from django.db import connection

    like = f"%{query.split(maxsplit=1)[0]}%"
    fields = (
        "name",
        "email",
        "phone",
        "external_id",
        "traits" + ("::text" if _vendor() == "postgresql" else ""),
    )
    told = " or ".join(f"{field} like %s" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select id from people_person where {told} order by last_seen_at desc limit 50", [like] * 5
        )
        return list(cursor.fetchall())


def _second_page(queries: Any, viewer: Any, order: str) -> None:
    first = queries.page_of(viewer, order=order)
    queries.page_of(viewer, order=order, after=first.after)


def _vendor() -> str:
    from django.db import connection

    return str(connection.vendor)


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
