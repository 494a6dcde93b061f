"""Why was a row refused? Every reason with its code and the sentence a user reads."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said

BROKEN_TEXT: Final = "broken_text"
UNCLOSED_QUOTE: Final = "unclosed_quote"
TOO_MANY_CELLS: Final = "too_many_cells"
EMPTY_ROW: Final = "empty_row"
NO_ID: Final = "no_id"
NO_DATE: Final = "no_date"
BAD_DATE: Final = "bad_date"
FUTURE: Final = "future"
END_BEFORE_START: Final = "end_before_start"
NO_END: Final = "no_end"
NO_AMOUNT: Final = "no_amount"
BAD_AMOUNT: Final = "bad_amount"
BAD_VALUE: Final = "bad_value"
NO_VALUE: Final = "no_value"
NOT_A_PURCHASE: Final = "not_a_purchase"
OTHER_CURRENCY: Final = "other_currency"
DUPLICATE: Final = "duplicate"
DUPLICATE_FILE: Final = "duplicate_elsewhere"
SUPERSEDED: Final = "superseded"

REFUSALS: Final[dict[str, Said]] = {
    BROKEN_TEXT: Said(
        "Its bytes are not readable text in the encoding of the file.",
        "파일의 인코딩으로 읽을 수 없는 글자가 들어 있습니다.",
    ),
    UNCLOSED_QUOTE: Said(
        "A quotation mark in it is not closed in its line, so the lines after it, up to the next mark, were read as part of it.",
        "따옴표가 그 줄에서 닫히지 않아, 다음 따옴표까지의 줄들이 이 행의 일부로 읽혔습니다.",
    ),
    TOO_MANY_CELLS: Said(
        "It has more cells than there are columns, so it is not known which cell is which.",
        "열보다 칸이 많아 어느 칸이 무엇인지 알 수 없습니다.",
    ),
    EMPTY_ROW: Said("It is an empty row.", "빈 행입니다."),
    NO_ID: Said("It does not say whose it is: the id is empty.", "누구의 것인지 알 수 없습니다. 식별자가 비어 있습니다."),
    NO_DATE: Said("It does not say when: the date is empty.", "언제인지 알 수 없습니다. 날짜가 비어 있습니다."),
    BAD_DATE: Said("Its date cannot be read as a date.", "날짜를 날짜로 읽을 수 없습니다."),
    FUTURE: Said("Its date lies in the future.", "날짜가 미래입니다."),
    END_BEFORE_START: Said("It ends before it starts.", "시작하기 전에 끝납니다."),
    NO_END: Said("It is marked as cancelled, but not when it ended.", "해지로 표시되었지만 종료일이 없습니다."),
    NO_AMOUNT: Said("Its amount is empty.", "금액이 비어 있습니다."),
    BAD_AMOUNT: Said("Its amount cannot be read as a number.", "금액을 숫자로 읽을 수 없습니다."),
    BAD_VALUE: Said("One of its cells cannot be read as what its column holds.", "열의 형식에 맞지 않는 칸이 있습니다."),
    NO_VALUE: Said("A cell is empty without which the row says nothing.", "꼭 필요한 칸이 비어 있습니다."),
    NOT_A_PURCHASE: Said(
        "Its status says that it was cancelled, refunded in full or never paid.",
        "상태가 취소, 전액 환불 또는 미결제입니다.",
    ),
    OTHER_CURRENCY: Said(
        "Its currency is not the one most rows have; currencies are never added up.",
        "대부분의 행과 통화가 다릅니다. 서로 다른 통화는 더하지 않습니다.",
    ),
    DUPLICATE: Said("The same row stands earlier in the file.", "같은 행이 파일 앞쪽에 이미 있습니다."),
    DUPLICATE_FILE: Said("The same row stands in an earlier file.", "같은 행이 앞선 파일에 이미 있습니다."),
    SUPERSEDED: Said(
        "A later row describes the same one; the later one counts.",
        "같은 대상에 대한 나중 행이 있어 나중 것을 씁니다.",
    ),
}  # fmt: skip
