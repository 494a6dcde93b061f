"""Who is here, who is slipping, who sleeps? Everybody by lifecycle state, and how many moved last month."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Suggestion, Table
from dangol.core.rollups.lifecycle import STATES

QUESTION: Final = Said("Who is here, and who is slipping away?", "누가 남아 있고, 누가 멀어지고 있습니까?")
COLOURS: Final = {"current": "accent", "new": "accent", "at_risk": "bad", "dormant": "grey"}
FINDING: Final = Said(
    "{active} are active, {at_risk} are slipping, {dormant} sleep",
    "활동 중인 고객 {active}명, 멀어지는 고객 {at_risk}명, 잠든 고객 {dormant}명입니다",
)


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = evidence.rows("lifecycle_states")
    count = {row["state"]: row["people_count"] for row in rows}
    everybody = sum(count.values())
    if not everybody:
        return None
    active = sum(count[state] for state in ("new", "current", "reactivated", "resurrected"))
    n = say(Said("{n} people ever active", "활동한 적 있는 {n}명"), n=say.count(everybody))
    day = say(Said("as of {day}", "{day} 기준"), day=say.day(evidence.as_of))
    section = Section(
        name="lifecycle",
        question=say(QUESTION),
        finding=say(FINDING, active=say.count(active), at_risk=say.count(count["at_risk"]), dormant=say.count(count["dormant"])),
        basis=evidence.basis("lifecycle_states", day, n, _detail(evidence)),
        sentences=_moves(evidence),
        charts=(_chart(evidence, rows),),
        tables=(_table(evidence, rows),),
    )  # fmt: skip
    return Contribution(section, suggestions=tuple(_advice(evidence, count)))


def _detail(evidence: Evidence) -> Said:
    if evidence.world.activity_noun == "orders":
        return Said("Active means a purchase in the last 30 days.", "활동은 최근 30일 안의 구매를 뜻합니다.")
    return Said("Active means any event in the last 30 days.", "활동은 최근 30일 안의 이벤트를 뜻합니다.")


def _moves(evidence: Evidence) -> tuple[str, ...]:
    """What the last finished month moved: who fell to at risk, and who came back."""
    say = evidence.say
    flows = evidence.finished(evidence.rows("lifecycle_flows", period=evidence.year))
    if not flows:
        return ()
    last = max(row["starts_on"] for row in flows)
    month = [row for row in flows if row["starts_on"] == last]
    fell = _moved(month, ("new", "current", "reactivated", "resurrected"), ("at_risk",))
    back = _moved(month, ("at_risk", "dormant"), ("reactivated", "resurrected"))
    slept = _moved(month, ("at_risk",), ("dormant",))
    words = Said(
        "In {month}, {fell} active customers fell silent, {slept} went from at risk to dormant and {back} came back.",
        "{month}에는 활동하던 고객 {fell}명이 조용해졌고, {slept}명이 이탈 위험에서 휴면이 되었으며, {back}명이 돌아왔습니다.",
    )
    return (
        say(words, month=say.month(last), fell=say.count(fell), slept=say.count(slept), back=say.count(back)),
    )


def _moved(flows: list[Row], source: tuple[str, ...], target: tuple[str, ...]) -> int:
    return sum(
        int(row["people_count"]) for row in flows if row["from_state"] in source and row["to_state"] in target
    )


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    bars = [
        Bar(
            say(STATES[row["state"]]),
            f"{say.count(row['people_count'])} · {say.percent(row['share_rate'])}",
            row["people_count"],
            colour=COLOURS.get(row["state"], "heat-3"),
        )
        for row in rows
    ]
    title = say(Said("Everybody by state", "상태별 고객"))
    words = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return both("lifecycle", title, words, lambda width: ranked(width, bars))


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    heads = (Said("State", "상태"), Said("People", "인원"), Said("Share", "비중"))
    cells = tuple(
        (say(STATES[row["state"]]), say.count(row["people_count"]), say.percent(row["share_rate"])) for row in rows
    )  # fmt: skip
    return Table(tuple(map(say, heads)), cells)


def _advice(evidence: Evidence, count: dict[str, int]) -> list[Suggestion]:
    if not count["at_risk"]:
        return []
    say = evidence.say
    people = say.customers(count["at_risk"])
    what = Said(
        "Reach those who are slipping, before they sleep", "잠들기 전에, 멀어지는 고객에게 먼저 다가가십시오"
    )
    why = Said(
        "{n} were active one to three months ago and not since.",
        "{n}이 한 달에서 석 달 전까지 활동한 뒤 소식이 없습니다.",
    )
    who = Said("Who: the {n} in the state at risk.", "대상: 이탈 위험 상태의 {n}.")
    return [
        Suggestion(
            say(what), say(why, n=people), say(who, n=people), "lifecycle", count["at_risk"] * 0.8, "slipping"
        )
    ]


LIFECYCLE: Final = Part("lifecycle", QUESTION, ("lifecycle_states", "lifecycle_flows"), _write)
