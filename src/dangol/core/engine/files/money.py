"""How much does a cell say? Amounts with signs, separators and currencies, as SQL of DuckDB."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from dangol.core.engine.duck import DuckDB

_COMMA_DECIMAL: Final = re.compile(r"\D*\d+(\.\d{3})*,\d{1,2}\D*$")
_THOUSANDS_COMMA: Final = re.compile(r"\D*\d{1,3}(,\d{3})+(\.\d+)?\D*$")
# In CP949 the won sign of a spreadsheet is a backslash, and reads as one.
_SIGN: Final = re.compile(r"[₩￦\\$£€¥원]|KRW|USD|EUR|GBP|JPY")

# `bare` is text without signs, letters and spaces; (1,000) and 1,000- are negative.
MACROS: Final = (
    r"""create or replace macro bare_amount(x) as
    regexp_replace(regexp_replace(regexp_replace(replace(x, '−', '-'), '(?i)KRW|USD|EUR|GBP|JPY|CNY|[₩￦\\$£€¥원\s ]', '', 'g'),
        '^\((.*)\)$', '-\1'), '^([^-].*)-$', '-\1')""",
    r"""create or replace macro amount_of_text(x) as coalesce(
    try_cast(x as decimal(18, 4)),
    case when regexp_matches(bare_amount(x), '^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$|^[-+]?\d*\.?\d+$')
        then try_cast(replace(bare_amount(x), ',', '') as decimal(18, 4)) end)""",
    r"""create or replace macro amount_of_comma_text(x) as
    case when regexp_matches(bare_amount(x), '^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$')
        then try_cast(replace(replace(bare_amount(x), '.', ''), ',', '.') as decimal(18, 4)) end""",
    r"""create or replace macro currency_of_text(x) as case
    when regexp_matches(x, '[₩￦\\원]|KRW') then 'KRW' when regexp_matches(x, '€|EUR') then 'EUR'
    when regexp_matches(x, '£|GBP') then 'GBP' when regexp_matches(x, '¥|JPY') then 'JPY'
    when regexp_matches(x, '\$|USD') then 'USD' end""",
    r"""create or replace macro currency_code(x) as case upper(trim(x))
    when '₩' then 'KRW' when '원' then 'KRW' when 'WON' then 'KRW' when '$' then 'USD' when '€' then 'EUR'
    when '£' then 'GBP' when '¥' then 'JPY' when '엔' then 'JPY' when '달러' then 'USD' when '' then null
    else upper(trim(x)) end""",
)


def prepare(duck: DuckDB) -> None:
    """Teach the connection to read amounts."""
    duck.execute(";".join(MACROS))


def amount(raw: str, dtype: str, sample: Sequence[Any]) -> str:
    """SQL of the amount in a column; null where the cell cannot be read."""
    if dtype == "VARCHAR":
        macro = "amount_of_comma_text" if has_decimal_commas(sample) else "amount_of_text"
        return f"{macro}(nullif(trim({raw}), ''))"
    return f"try_cast({raw} as decimal(18, 4))"


def has_decimal_commas(sample: Sequence[Any]) -> bool:
    """Whether a column writes 1.234,50: some cells can be read no other way, and none the other way round."""
    texts = [str(value) for value in sample if value is not None]
    return any(_COMMA_DECIMAL.match(t) for t in texts) and not any(_THOUSANDS_COMMA.match(t) for t in texts)


def has_signs(sample: Sequence[Any]) -> bool:
    """Whether amounts carry their currency."""
    return any(value is not None and _SIGN.search(str(value)) for value in sample)
