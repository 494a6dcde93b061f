"""What does a world give to those who ask what customers are worth? Purchase days, and subscribers with their price."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import ibis
import numpy as np
import numpy.typing as npt
from ibis import _

from dangol.core.engine.engine import compiled
from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.predict.value.contractual import NOT_ENDED, Subscribers
from dangol.core.predict.value.purchase_days import PurchaseDays
from dangol.core.rollups.purchases import purchases
from dangol.core.rollups.stays import MIXED

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from dangol.core.engine.world import World

_EPOCH: Final = date(1970, 1, 1).toordinal()
_ASKED: Final = Said("What customers are worth was asked for.", "고객의 가치를 요청하셨습니다.")


def purchase_days_of(world: World) -> PurchaseDays:
    """Every day on which somebody bought before the world's day; a DataError without orders or purchases.

    Where orders are in several currencies, no amount is known.
    """
    if "orders" not in world.nouns:
        raise _missing(Said("orders", "주문"))
    table = purchases(world.tables()["orders"])
    found = _columns(
        world,
        table.select(
            "person_id", "bought_on", "currency", amount=table.amount.cast("float64")
        ).order_by("person_id", "bought_on"),
    )  # fmt: skip
    if not len(found["person_id"]):
        raise _missing(Said("purchases", "구매"))
    currencies = {str(each) for each in set(found["currency"].tolist()) if each is not None}
    amounts = found["amount"].astype(np.float64)
    if len(currencies) > 1 or MIXED in currencies:
        amounts = np.full(len(amounts), np.nan)
    return PurchaseDays(
        found["person_id"].astype(np.int64), _ordinals(found["bought_on"]), amounts, _only(currencies)
    )


def subscribers_of(world: World) -> Subscribers:
    """Every stay of a subscriber, with what the person pays a month on the world's day; a DataError without any.

    The price is not known of those who pay nothing now, or in several currencies.
    """
    if "subscriptions" not in world.nouns:
        raise _missing(Said("subscriptions", "구독"))
    tables, end = world.tables(), ibis.literal(world.as_of)
    rows = tables["subscriptions"]
    open_now = rows.filter((rows.started_on < end) & (rows.ended_on.isnull() | (rows.ended_on >= end)))
    pays = open_now.group_by("person_id").agg(
        price=_.mrr_amount.sum().cast("float64"), low=_.currency.min(), high=_.currency.max()
    )
    stays = tables["tenures"]
    joined = stays.left_join(pays, "person_id").select(
        stays.person_id, stays.started_on, stays.ended_on, pays.price, pays.low, pays.high
    )
    found = _columns(world, joined.filter(joined.started_on < end).order_by("person_id", "started_on"))
    if not len(found["person_id"]):
        raise _missing(Said("subscriptions", "구독"))
    low, high = (found[name].tolist() for name in ("low", "high"))
    currencies = {str(each) for each in (*low, *high) if each is not None}
    price = found["price"].astype(np.float64)
    if len(currencies) > 1:
        price = np.full(len(price), np.nan)
    return Subscribers(
        found["person_id"].astype(np.int64), _ordinals(found["started_on"]), _ordinals(found["ended_on"]),
        price, _only(currencies),
    )  # fmt: skip


def _columns(world: World, expression: Table) -> dict[str, npt.NDArray[Any]]:
    return world.engine.columns(compiled(expression, world.engine.dialect))


def _ordinals(days: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Days as proleptic ordinals; a null day lies beyond every other."""
    plain = days.astype("datetime64[D]")
    numbers = plain.astype(np.int64) + _EPOCH
    return np.where(np.isnat(plain), NOT_ENDED, numbers)


def _only(currencies: set[str]) -> str | None:
    return next(iter(currencies)) if len(currencies) == 1 else None


def _missing(what: Said) -> DataError:
    return DataError(
        _ASKED,
        Said(f"The data holds no {what.en}.", f"데이터에 {what.ko}이(가) 없습니다."),
        Said(f"Add a file of {what.en}.", f"{what.ko} 파일을 더하십시오."),
    )
