"""What does a simulated business show of its experiments? Two that ran in it, one that is planned, a holdout, a change."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final

from dangol.core.language import Language, Said
from dangol.platform.audiences.models import Audience
from dangol.platform.experiments.actions.changing import Told, record_change
from dangol.platform.experiments.actions.designing import design
from dangol.platform.experiments.actions.finding import adopt
from dangol.platform.experiments.actions.holding import hold_out
from dangol.platform.experiments.models import Experiment
from dangol.platform.experiments.wishes import Wish
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import Viewer

SHARES: Final = (("control", 0.5), ("treated", 0.5))
OFFER: Final = (
    Said("An offer to pay by the year", "연간 결제 제안"),
    Said(
        "Whoever pays by the year decides less often whether to stay.",
        "연 단위로 결제하면 해지를 고민할 일이 줄어든다.",
    ),
)
CALL: Final = (
    Said("A call to ask how it goes", "안부 전화"),
    Said(
        "A call finds what does not work before somebody leaves over it.",
        "전화로 불편을 먼저 찾으면 그 때문에 떠나는 고객이 줄어든다.",
    ),
)
GUIDE: Final = (
    Said("A guide in the first week", "첫 주 안내"),
    Said(
        "Whoever finds their way in the first week stays longer.",
        "첫 주에 사용법을 익힌 고객이 더 오래 남는다.",
    ),
)
PAGE: Final = Said("A new page of welcome for all who join", "모든 신규 고객의 새 환영 화면")
WHY: Final = Said("The page was changed for everybody on one day.", "하루에 모든 고객의 화면을 바꾸었습니다.")
HELD_OUT: Final = 0.05


def show(viewer: Viewer, language: Language, newcomers: str = "") -> None:
    """The experiments of a simulated business; `newcomers` names an audience that a plan is for. Once."""
    if Experiment.objects.exists():
        return
    for key, (name, hypothesis), cost in (("annual_offer", OFFER, 3_000), ("check_in_call", CALL, 4_500)):
        wish = Wish(
            name=name.in_(language), hypothesis=hypothesis.in_(language), outcome="kept", horizon_days=60,
            smallest=0.02, segments=("channel", "plan"), guardrails=("active_days", "tickets"), cost=Decimal(cost),
        )  # fmt: skip
        adopt(viewer, key, wish, shares=SHARES)
    audience = Audience.objects.filter(name=newcomers).values_list("pk", flat=True).first()
    guide = Wish(
        name=GUIDE[0].in_(language),
        hypothesis=GUIDE[1].in_(language),
        enrols="entry",
        audience=audience,
        smallest=0.05,
    )
    design(viewer, guide)
    hold_out(viewer, HELD_OUT)
    day = clock.now().date() - timedelta(days=220)
    page, why = PAGE.in_(language), WHY.in_(language)
    record_change(
        viewer,
        Told(name=page, changed_on=day, method="rd", outcomes=("kept", "active_days"), days=90, why=why),
    )
