"""Is what the log wrote still there, and did it come at a time that can be?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Max

from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.examining import Finding, examination, well
from dangol.platform.log.models import Envelope, Segment

AHEAD: Final = timedelta(minutes=2)
WAITING: Final = timedelta(minutes=5)


@examination("segments", needs="tables")
def segments() -> Iterator[Finding]:
    """Whether every segment that the database names lies in the lake, as long as it is."""
    folder = environment().lake_folder
    named = list(Segment.objects.order_by("first_position").values_list("path", flat=True))
    gone = [path for path in named if not (folder / path).is_file()]
    if gone:
        yield Finding(
            "segments", "fault",
            Said(f"Files of events that are missing from the lake: {len(gone)}, for example {gone[0]}.",
                 f"레이크에서 사라진 이벤트 파일: {len(gone)}개. 예: {gone[0]}"),
            Said("Put the folder lake/ back as it was, or restore the last backup into a new folder.",
                 "lake/ 폴더를 원래대로 되돌리거나 마지막 백업을 새 폴더에 복원하십시오."),
        )  # fmt: skip
    else:
        yield well(
            "segments",
            f"Files of events that are in place: {len(named)}.",
            f"제자리에 있는 이벤트 파일: {len(named)}개.",
        )


@examination("arrivals", needs="tables")
def arrivals() -> Iterator[Finding]:
    """Whether what arrived waits for long, or came from a clock that was ahead."""
    told = Envelope.objects.aggregate(newest=Max("received_at"))["newest"]
    if told is None:
        return
    newest = datetime.fromtimestamp(told / 1e6, UTC)
    if newest > clock.now() + AHEAD:
        yield Finding(
            "arrivals", "fault",
            Said(f"Events were received at {newest:%Y-%m-%d %H:%M} UTC, which is still to come: the clock was set back.",
                 f"이벤트를 받은 시각({newest:%Y-%m-%d %H:%M} UTC)이 아직 오지 않았습니다. 시계가 뒤로 맞춰졌습니다."),
            Said("Set the clock from the network. The events are kept; their times are those of the clients.",
                 "네트워크 시각에 맞추십시오. 이벤트는 보관되며 시각은 보낸 쪽의 것을 씁니다."),
        )  # fmt: skip
    elif newest < clock.now() - WAITING:
        yield Finding(
            "arrivals", "warning",
            Said("Events have been waiting for minutes to be counted.", "들어온 이벤트가 몇 분째 집계를 기다리고 있습니다."),
            Said("Start a worker, or look at its log.", "워커를 시작하거나 로그를 확인하십시오."),
        )  # fmt: skip
