"""Who would be in an audience if one went through the records by hand? Plain Python, one person at a time."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime, time, timedelta
from typing import Any

Row = dict[str, Any]
Records = dict[str, list[Row]]
_NO_TIME = datetime(1, 1, 1)
_HOURS = {"hour": 1, "day": 24, "week": 168, "month": 720, "year": 8760}
_TYPED = {
    "Order Completed": ("orders", "ordered_at", lambda r: not r["is_return"]),
    "Order Refunded": ("orders", "ordered_at", lambda r: r["is_return"]),
    "Ticket Opened": ("tickets", "opened_at", lambda r: True),
    "Ticket Resolved": ("tickets", "resolved_at", lambda r: True),
}


def expected(rule: Row, records: Records, at: datetime) -> set[int]:
    """The people for whom the rule holds at that moment (UTC)."""
    return {person["person_id"] for person in records["people"] if holds(rule, person, records, at)}


def holds(rule: Row, person: Row, records: Records, at: datetime) -> bool:
    """Whether the rule holds for a person."""
    if "all" in rule:
        return all(holds(each, person, records, at) for each in rule["all"])
    if "any" in rule:
        return any(holds(each, person, records, at) for each in rule["any"])
    if "not" in rule:
        return not holds(rule["not"], person, records, at)
    if "trait" in rule:
        return passes(rule, _read(person, rule["trait"]), at)
    if "account trait" in rule:
        found = [a for a in records["accounts"] if a["account_id"] == person["account_id"]]
        return passes(rule, _read(found[0], rule["account trait"]) if found else None, at)
    if "score" in rule or "band" in rule:
        return passes(rule, _score(rule, person, records), at)
    if "random" in rule:
        digest = hashlib.md5(f"{rule['random']}:{person['external_id']}".encode()).hexdigest()
        drawn = int(digest[:8], 16) % 10_000 / 100
        return drawn < rule["under"] if "under" in rule else rule["between"][0] <= drawn < rule["between"][1]
    return _did(rule, person, records, at)


def passes(test: Row, value: Any, at: datetime) -> bool:
    """One comparison of one value; unknown passes only what says not."""
    if "is not" in test:
        return not passes({"is": test["is not"]}, value, at)
    if "none of" in test:
        return not passes({"any of": test["none of"]}, value, at)
    if "is empty" in test:
        return value in (None, "")
    if value is None:
        return False
    if "is set" in test:
        return bool(value != "")
    for word, compare in _COMPARE.items():
        if word in test:
            alike = _alike(value, test[word])
            return alike is not None and compare(alike, test[word])
    return _in_time(test, value, at)


_COMPARE: dict[str, Any] = {
    "is": lambda v, o: v == o, "any of": lambda v, o: v in o, "contains": lambda v, o: o in v,
    "starts with": lambda v, o: v.startswith(o), "ends with": lambda v, o: v.endswith(o),
    "over": lambda v, o: v > o, "under": lambda v, o: v < o, "between": lambda v, o: o[0] <= v <= o[1],
    "before": lambda v, o: v < o, "after": lambda v, o: v > o,
}  # fmt: skip


def _alike(value: Any, operand: Any) -> Any:
    """The value as what it is compared with; None where it does not read as such."""
    sample = operand[0] if isinstance(operand, (list, tuple)) else operand
    if isinstance(sample, str):
        return value if isinstance(value, str) else None
    if isinstance(sample, date):
        return _day(value)
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) else None
    return value


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value[:10])
    return None


def _in_time(test: Row, value: Any, at: datetime) -> bool:
    moment = value if isinstance(value, datetime) else None
    if moment is None:
        day = _day(value)
        if day is None:
            return False
        moment = datetime.combine(day, time())
    if "within the last" in test:
        return at - span(test["within the last"]) <= moment < at
    if "within the next" in test:
        return at <= moment < at + span(test["within the next"])
    days = span(test["anniversary within"]).days
    window = [at.date() + timedelta(days=n) for n in range(days)]
    return moment.date() < at.date() and any(_is_return(moment.date(), day) for day in window)


def _is_return(born: date, day: date) -> bool:
    if born.month == 2 and born.day == 29 and not _is_leap(day.year):
        return (day.month, day.day) == (2, 28)
    return (day.month, day.day) == (born.month, born.day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def span(written: str) -> timedelta:
    """`30 days` as a length of time."""
    number, unit = written.split()
    return timedelta(hours=int(number) * _HOURS[unit.removesuffix("s")])


def _read(row: Row, name: str) -> Any:
    if not name.startswith("traits."):
        return row.get(name)
    return _field(row.get("traits"), name.removeprefix("traits."))


def _field(text: str | None, key: str) -> Any:
    value = json.loads(text).get(key) if text else None
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)


def _score(rule: Row, person: Row, records: Records) -> Any:
    name, column = (rule["score"], "value") if "score" in rule else (rule["band"], "band")
    mine = [s for s in records["scores"] if s["person_id"] == person["person_id"] and s["name"] == name]
    return max(mine, key=lambda s: s["scored_on"])[column] if mine else None


def _happened(event: str, where: list[Row], people: set[int], records: Records, at: datetime) -> list[Row]:
    noun, moment, is_it = _TYPED.get(event, ("events", "occurred_at", lambda r: r["name"] == event))
    rows = [r | {"at": r[moment]} for r in records[noun] if r["person_id"] in people and is_it(r)]
    if event == "Order Refunded":
        rows = [r | {"amount": None if r["amount"] is None else abs(r["amount"])} for r in rows]
    known = [r for r in rows if r["at"] is not None and r["at"] < at]
    return [r for r in known if all(passes(c, _property(r, c["property"]), at) for c in where)]


def _property(row: Row, name: str) -> Any:
    return row[name] if name in row else _field(row.get("properties"), name)


def _did(rule: Row, person: Row, records: Records, at: datetime) -> bool:
    head = next(k for k in rule if "did" in k)
    people = {person["person_id"]}
    if head.startswith("account"):
        account = person["account_id"]
        people = {p["person_id"] for p in records["people"] if account and p["account_id"] == account}
    rows = _happened(rule[head], rule.get("where", []), people, records, at)
    if "first" in head or "last" in head:
        moments = [r["at"] for r in rows]
        return bool(moments) and _edge(rule, min(moments) if "first" in head else max(moments), at)
    rows = [r for r in rows if _in_window(rule, r["at"], at)]
    if "within" in rule:
        return _then(rule, rows, people, records, at)
    return _measured(rule, rows) != head.endswith("did not")


def _edge(rule: Row, moment: datetime, at: datetime) -> bool:
    test = {k: v for k, v in rule.items() if k in ("before", "after", "within the last")}
    return passes(test, moment if "within the last" in test else moment.date(), at)


def _in_window(rule: Row, moment: datetime, at: datetime) -> bool:
    if "within the last" in rule:
        return moment >= at - span(rule["within the last"])
    if "since" in rule:
        return bool(moment.date() >= rule["since"])
    return "during" not in rule or bool(rule["during"][0] <= moment.date() <= rule["during"][1])


def _measured(rule: Row, rows: list[Row]) -> bool:
    for word in ("total", "average"):
        if word in rule:
            amounts = [r[rule[word]] for r in rows if r[rule[word]] is not None]
            if word == "total":
                return passes(_number_test(rule), sum(amounts), _NO_TIME)
            mean = float(sum(amounts)) / len(amounts) if amounts else None
            return passes(_number_test(rule), mean, _NO_TIME)
    if "at most" in rule:
        return len(rows) <= rule["at most"]
    if "exactly" in rule:
        return len(rows) == rule["exactly"]
    return len(rows) >= rule.get("at least", 1)


def _number_test(rule: Row) -> Row:
    return {k: v for k, v in rule.items() if k in ("over", "under", "between")}


def _then(rule: Row, first: list[Row], people: set[int], records: Records, at: datetime) -> bool:
    word = "then not" if "then not" in rule else "then"
    wait = span(rule["within"])
    for row in first:
        second = _happened(rule[word], [], people, records, at)
        follows = any(row["at"] < each["at"] <= row["at"] + wait for each in second)
        if (word == "then" and follows) or (word == "then not" and not follows and row["at"] + wait < at):
            return True
    return False
