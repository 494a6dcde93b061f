"""How does somebody hear of what crossed its line? By a notice that waits in the console until it is read."""

from __future__ import annotations

from dangol.platform.insight.noticing import tell
from dangol.platform.kernel.effects import Claimed, claims


@claims("notify")
def notify(claimed: Claimed) -> None:
    """Tell whom the payload names, or everybody with its right; telling twice is telling once."""
    tell(claimed.key, claimed.payload)
