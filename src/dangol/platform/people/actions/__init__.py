"""What can be done about people? Each verb checks the viewer, writes in one transaction, and leaves an audit entry."""

from dangol.platform.people.actions.consenting import (
    change_people_settings,
    record_consent,
    suppress,
    unsuppress,
    write_consent_text,
)
from dangol.platform.people.actions.editing import (
    EDITED,
    add_note,
    edit_note,
    pin_note,
    remove_note,
    restore_note,
    set_field,
    set_trait,
)
from dangol.platform.people.actions.exporting import export_for_request, export_of, record_list_export
from dangol.platform.people.actions.merging import keep_apart, merge, undo_merge
from dangol.platform.people.actions.requests import (
    begin_erasure,
    close_request,
    extend_request,
    identify_requester,
    receive_request,
)

__all__ = [
    "EDITED",
    "add_note",
    "begin_erasure",
    "change_people_settings",
    "close_request",
    "edit_note",
    "export_for_request",
    "export_of",
    "extend_request",
    "identify_requester",
    "keep_apart",
    "merge",
    "pin_note",
    "receive_request",
    "record_consent",
    "record_list_export",
    "remove_note",
    "restore_note",
    "set_field",
    "set_trait",
    "suppress",
    "undo_merge",
    "unsuppress",
    "write_consent_text",
]
