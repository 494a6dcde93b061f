"""What do the real shops look like as tables of ours? Read by DuckDB, handed over as Arrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb


def retail_lines(data: Path, *, with_returns: bool = False) -> Any:
    """Online Retail 2010-11 as orders, one row an invoice line.

    A cancelled line is left out, or, `with_returns`, taken for a purchase as the other tutorials do.
    """
    file = data / "online_retail_b.parquet"
    kept = "" if with_returns else "and Quantity > 0"
    return duckdb.sql(
        f"""select row_number() over ()::varchar as order_id, CustomerID::bigint as person_id,
            InvoiceDate::date as ordered_on, abs(Quantity * UnitPrice)::decimal(18, 4) as amount,
            'GBP' as currency, false as is_return
        from '{file}' where CustomerID is not null {kept}"""
    ).to_arrow_table()


def retail_days(data: Path) -> Any:
    """Online Retail II as orders, one row a customer and purchase day, 2009-12 to 2011-12."""
    file = data / "online_retail_ii_orders.parquet"
    return duckdb.sql(
        f"""select row_number() over ()::varchar as order_id, cid::bigint as person_id, day::date as ordered_on,
            amt::decimal(18, 4) as amount, 'GBP' as currency from '{file}'"""
    ).to_arrow_table()
