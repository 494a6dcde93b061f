"""What is somebody told who may not, or who asks for what is not there for them?"""

from __future__ import annotations

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel.access.viewer import Viewer


class NotAllowedError(RequestError):
    """The role, or the scope of the key, does not hold the right. Over HTTP: 403."""

    def __init__(self, right: str) -> None:
        self.right = right
        super().__init__(
            Said(f"This needs the right {right!r}.", f"{right!r} 권한이 필요한 일입니다."),
            Said("Your role or your key does not hold it.", "지금의 역할이나 키에는 그 권한이 없습니다."),
            Said("Ask an owner or an admin for it.", "소유자나 관리자에게 요청해 주십시오."),
        )


class NotThereError(RequestError):
    """It does not exist, or not for this viewer: the answer is the same. Over HTTP: 404."""

    def __init__(self, kind: Said, name: object) -> None:
        super().__init__(
            Said(f"The {kind.en} {name} was asked for.", f"{kind.ko} {name}을(를) 요청하셨습니다."),
            Said("There is none that you can see.", "보실 수 있는 것 중에는 없습니다."),
            Said("Open it from its list.", "목록에서 열어 주십시오."),
        )


def check_may(viewer: Viewer, right: str) -> None:
    """A NotAllowedError unless the viewer holds the right."""
    if not viewer.may(right):
        raise NotAllowedError(right)
