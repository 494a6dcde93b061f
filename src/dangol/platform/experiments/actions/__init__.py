"""What can be done with experiments, changes and holdouts? Each verb is one transaction with its line in the audit."""

from dangol.platform.experiments.actions.changing import Told, estimate_again, forget_change, record_change
from dangol.platform.experiments.actions.designing import decide, design, discard, set_end, start, stop
from dangol.platform.experiments.actions.finding import adopt
from dangol.platform.experiments.actions.holding import end_holdout, hold_out, refresh_holdout
from dangol.platform.experiments.actions.placing import Placed, assign, assign_users, expose_units
from dangol.platform.experiments.actions.reading import TableWish, read_table
from dangol.platform.experiments.actions.showing import show
from dangol.platform.experiments.wishes import Wish

__all__ = [
    "Placed", "TableWish", "Told", "Wish", "adopt", "assign", "assign_users", "decide", "design", "discard", "end_holdout", "estimate_again",
    "expose_units", "forget_change", "hold_out", "read_table", "record_change", "refresh_holdout", "set_end", "show", "start",
    "stop",
]  # fmt: skip
