"""Who buys again, if a customer can leave for good only after a repeat purchase? BG/NBD.

Fader, Hardie & Lee 2005, "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD Model",
Marketing Science 24(2). Somebody who bought once is certainly still there: see MBG/NBD where that is not believed.
"""

from __future__ import annotations

from typing import ClassVar

from dangol.core.predict.value.beta_geometric_model import BetaGeometricModel


class BgNbd(BetaGeometricModel):
    """`BgNbd.fit(histories).silent(histories, 90)`: the chance that each customer buys nothing for 90 days."""

    name: ClassVar[str] = "bg_nbd"
    first_chances: ClassVar[int] = 0
