"""Is this password good enough? Length and known leaks decide, not composition rules."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, override

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel.access.models import User
from dangol.platform.kernel.models import Business

SHORTEST: Final = 10
LONGEST: Final = 1000
OWN_WORDS: Final = ("dangol", "단골")
_TOO_NEAR: Final = Said(
    "The password is little more than the name of the business or of this product.",
    "비밀번호가 사업이나 이 제품의 이름과 거의 같습니다.",
)
_TOO_LONG: Final = Said(
    f"The password has more than {LONGEST} letters.", f"비밀번호가 {LONGEST}자를 넘습니다."
)


class OwnWordsValidator:
    """Refuses a password that is little more than the name of the product or of the business."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """A ValidationError when, without the known words, fewer than six letters are left."""
        rest = password.lower()
        names = Business.objects.values_list("name", flat=True)
        for word in (*OWN_WORDS, *(name.lower() for name in names if len(name) > 2)):
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < 6:
            raise ValidationError(self.get_help_text(), code="password_own_words")

    def get_help_text(self) -> str:
        """What is asked for, in the reader's language."""
        return _spoken(_TOO_NEAR)


class LongestValidator:
    """Refuses what nobody types: a limit against exhausting the server."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """A ValidationError beyond the longest length."""
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """What is asked for, in the reader's language."""
        return _spoken(_TOO_LONG)


class WeakPasswordError(RequestError):
    """A password that the policy refuses, with every reason."""

    def __init__(self, reasons: Said) -> None:
        super().__init__(
            Said("This password was chosen.", "이 비밀번호를 고르셨습니다."),
            reasons,
            Said(
                f"Take {SHORTEST} letters or more that no list knows: four unrelated words will do.",
                f"알려지지 않은 {SHORTEST}자 이상을 쓰십시오. 서로 관계없는 낱말 네 개면 충분합니다.",
            ),
        )


def check_password(password: str, user: User) -> None:
    """A WeakPasswordError unless the password satisfies the policy."""
    reasons = {}
    for language in ("en", "ko"):
        with override(language):
            try:
                validate_password(password, user)
            except ValidationError as error:
                reasons[language] = " ".join(error.messages)
    if reasons:
        raise WeakPasswordError(Said(reasons["en"], reasons["ko"]))


def _spoken(text: Said) -> str:
    return text.in_("ko" if (get_language() or "en").startswith("ko") else "en")
