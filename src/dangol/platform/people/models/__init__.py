"""Which tables does this room keep? People, accounts, what they agreed to, what they asked for."""

from dangol.platform.people.models.account import Account, Seat
from dangol.platform.people.models.consent import Consent, ConsentState, ConsentText, Suppression
from dangol.platform.people.models.files import Changed, PeopleFile
from dangol.platform.people.models.person import Duplicate, Note, Person, PersonMerge, TraitChange
from dangol.platform.people.models.rights import ErasureCertificate, RightsRequest, RightsStep
from dangol.platform.people.models.settings import PeopleSettings

__all__ = [
    "Account",
    "Changed",
    "Consent",
    "ConsentState",
    "ConsentText",
    "Duplicate",
    "ErasureCertificate",
    "Note",
    "PeopleFile",
    "PeopleSettings",
    "Person",
    "PersonMerge",
    "RightsRequest",
    "RightsStep",
    "Seat",
    "Suppression",
    "TraitChange",
]
