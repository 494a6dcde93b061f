"""Which account does each customer belong to, and what was known of the accounts on each day?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from ibis.expr.types import Table

from dangol.core.errors import RequestError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.accounts import account_labelled, account_matrix
from dangol.core.predict.labelled import Labelled

if TYPE_CHECKING:
    from dangol.core.engine.world import World


@dataclass(frozen=True, eq=False)
class Accounts:
    """The account of each person that has one: `names[number]` is its id in the source."""

    person_ids: npt.NDArray[np.int64]
    """Sorted."""
    number: npt.NDArray[np.int64]
    names: tuple[str, ...]

    def of(self, person_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The number of each one's account; -1 for none."""
        if not len(self.person_ids):
            return np.full(len(person_ids), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(self.person_ids, person_ids), len(self.person_ids) - 1)
        found: npt.NDArray[np.int64] = np.where(self.person_ids[at] == person_ids, self.number[at], -1)
        return found

    def matrix(self, matrix: FeatureMatrix) -> FeatureMatrix:
        """What is known of the accounts of these customers."""
        return account_matrix(matrix, self.of(matrix.person_ids))

    def training(self, training: Sequence[Labelled]) -> tuple[Labelled, ...]:
        """The accounts of each snapshot, and which of them were lost."""
        return tuple(account_labelled(each, self.of(each.matrix.person_ids)) for each in training)


def accounts(world: World) -> Accounts:
    """The accounts of a world: as the people say, else as the subscriptions do. A RequestError without either."""
    tables = world.tables()
    for noun in ("people", "subscriptions"):
        if noun in tables:
            found = world.ask(_belonging(tables[noun])).rows
            if found:
                names = tuple(sorted({name for _, name in found}))
                number = {name: place for place, name in enumerate(names)}
                people = np.array([person for person, _ in found], dtype=np.int64)
                return Accounts(people, np.array([number[name] for _, name in found], dtype=np.int64), names)
    raise RequestError(
        Said("The accounts of the customers were asked for.", "고객이 속한 거래처를 요청하셨습니다."),
        Said("No customer of this data belongs to one.", "이 데이터에는 거래처에 속한 고객이 없습니다."),
        Said("Give people or subscriptions an account_id.", "고객이나 구독에 account_id를 주십시오."),
    )


def _belonging(rows: Table) -> Table:
    known = rows.filter(rows.account_id.notnull() & (rows.account_id != ""))
    return known.group_by("person_id").agg(account_id=known.account_id.max()).order_by("person_id")
