"""Who is persuadable, who is sure, who is lost, and whom does the action drive away? Named only where it is certain.

One customer is seen in one arm only, so the four types are never seen; what follows for their chances is bounded. With
p1 and p0 the chances of the outcome with and without the action:

    persuadable   max(0, p1 - p0)      to  min(p1, 1 - p0)
    sleeping dog  max(0, p0 - p1)      to  min(p0, 1 - p1)
    sure thing    max(0, p1 + p0 - 1)  to  min(p1, p0)
    lost cause    max(0, 1 - p1 - p0)  to  min(1 - p1, 1 - p0)

Source: Tian & Pearl 2000 (Annals of Mathematics and AI 28:287), the bounds that a trial gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.language import Said
from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.model import Uplifts

SURE, LOST, PERSUADABLE, SLEEPING_DOG = range(4)
GROUPS: Final[dict[str, Said]] = {
    "sure": Said("Sure things: they stay either way", "안심 고객: 조치와 상관없이 남습니다"),
    "lost": Said("Lost causes: they leave either way", "이탈 확정 고객: 조치와 상관없이 떠납니다"),
    "persuadable": Said("Persuadable: they stay because of it", "설득 가능 고객: 조치가 있어야 남습니다"),
    "sleeping_dog": Said("Sleeping dogs: it drives them away", "건드리면 떠나는 고객: 조치가 떠나게 합니다"),
}
"""By the order of the positions SURE, LOST, PERSUADABLE and SLEEPING_DOG; the names are those of the simulator."""


@dataclass(frozen=True, eq=False)
class Groups:
    """Each customer's most telling group, [n] positions in GROUPS, with the bounds of all four chances, [n, 4]."""

    person_ids: npt.NDArray[np.int64]
    group: npt.NDArray[np.int8]
    lowest: Floats
    highest: Floats

    @property
    def is_sleeping_dog(self) -> npt.NDArray[np.bool_]:
        """Whom to leave alone, [n]."""
        return np.asarray(self.group == SLEEPING_DOG)

    def counts(self) -> dict[str, int]:
        """Customers by the name of their group."""
        found = np.bincount(self.group, minlength=len(GROUPS))
        return {name: int(found[n]) for n, name in enumerate(GROUPS)}

    def expected(self) -> dict[str, tuple[float, float]]:
        """By name, between how many customers of that type there must be, as the sum of the bounds of their chances."""
        ends = self.lowest.sum(axis=0), self.highest.sum(axis=0)
        return {name: (float(ends[0][n]), float(ends[1][n])) for n, name in enumerate(GROUPS)}


def groups(uplifts: Uplifts) -> Groups:
    """The groups of customers whose effects are known.

    Persuadable only where the whole interval of the effect lies above 0, sleeping dog only where it lies below;
    everyone else is unmoved as far as anybody can tell: sure from an even chance without the action up, lost below.
    """
    unmoved = np.where(uplifts.without >= 0.5, SURE, LOST)
    group = np.select([uplifts.low > 0, uplifts.high < 0], [PERSUADABLE, SLEEPING_DOG], unmoved)
    p1, p0 = uplifts.with_it, np.clip(uplifts.without, 0.0, 1.0)
    lowest = np.maximum(np.column_stack([p1 + p0 - 1, 1 - p1 - p0, p1 - p0, p0 - p1]), 0.0)
    pairs = ((p1, p0), (1 - p1, 1 - p0), (p1, 1 - p0), (p0, 1 - p1))
    highest = np.column_stack([np.minimum(*pair) for pair in pairs])
    return Groups(uplifts.person_ids, group.astype(np.int8), lowest, highest)
