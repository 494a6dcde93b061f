"""Who buys again, if a customer can leave for good after the very first purchase too? MBG/NBD.

Batislam, Denizel & Filiztekin 2007, "Empirical validation and comparison of models for customer base analysis",
International Journal of Research in Marketing 24(3); Hoppe & Wagner 2007.
"""

from __future__ import annotations

from typing import ClassVar

from dangol.core.predict.value.beta_geometric_model import BetaGeometricModel


class MbgNbd(BetaGeometricModel):
    """As BG/NBD, with one more chance to leave: after the first purchase."""

    name: ClassVar[str] = "mbg_nbd"
    first_chances: ClassVar[int] = 1
