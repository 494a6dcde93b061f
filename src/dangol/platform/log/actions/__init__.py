"""What can be done to the log?"""

from dangol.platform.log.actions.accepting import Accepted, accept
from dangol.platform.log.actions.bringing import Brought, bring_in
from dangol.platform.log.actions.erasing import erase
from dangol.platform.log.actions.merging import link, merge_people, undo_merge
from dangol.platform.log.actions.refused import download, throw_away, try_again, try_all_again
from dangol.platform.log.actions.sources import (
    allow_origins,
    forget_previous_keys,
    keep_mapping,
    keep_signing_secret,
    make_signing_secret,
    make_source,
    name_customers_by,
    rename_source,
    revoke_source,
    rotate_key,
)

__all__ = [
    "Accepted",
    "Brought",
    "accept",
    "allow_origins",
    "bring_in",
    "download",
    "erase",
    "forget_previous_keys",
    "keep_mapping",
    "keep_signing_secret",
    "link",
    "make_signing_secret",
    "make_source",
    "merge_people",
    "name_customers_by",
    "rename_source",
    "revoke_source",
    "rotate_key",
    "throw_away",
    "try_again",
    "try_all_again",
    "undo_merge",
]
