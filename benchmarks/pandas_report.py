"""What would an analyst's own script cost? The report's figures from the two retail sheets, in pandas.

python -m benchmarks.pandas_report SHEET.parquet SHEET.parquet
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd

WINDOW = pd.Timedelta(days=90)


def read(paths: list[str]) -> pd.DataFrame:
    """Invoice lines of every sheet as one row per person and moment, returns left out."""
    names = {"Customer ID": "who", "CustomerID": "who", "InvoiceDate": "moment", "Quantity": "items", "Price": "price",
             "UnitPrice": "price"}  # fmt: skip
    sheets = []
    for path in paths:
        sheet = pd.read_parquet(path)
        sheet = sheet.rename(columns={c: names[c] for c in sheet.columns if c in names})
        sheets.append(sheet[["who", "moment", "items", "price"]])
    lines = pd.concat(sheets)
    lines = lines[lines["who"].notna() & (lines["items"] > 0)].copy()
    lines["moment"] = pd.to_datetime(lines["moment"])
    lines["paid"] = lines["items"] * lines["price"]
    orders = lines.groupby(["who", "moment"], as_index=False)["paid"].sum()
    orders["day"] = orders["moment"].dt.normalize()
    return orders


def cohorts(orders: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """People and money by month of first purchase and months since."""
    month = orders["day"].dt.year * 12 + orders["day"].dt.month
    first = month.groupby(orders["who"]).transform("min")
    frame = orders.assign(cohort=first, age=month - first)
    people = frame.groupby(["cohort", "age"])["who"].nunique().unstack()
    money = frame.groupby(["cohort", "age"])["paid"].sum().unstack()
    return people.div(people[0], axis=0), money.div(money[0], axis=0)


def gaps(days: pd.DataFrame, end: pd.Timestamp) -> dict[str, Any]:
    """Gap percentiles, and the share not back after d days with the last gap censored."""
    following = days.groupby("who")["day"].shift(-1)
    length = (following.fillna(end) - days["day"]).dt.days
    is_back = following.notna()
    at = pd.DataFrame({"length": length, "back": is_back}).groupby("length")["back"].agg(["sum", "count"])
    at_risk = at["count"][::-1].cumsum()[::-1]
    survival = (1 - at["sum"] / at_risk).cumprod()
    return {"percentiles": length[is_back].quantile([0.5, 0.8, 0.9]).tolist(), "survival": survival}


def monthly(orders: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Customers, kept, lost and new-or-existing money of each month, a customer being one for 90 days."""
    rows = []
    first = days.groupby("who")["day"].min()
    for start in pd.date_range(orders["day"].min(), orders["day"].max(), freq="MS"):
        end = start + pd.offsets.MonthBegin(1)
        had = set(days.loc[(days["day"] < start) & (days["day"] >= start - WINDOW), "who"])
        has = set(days.loc[(days["day"] < end) & (days["day"] >= end - WINDOW), "who"])
        inside = orders[(orders["day"] >= start) & (orders["day"] < end)]
        is_new = inside["who"].map(first) >= start
        rows.append((start, len(had), len(had & has), inside.loc[is_new, "paid"].sum(), inside["paid"].sum()))
    return pd.DataFrame(rows, columns=["month", "start", "kept", "new_money", "money"])


def rfm(orders: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Quintile scores of recency, frequency and money, and their means by recency and frequency."""
    person = orders.groupby("who").agg(last=("day", "max"), n=("moment", "size"), paid=("paid", "sum"))
    person["r"] = pd.qcut((end - person["last"]).dt.days.rank(method="first"), 5, labels=False)
    person["f"] = pd.qcut(person["n"].rank(method="first"), 5, labels=False)
    person["m"] = pd.qcut(person["paid"].rank(method="first"), 5, labels=False)
    return person.groupby(["r", "f"])["paid"].agg(["size", "mean"])


def rolling(days: pd.DataFrame) -> pd.Series:
    """People with a purchase in the trailing 28 days, for each day."""
    present = pd.crosstab(days["day"], days["who"]).astype(np.int8)
    whole = present.reindex(pd.date_range(present.index.min(), present.index.max()), fill_value=0)
    return (whole.rolling(28, min_periods=1).max() > 0).sum(axis=1)


def main() -> None:
    """Compute every figure and print a few, so that nothing can be left out."""
    orders = read(sys.argv[1:])
    days = orders[["who", "day"]].drop_duplicates().sort_values(["who", "day"])
    end = orders["day"].max() + pd.Timedelta(days=1)
    people, money = cohorts(orders)
    counts = days.groupby("who").size()
    second = days.groupby("who")["day"].nth(1)
    print("repeat rate", round(float((counts > 1).mean()), 4), "second purchases", len(second))
    print("cohorts", people.shape, "kept money", round(float(money.iloc[0, -1]), 4))
    print("gaps", gaps(days, end)["percentiles"])
    print("months", len(monthly(orders, days)), "rfm", len(rfm(orders, end)), "days", len(rolling(days)))


if __name__ == "__main__":
    main()
