"""What does the worker do for imports? Takes the next one, reads connections that are due, looks at the data's quality."""

from __future__ import annotations

from dangol.platform.kernel.chores import chore
from dangol.platform.log.imports import connections, looking, running
from dangol.platform.log.imports.models import Import
from dangol.platform.log.imports.taking_back import take_back

_State = Import.State


@chore(running.LEASE, every=1.5)
def bring_next() -> bool:
    """Undo, bring or check the import that waits longest; whether there was one."""
    undone = Import.objects.filter(state=_State.UNDOING).order_by("pk").first()
    if undone is not None:
        take_back(undone)
        return True
    for state in (_State.RUNNING, _State.PLANNED):
        found = Import.objects.filter(state=state).order_by("pk").first()
        if found is not None:
            running.run(found)
            return True
    draft = Import.objects.filter(state=_State.DRAFT, stage="unchecked").order_by("pk").first()
    if draft is not None:
        running.check(draft)
    return draft is not None


@chore("log.connections", every=10)
def read_connections() -> bool:
    """Look at the connection that is due; whether there was one."""
    found = connections.due()
    if found is not None:
        connections.read_again(found)
    return found is not None


@chore("log.quality", every=60)
def look_at_quality() -> bool:
    """Run the checks once an hour."""
    if looking.is_due():
        looking.look_now()
        looking.prune()
    return False
