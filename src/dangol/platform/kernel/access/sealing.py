"""How are secrets kept that must be read again, such as those of an identity provider?"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=4)
def _fernet(secret: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=b"dangol.sealing", info=purpose.encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def sealed(text: str, purpose: str) -> str:
    """The text encrypted and signed, readable only with this installation's secret and for this purpose."""
    return _fernet(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode()


def unsealed(text: str, purpose: str) -> str:
    """What was sealed; cryptography's InvalidToken when it was changed or sealed for something else."""
    return _fernet(settings.SECRET_KEY, purpose).decrypt(text.encode()).decode()
