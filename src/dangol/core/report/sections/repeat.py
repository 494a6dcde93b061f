"""How many come back to buy? The repeat purchase rate, and how long the second purchase takes."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Figure, Section, Sentence, Suggestion, Table

QUESTION: Final = Said("How many buyers come back?", "구매한 고객이 얼마나 다시 옵니까?")
OPENING: Final = Said(
    "{rate} of your {buyers} bought on more than one day.",
    "{buyers} 가운데 {rate}가 이틀 이상 구매했습니다.",
)
FINDING: Final = Said(
    "{rate} buy again; half of the gaps between purchases last {days} or less",
    "{rate}가 다시 구매합니다. 간격의 절반은 {days} 이하입니다",
)
FINDING_SHORT: Final = Said("{rate} buy again", "{rate}가 다시 구매합니다")
SECOND: Final = Said(
    "{rate} of first-time buyers bought again within {days}{median}.",
    "첫 구매 고객의 {rate}가 {days} 안에 다시 구매했습니다{median}.",
)

WHO_LATELY: Final = Said(
    "Who: first-time buyers of the last {days} without a second order.",
    "대상: 최근 {days} 안에 처음 구매하고 아직 다시 구매하지 않은 고객.",
)
WHO_ONCE: Final = Said(
    "Who: those who bought once; in the last {days} nobody bought for the first time.",
    "대상: 한 번만 구매한 고객. 최근 {days} 안에 처음 구매한 고객은 없습니다.",
)


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    (row,) = evidence.rows("repeat_purchase_rate")
    if row["rate"] is None:
        return None
    (gaps,) = evidence.rows("purchase_interval")
    waits = [wait for wait in evidence.rows("first_to_second_purchase") if wait["rate"] is not None]
    rate, buyers = say.percent(row["rate"]), say.customers(row["buyer_count"])
    basis = evidence.basis("repeat_purchase_rate", evidence.everything("orders"), buyers)
    figure = Figure("repeat_purchase_rate", say(Said("Repeat purchase", "재구매율")), row["rate"], rate, basis,
                    say.interval(row["low_rate"], row["high_rate"]))  # fmt: skip
    section = Section(
        name="repeat",
        question=say(QUESTION),
        finding=_finding(evidence, rate, gaps),
        basis=basis,
        sentences=(_second(evidence, waits),) if waits else (),
        charts=(_chart(evidence, row, waits),),
        tables=(_table(evidence, row, waits),),
    )
    opening = Sentence(say(OPENING, rate=rate, buyers=buyers), "repeat", (rate, buyers), rank=1)
    is_first = evidence.is_shop
    return Contribution(
        section,
        (opening,) if is_first else (),
        (figure,) if is_first else (),
        tuple(_advice(evidence, row, waits)) if is_first else (),
    )


def _finding(evidence: Evidence, rate: str, gaps: Row) -> str:
    if gaps["median_days"] is None:
        return evidence.say(FINDING_SHORT, rate=rate)
    return evidence.say(FINDING, rate=rate, days=evidence.say.days(gaps["median_days"]))


def _second(evidence: Evidence, waits: list[Row]) -> str:
    say, wait = evidence.say, waits[-1]
    median = ""
    if wait["median_days"] is not None:
        words = Said("; half of all get there by day {n}", ". 절반이 도달하는 데 {n}일이 걸립니다")
        median = say(words, n=wait["median_days"])
    return say(SECOND, rate=say.percent(wait["rate"]), days=say.days(wait["within_days"]), median=median)


def _chart(evidence: Evidence, row: Row, waits: list[Row]) -> Chart:
    say = evidence.say
    bars = [
        Bar(
            say(Said("Second purchase within {days}", "{days} 안에 두 번째 구매"), days=say.days(wait["within_days"])),
            f"{say.percent(wait['rate'])} · {say.count(wait['observed_count'])}", wait["rate"], colour="heat-3",
        )
        for wait in waits
    ]  # fmt: skip
    whole = say(Said("Bought on two or more days, whole period", "전체 기간에 이틀 이상 구매"))
    bars.append(
        Bar(whole, f"{say.percent(row['rate'])} · {say.count(row['buyer_count'])}", row["rate"],
            whisker=(row["low_rate"], row["high_rate"]))
    )  # fmt: skip
    title = say(Said("From the first purchase to the next", "첫 구매에서 다음 구매까지"))
    words = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return both("repeat", title, words, lambda width: ranked(width, bars))


def _table(evidence: Evidence, row: Row, waits: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Bought again", "재구매"),
        Said("Buyers", "구매 고객"),
        Said("Of them again", "다시 구매"),
        Said("Share", "비율"),
    )
    whole = say(Said("in the whole period", "전체 기간"))
    rows = [
        (say(Said("within {days}", "{days} 안에"), days=say.days(w["within_days"])), say.count(w["observed_count"]),
         say.count(w["converted_count"]), say.percent(w["rate"]))
        for w in waits
    ]  # fmt: skip
    rows.append(
        (whole, say.count(row["buyer_count"]), say.count(row["repeat_count"]), say.percent(row["rate"]))
    )
    return Table(tuple(map(say, heads)), tuple(rows))


def _advice(evidence: Evidence, row: Row, waits: list[Row]) -> list[Suggestion]:
    """The second purchase is where a shop loses most: how many never made it."""
    if not waits:
        return []
    say, wait = evidence.say, waits[-1]
    once = row["buyer_count"] - row["repeat_count"]
    what = Said("Win the second purchase", "두 번째 구매를 만드십시오")
    why = Said(
        "{once} bought once and never again; {rate} of first-time buyers return within {days}.",
        "{once}이 한 번만 구매했습니다. 첫 구매 고객의 {rate}만 {days} 안에 돌아옵니다.",
    )
    came_lately = row["buyer_count"] > wait["observed_count"]
    who = WHO_LATELY if came_lately else WHO_ONCE
    days = say.days(wait["within_days"])
    return [
        Suggestion(say(what), say(why, once=say.customers(once), rate=say.percent(wait["rate"]), days=days),
                   say(who, days=days), "repeat", float(once), "second_purchase")
    ]  # fmt: skip


REPEAT: Final = Part(
    "repeat",
    QUESTION,
    ("repeat_purchase_rate", "first_to_second_purchase", "purchase_interval"),
    _write,
    leads_shop=True,
)
