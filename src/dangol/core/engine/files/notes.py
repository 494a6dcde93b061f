"""What was done with a file, in sentences? One function a decision that a user should know of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dangol.core.engine.files.headings import is_utc
from dangol.core.engine.files.understanding import Understood
from dangol.core.language import Said


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in one typed table."""

    read: int = 0
    kept: int = 0
    zoned: int = 0
    zero: int = 0
    returns: int = 0
    blank: int = 0


def of_table(table: Understood, counts: Counts, zone: str) -> Iterator[Said]:
    """The notes on one source."""
    yield from table.source.notes
    if not table.source.has_header:
        yield NO_HEADER
    by_content = [f"{c} <- {raw.heading}" for c, raw in table.columns.items() if table.how[c] == "content"]
    if by_content:
        listed = ", ".join(by_content)
        yield Said(
            f"Recognised by their values, please check: {listed}. Another choice: --map column=heading.",
            f"값을 보고 알아본 열입니다. 확인해 주십시오: {listed}. 바꾸려면 --map 열=제목.",
        )
    yield from _zones(table, counts, zone)
    if table.noun == "orders":
        yield from _amounts(table, counts)


def _zones(table: Understood, counts: Counts, zone: str) -> Iterator[Said]:
    in_utc = [raw.heading for raw in table.columns.values() if is_utc(raw.heading)]
    if in_utc:
        yield Said(
            f"Read as UTC, as the heading says: {', '.join(in_utc)}.",
            f"제목대로 UTC로 읽었습니다: {', '.join(in_utc)}.",
        )
    elif counts.zoned:
        naive = counts.read - counts.zoned
        yield Said(
            f"{counts.zoned:,} rows carry a time zone and were converted; {naive:,} carry none and are taken as {zone}.",
            f"시간대가 적힌 {counts.zoned:,}행은 변환했고, 적히지 않은 {naive:,}행은 {zone} 시각으로 보았습니다.",
        )


def _amounts(table: Understood, counts: Counts) -> Iterator[Said]:
    columns = set(table.columns)
    if {"unit_price", "item_count"} <= columns and "amount" not in columns:
        yield Said("The amount is quantity x unit price.", "금액은 수량 x 단가로 계산했습니다.")
    elif not columns & {"amount", "unit_price"}:
        yield Said(
            "There is no amount: figures in money are not known.",
            "금액 열이 없어 금액 지표는 알 수 없습니다.",
        )
    if counts.zero:
        yield Said(
            f"{counts.zero:,} rows with an amount of 0 are kept.",
            f"금액이 0인 {counts.zero:,}행도 남겼습니다.",
        )
    if counts.returns:
        yield Said(
            f"{counts.returns:,} rows are returns (negative, or a cancelling invoice): they are no purchase.",
            f"{counts.returns:,}행은 반품(음수 금액 또는 취소 송장)이며 구매로 세지 않습니다.",
        )
    if counts.blank and {"amount", "unit_price"} & set(table.columns):
        yield Said(
            f"{counts.blank:,} rows have no amount; it counts as unknown, not as 0.",
            f"{counts.blank:,}행은 금액이 비어 있습니다. 0이 아니라 알 수 없는 값으로 둡니다.",
        )


def of_day_order(heading: str, order: str, month_first: int, day_first: int) -> Said:
    """How 01/02/2025 was read, and on what evidence."""
    first = Said("the month first", "월이 앞") if order == "mdy" else Said("the day first", "일이 앞")
    if month_first < 0:
        return Said(
            f"{heading}: read with {first.en}, as asked.",
            f"{heading}: 요청대로 {first.ko}인 날짜로 읽었습니다.",
        )
    if not month_first and not day_first:
        return Said(
            f"{heading}: no date shows whether month or day comes first; the month was taken. Day first: --map date_order=dmy.",
            f"{heading}: 월과 일의 순서를 알 수 있는 날짜가 없어 월이 앞이라고 보았습니다. 일이 앞이면 --map date_order=dmy.",
        )
    certain, against = (month_first, day_first) if order == "mdy" else (day_first, month_first)
    return Said(
        f"{heading}: read with {first.en}; {certain:,} dates can only be so, {against:,} only the other way.",
        f"{heading}: {first.ko}인 날짜로 읽었습니다. 그렇게만 읽히는 날짜 {certain:,}개, 반대로만 읽히는 날짜 {against:,}개.",
    )


def of_lines(lines: int, orders: int, *, has_ids: bool) -> Said:
    """How invoice lines became orders."""
    en = "by order id, else by person and moment" if has_ids else "by person and moment"
    ko = "주문번호(없으면 사람과 시각)" if has_ids else "사람과 시각"
    return Said(
        f"{lines:,} lines were gathered into {orders:,} orders {en}. Equal lines are kept: they may be two of the same gift.",
        f"{lines:,}개의 품목 행을 {ko} 기준으로 {orders:,}건의 주문으로 모았습니다. 같은 행은 같은 상품을 둘 산 것일 수 있어 남겼습니다.",
    )


def of_currency(currency: str, refused: int) -> Said:
    """Which currency counts."""
    if not refused:
        return Said(f"All amounts are in {currency}.", f"금액은 모두 {currency}입니다.")
    return Said(
        f"Only amounts in {currency} count; {refused:,} rows in other currencies were refused, since currencies are not added.",
        f"{currency} 금액만 셉니다. 다른 통화의 {refused:,}행은 더할 수 없어 제외했습니다.",
    )


def of_overlap(refused: int) -> Said:
    """What several files had in common."""
    return Said(
        f"The files overlap: {refused:,} rows stood already in an earlier file and count once.",
        f"파일들이 겹칩니다. 앞선 파일에 이미 있던 {refused:,}행은 한 번만 세었습니다.",
    )


def of_understanding(understood: Mapping[str, int], left_out: int) -> Said:
    """Which of several sheets or files were taken."""
    en = ", ".join(f"{count} as {noun}" for noun, count in understood.items())
    ko = ", ".join(f"{noun} {count}개" for noun, count in understood.items())
    return Said(f"Understood: {en}; left out: {left_out}.", f"이해한 표: {ko}. 제외한 표: {left_out}개.")


NO_HEADER: Final = Said(
    "The file has no headings: its first row holds values.", "제목 행이 없습니다. 첫 행부터 값입니다."
)
TOTAL_ON_LINES: Final = Said(
    "All lines of an order carry the same amount: it is taken as the order's total, once.",
    "한 주문의 모든 행에 같은 금액이 있어 주문 총액으로 보고 한 번만 세었습니다.",
)
AS_IT_IS: Final = Said(
    "It has the columns and types of the schema and was taken as it is.",
    "스키마와 열과 형식이 같아 그대로 사용했습니다.",
)
EQUAL_DAYS: Final = Said(
    "Equal rows on the same day, without an id or a time, are kept: they may be two purchases.",
    "주문번호나 시각 없이 같은 날 같은 내용의 행은 두 번의 구매일 수 있어 남겼습니다.",
)
