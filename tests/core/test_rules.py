"""Does every word of a rule mean, say and refuse what it should?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dangol.core.engine import Settings, World, world
from dangol.core.errors import DangolError, RequestError, UnknownNameError
from dangol.core.rules import (
    MAX_DEPTH,
    MAX_LEAVES,
    WORDS,
    Known,
    Moment,
    members,
    rule,
    sentence,
    spelled_plainly,
    text_of,
)
from tests_support.cast import TABLES

LOYAL = 'plan is pro and did "Order Completed" at least 2 times within the last 60 days'
VIP = Known(audiences={"VIP": LOYAL})


def _names(answer: Any, cast: World) -> set[str]:
    found = [row["person_id"] for row in answer if row["is_member"]]
    return set(cast.external_ids(found).values())


@pytest.mark.parametrize("word", WORDS.values(), ids=lambda word: word.word)
def test_every_word_has_an_example_that_reads_runs_and_says_itself(word: Any, cast: World) -> None:
    tree = rule(word.example, VIP)
    assert rule(text_of(tree), VIP) == tree
    plain = spelled_plainly(tree)
    assert rule(plain, VIP) == tree
    in_text = {"all": " and ", "any": " or ", "account trait": "account "}.get(word.word, word.word)
    assert in_text in word.example or word.word in ("trait", "property")
    said = sentence(tree)
    assert said.en.startswith("People ")
    assert said.ko.endswith("고객입니다.")
    if word.word not in ("score", "band"):
        assert cast.audience_count(tree) == sum(row["is_member"] for row in cast.audience(tree))


@pytest.mark.parametrize(
    "text",
    [
        'did "Opened" within the last 3 days and not did "Left" within the last 1 days',
        'did "Opened" at least 2 times',
        'did "Opened" during 2025-01-05 to 2025-01-06',
        'did not "Left" since 2025-01-04',
        'did "Opened" at least 2 times and did "Opened" within the last 2 days',
    ],
)
def test_a_world_looks_at_no_bound_that_its_rows_keep_already(text: str) -> None:
    people = [{"person_id": person, "external_id": str(person)} for person in range(1, 7)]
    events = [
        {"person_id": person, "name": name, "occurred_on": at.date(), "occurred_at": at}
        for person in range(1, 7)
        for name, every in (("Opened", person), ("Left", person + 1))
        for at in [datetime(2025, 1, day, 20) for day in range(1, 12, every)]
    ]
    opened = world({"people": people, "events": events}, as_of=date(2025, 1, 8))
    bounded = members(rule(text), opened.tables(), Moment.of_day(opened.as_of))
    assert sorted(opened.audience(text).rows) == sorted(opened.ask(bounded).rows)
    assert 0 < opened.audience_count(text) == sum(row["is_member"] for row in opened.audience(text))
    opened.close()


def test_the_cast_is_told_apart(cast: World) -> None:
    assert _names(cast.audience(LOYAL), cast) == {"Ann"}
    assert _names(cast.audience("plan is not pro"), cast) == {"Bob", "Dan", "Eve"}
    assert _names(cast.audience('did not "Order Completed"'), cast) == {"Eve"}
    assert _names(cast.audience('account did "Team Invited"'), cast) == {"Ann", "Bob", "Cat"}
    assert _names(cast.audience('did "Order Completed" then not "Order Completed" within 60 days'), cast) == {
        "Bob",
        "Cat",
        "Dan",
    }


def test_a_score_is_the_latest_one() -> None:
    rows = [("Ann", 0.9, "high", 1), ("Ann", 0.1, "low", 2), ("Bob", 0.8, "high", 1)]
    # Of two scores of one day the higher counts, in whatever order they come.
    rows += [("Cat", 0.2, "low", 1), ("Cat", 0.7, "high", 1), ("Dan", 0.7, "high", 1), ("Dan", 0.2, "low", 1)]
    scored = world(
        TABLES
        | {
            "scores": [
                {
                    "person_id": who,
                    "name": "churn",
                    "value": v,
                    "band": b,
                    "scored_on": date(2025, 5, d),
                }
                for who, v, b, d in rows
            ]
        }
    )
    assert _names(scored.audience("score churn over 0.5 and band churn is high"), scored) == {
        "Bob",
        "Cat",
        "Dan",
    }
    assert _names(scored.audience("score churn is set"), scored) == {"Ann", "Bob", "Cat", "Dan"}
    scored.close()


def test_a_window_of_days_is_of_the_business_zone() -> None:
    # 01:00 on 2 May in Seoul is 16:00 on 1 May in UTC; 3 May begins there at 15:00 on 2 May.
    at = datetime(2025, 5, 1, 16, tzinfo=UTC)
    late = [{"person_id": "Ann", "name": "Signed Up", "occurred_at": at}]
    seoul = world({"events": late}, as_of=date(2025, 5, 3), settings=Settings(time_zone="Asia/Seoul"))
    row = seoul.audience('did "Signed Up" within the last 1 day').one()
    assert (row["is_member"], row["next_flip_at"]) == (True, datetime(2025, 5, 2, 16, 0, 0, 1))
    assert seoul.audience_count('did "Signed Up" during 2025-05-01 to 2025-05-01') == 0
    assert seoul.audience_count('did "Signed Up" during 2025-05-02 to 2025-05-02') == 1
    seoul.close()


@pytest.mark.parametrize(
    ("written", "english", "korean"),
    [
        (
            {"all": [{"trait": "plan", "is": "pro"}, {"did": "Order Completed", "at least": 2, "within the last": "30 days"},
                     {"not": {"did": "Ticket Opened", "within the last": "7 days"}}]},
            "People whose plan is pro, who did 'Order Completed' at least 2 times in the last 30 days, "
            "and who did not do 'Ticket Opened' in the last 7 days.",
            "요금제가 pro이고, 최근 30일 동안 'Order Completed'을(를) 2회 이상 했으며, "
            "최근 7일 동안 'Ticket Opened'을(를) 하지 않은 고객입니다.",
        ),
        (
            "traits.도시 is 서울 or (account industry is retail and joined_on within the last 3 months)",
            "People whose 도시 is 서울 or (whose account's industry is retail and whose joined on is within the last "
            "3 months (90 days)).",
            "도시가 서울이거나, (거래처의 업종이 retail이고, 가입일이 최근 3개월(90일) 이내인) 조건을 만족하는 고객입니다.",
        ),
        (
            'not (plan is pro and account did not "보고서 열람")',
            "People who are not among those (whose plan is pro and in whose account nobody did '보고서 열람').",
            "(요금제가 pro이고, 거래처의 누구도 '보고서 열람'을 한 적이 없는) 조건을 만족하지 않는 고객입니다.",
        ),
    ],
)  # fmt: skip
def test_a_tree_says_itself(written: Any, english: str, korean: str) -> None:
    said = sentence(rule(written))
    assert (said.en, said.ko) == (english, korean)


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ({"all": [{"trait": "plan", "is": "pro"}, {"did": "Report Viewed", "atleast": 2}]}, "at least"),
        ({"trait": "plann", "is": "pro"}, "plan"),
        ({"trait": "plan", "iss": "pro"}, "is"),
        ({"didd": "X"}, "did"),
        ("plan iss pro", "is"),
        ('did "Order Complete"', "Order Completed"),
        ('did "Order Completed" where (amnt over 3 and x oveer 2)', "over"),
        ({"did": "Order Completed", "within the last": "30 dayz"}, "day"),
        ({"audience": "VIPs"}, "VIP"),
        ({"score": "chrn", "over": 1}, "churn"),
        ("traits.ctiy is x", "city"),
    ],
)  # fmt: skip
def test_an_unknown_word_names_the_nearest(written: Any, nearest: str) -> None:
    known = Known(events=["Report Viewed"], traits=["city"], scores=["churn"], audiences={"VIP": LOYAL})
    with pytest.raises(UnknownNameError) as error:
        rule(written, known)
    assert nearest in error.value.nearest


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ({"all": [{"trait": "plan", "is": "pro"}, {"did": "X", "at least": "two"}]}, "all[1].did.at least"),
        ({"any": []}, "any"),
        ({"trait": "plan", "any of": []}, "trait.any of"),
        ({"trait": "plan", "is": 3}, "trait"),
        ({"trait": "plan", "over": 3}, "trait"),
        ({"trait": "plan", "is": "a", "contains": "b"}, "trait"),
        ({"trait": "plan"}, "trait"),
        ({"trait": "referrer_id", "between": [5, 1]}, "trait.between"),
        ({"trait": "joined_on", "before": "soon"}, "trait.before"),
        ({"did": "X", "at least": 1, "at most": 2}, "did"),
        ({"did": "X", "since": "2025-01-01", "within the last": "3 days"}, "did"),
        ({"did": "X", "then": "Y"}, "did"),
        ({"did": "X", "then not": "Y", "within": "7 days", "within the last": "3 days"}, "did"),
        ({"did": "X", "within the last": "0 days"}, "did.within the last"),
        ({"did": "X", "where": []}, "did.where"),
        ({"did": ""}, "did"),
        ({"random": "spring", "under": 120}, "random"),
        ({"trait": "joined_on", "anniversary within": "2 years"}, "trait.anniversary within"),
        ({"trait": "plan", "did": "X"}, "the top"),
        ({}, "the top"),
        ([], "the top"),
        ({"not": 5}, "not"),
        ({"trait": "traits.a[0]", "is": "x"}, "trait"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_path(written: Any, path: str) -> None:
    with pytest.raises(RequestError) as error:
        rule(written)
    assert f"At {path} " in error.value.in_("en")
    assert error.value.in_("ko") != error.value.in_("en")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("plan is", 8),
        ("plan is pro and", 16),
        ("(plan is pro", 13),
        ('did "X', 5),
        ("plan is pro)", 12),
        ("", 1),
    ],
)
def test_a_broken_line_says_where(text: str, place: int) -> None:
    with pytest.raises(RequestError, match=f"character {place}\\b"):
        rule(text)


def test_audiences_that_contain_themselves_are_refused() -> None:
    circle = Known(
        audiences={"a": "audience b and plan is pro", "b": {"not": {"audience": "c"}}, "c": "audience a"}
    )
    with pytest.raises(RequestError, match="a > b > c > a"):
        rule("audience a", circle)


def test_too_large_a_rule_is_refused() -> None:
    deep: dict[str, Any] = {"trait": "plan", "is": "pro"}
    for _ in range(MAX_DEPTH):
        deep = {"not": deep}
    rule(deep)
    with pytest.raises(RequestError, match="at most"):
        rule({"not": deep})
    wide = [{"trait": "plan", "is": f"p{n}"} for n in range(MAX_LEAVES + 1)]
    rule({"any": wide[:-1]})
    with pytest.raises(RequestError, match="at most"):
        rule({"any": wide})


def test_a_large_rule_still_runs(cast: World) -> None:
    deep: dict[str, Any] = {"did": "Report Viewed", "within the last": "30 days"}
    for level in range(MAX_DEPTH - 1):
        other = {"did": "Report Viewed", "at least": level + 1, "within the last": f"{level + 8} days"}
        deep = {"all" if level % 2 else "any": [deep, other]}
    answer = cast.audience(deep)
    assert len(answer) == 5
    assert len(answer.sql) < 60_000


def test_data_that_a_rule_needs_is_named() -> None:
    orders_only = world({"orders": TABLES["orders"]})
    for written in (
        "account plan is pro",
        "score churn over 1",
        'did "Report Viewed"',
        'did "Ticket Opened"',
    ):
        with pytest.raises(DangolError, match=r"[tT]he data has"):
            orders_only.audience_count(written)
    with pytest.raises(UnknownNameError):
        orders_only.audience_count('did "Order Completed" where (chanel is web)')
    with pytest.raises(RequestError, match="channel"):
        orders_only.audience_count('did "Order Completed" total channel over 3')
    orders_only.close()


def test_yaml_json_and_text_are_one() -> None:
    tree = rule(LOYAL)
    assert (
        rule(
            "all:\n- {trait: plan, is: pro}\n- did: Order Completed\n  at least: 2\n  within the last: 60 days"
        )
        == tree
    )
    assert rule('{"all": [{"trait": "plan", "is": "pro"}, {"did": "Order Completed", "at least": 2,'
                ' "within the last": "60 days"}]}') == tree  # fmt: skip
    with pytest.raises(RequestError, match="YAML"):
        rule("{all: [")
