"""What do customers write? Comments put together of fragments, in Korean and in English."""

from __future__ import annotations

from typing import Final

import numpy as np

from dangol.core.engine.writer import Coded, Joined
from dangol.core.simulate.season import Codes, Flags, Ints

# Topics: the causes of CAUSES in their order, then praise and indifference.
PRAISE, INDIFFERENCE = 7, 8

_KOREAN: Final = (
    (  # onboarding_failed
        "처음 설정하는 과정이 너무 복잡해서 결국 제대로 써 보지 못했습니다.",
        "어디서부터 시작해야 할지 안내가 부족했어요.",
        "데이터를 연결하는 단계에서 막혀서 더 진행하지 못했습니다.",
        "가입하고 일주일이 지나도록 뭘 해야 하는지 모르겠더라고요.",
        "튜토리얼이 실제 화면과 달라서 헷갈렸습니다.",
        "팀원들에게 설명하기가 어려워 도입을 미루게 됐어요.",
        "초기 세팅을 도와주는 분이 있었으면 좋겠습니다.",
    ),
    (  # price
        "기능에 비해 가격이 부담스럽습니다.",
        "요금이 오른 뒤로는 계속 쓸 이유를 찾기 어렵네요.",
        "저희 같은 작은 팀이 쓰기에는 비쌉니다.",
        "할인이 없으면 다음 달에는 해지할 것 같아요.",
        "쓰는 만큼만 내는 요금제가 있으면 좋겠습니다.",
        "예산이 줄어서 이 금액을 유지하기가 어렵습니다.",
        "연간 결제를 해도 할인 폭이 너무 작아요.",
    ),
    (  # missing_feature
        "엑셀로 바로 내려받는 기능이 없어서 불편합니다.",
        "모바일 앱에서 보고서를 수정할 수 없는 점이 아쉬워요.",
        "권한을 세밀하게 나누는 기능이 꼭 필요합니다.",
        "저희가 쓰는 회계 프로그램과 연동이 안 됩니다.",
        "알림을 요일별로 설정할 수 있으면 좋겠어요.",
        "검색 조건을 저장하는 기능이 아직도 없네요.",
        "대시보드를 원하는 대로 배치할 수 없어서 답답합니다.",
    ),
    (  # poor_support
        "문의를 남기고 사흘을 기다렸는데 답변이 없었습니다.",
        "상담원마다 말이 달라서 신뢰가 가지 않아요.",
        "같은 문제를 세 번이나 설명해야 했습니다.",
        "답변은 왔는데 매뉴얼 링크만 있고 해결은 안 됐어요.",
        "급한 문제였는데 주말 내내 연락이 닿지 않았습니다.",
        "문의가 해결되지 않은 채로 종료 처리되어 있었습니다.",
        "전화 연결이 너무 오래 걸립니다.",
    ),
    (  # competitor
        "다른 서비스로 옮기는 것을 검토하고 있습니다.",
        "경쟁사에서 더 좋은 조건을 제안받았어요.",
        "비슷한 다른 제품이 훨씬 빠르더라고요.",
        "회사 전체가 다른 도구로 통일하기로 했습니다.",
        "주변에서 다들 다른 서비스를 쓰고 있어서 고민입니다.",
        "최근에 써 본 타사 제품이 화면도 깔끔하고 편했습니다.",
    ),
    (  # payment_failure
        "카드가 만료됐는데 결제 수단을 바꾸기가 어려웠습니다.",
        "결제가 실패했다는 메일을 늦게야 확인했어요.",
        "법인카드가 바뀌면서 자동 결제가 끊겼습니다.",
        "결제 오류가 반복되는데 원인을 알 수 없네요.",
        "세금계산서로 결제할 수 있으면 좋겠습니다.",
    ),
    (  # natural
        "프로젝트가 끝나서 당분간 쓸 일이 없을 것 같아요.",
        "담당 업무가 바뀌어 더는 필요하지 않게 됐습니다.",
        "사업을 정리하게 되어 아쉽지만 그만 씁니다.",
        "한동안 쉬었다가 필요해지면 다시 찾겠습니다.",
        "부서가 없어지면서 사용하지 않게 되었어요.",
    ),
    (  # praise
        "매일 쓰는데 만족스럽습니다.",
        "보고서 만드는 시간이 절반으로 줄었어요.",
        "화면이 직관적이라 팀원들도 금방 익숙해졌습니다.",
        "문의할 때마다 빠르고 친절하게 답해 주셔서 좋았습니다.",
        "새로 나온 알림 기능이 정말 유용해요.",
        "덕분에 매주 하던 정리 작업이 사라졌습니다.",
        "안정적이고 느려지는 일이 없어서 믿고 씁니다.",
        "동료에게도 추천했습니다.",
    ),
    (  # indifference
        "특별히 불편한 점은 없습니다.",
        "그럭저럭 쓸 만합니다.",
        "아직 모든 기능을 써 보지는 못했어요.",
        "조금 더 써 봐야 알 것 같습니다.",
        "가끔만 써서 평가하기가 어렵네요.",
        "나쁘지는 않은데 기대만큼은 아니었습니다.",
    ),
)

_ENGLISH: Final = (
    (
        "Setting it up was so complicated that we never really got going.",
        "I could not find out where to start.",
        "We got stuck connecting our data and gave up.",
        "A week in, I still did not know what to do first.",
        "The tutorial does not match the screens.",
        "Nobody helped us through the first steps.",
    ),
    (
        "It is too expensive for what it does.",
        "Since the price went up I struggle to justify it.",
        "The cost is hard to bear for a small team.",
        "Without a discount we will probably cancel next month.",
        "I would rather pay for what we use.",
        "Our budget was cut and this is the first thing to go.",
    ),
    (
        "There is no direct export to a spreadsheet.",
        "I miss editing reports on my phone.",
        "We need finer permissions.",
        "It does not connect to our accounting software.",
        "Saved searches are still missing.",
        "I cannot arrange the dashboard the way I need it.",
    ),
    (
        "I waited three days for an answer and none came.",
        "Every agent told me something different.",
        "I had to explain the same problem three times.",
        "The reply was a link to the manual, and nothing was solved.",
        "My ticket was closed without a solution.",
        "Nobody could be reached all weekend.",
    ),
    (
        "We are looking at another tool.",
        "A competitor made us a better offer.",
        "A similar product is much faster.",
        "The company decided to move everything to one other tool.",
        "What I tried elsewhere felt cleaner and easier.",
    ),
    (
        "My card expired and changing it was painful.",
        "I saw the mail about the failed payment too late.",
        "Our company card changed and the payments stopped.",
        "Payment keeps failing and I cannot tell why.",
    ),
    (
        "The project is over, so we do not need it for now.",
        "I changed roles and no longer need it.",
        "We are closing the business, sadly.",
        "I will come back when I need it again.",
    ),
    (
        "I use it every day and I am happy with it.",
        "Reports take half the time they used to.",
        "It is easy to understand and the team picked it up quickly.",
        "Support is fast and friendly whenever I ask.",
        "The new alerts are really useful.",
        "Stable and never slow, so I trust it.",
        "I have recommended it to colleagues.",
    ),
    (
        "Nothing in particular bothers me.",
        "It does the job.",
        "I have not tried everything yet.",
        "I need some more time to judge it.",
        "Not bad, but not quite what I hoped for.",
    ),
)

# By language: how a complaint begins, praise, and neither.
_OPENINGS: Final = (
    (
        ("솔직히 말씀드리면,", "아쉬운 점을 적자면,", "고민 끝에 적습니다.", "몇 번을 망설이다 적습니다."),
        (
            "잘 쓰고 있습니다.",
            "기대 이상입니다.",
            "도입하기를 잘했다고 생각합니다.",
            "몇 달째 쓰고 있습니다.",
        ),
        ("아직 얼마 쓰지 않았습니다.", "솔직히 말씀드리면,", "음,"),
    ),
    (
        ("Honestly:", "I am disappointed.", "I thought about it for a while.", "This is not easy to write."),
        ("Very happy.", "Better than expected.", "Glad we chose it.", "We have used it for months."),
        ("Well.", "Hard to say.", "Honestly:"),
    ),
)
_CLOSINGS: Final = (
    (
        (
            "개선되면 다시 생각해 보겠습니다.", "빠른 조치 부탁드립니다.", "이 부분만 나아지면 좋겠어요.",
            "다음 업데이트를 기다려 보겠습니다.", "검토해 주시면 감사하겠습니다.",
        ),
        (
            "앞으로도 잘 부탁드립니다.", "늘 감사합니다.", "계속 이렇게만 유지해 주세요.", "다음 기능도 기대하고 있어요.",
        ),
    ),
    (
        ("Please fix this soon.", "I would reconsider if this improved.", "I hope the next release helps.", "Please look into it."),
        ("Keep it up.", "Thank you.", "Looking forward to what comes next."),
    ),
)  # fmt: skip


class _Shelf:
    """Lists of texts in one list, drawn from by the position of the list."""

    def __init__(self, lists: list[tuple[str, ...]]) -> None:
        self.words = tuple(text for texts in lists for text in texts)
        self._counts = np.array([len(texts) for texts in lists])
        self._starts = np.cumsum(self._counts) - self._counts

    def drawn(self, rng: np.random.Generator, which: Ints, shown: Flags) -> Coded:
        """A text out of each list named; null where it is not shown."""
        place = self._starts[which] + np.floor(rng.random(len(which)) * self._counts[which]).astype(np.int64)
        return Coded(self.words, np.where(shown, place, -1).astype(np.int16))


_TOPICS = _Shelf([*_KOREAN, *_ENGLISH])
_FIRST = _Shelf([texts for language in _OPENINGS for texts in language])
_LAST = _Shelf([texts for language in _CLOSINGS for texts in language])


def comments(rng: np.random.Generator, topic: Codes, is_english: Flags, shown: Flags) -> Joined:
    """Comments on the topics (causes, PRAISE or INDIFFERENCE) in each writer's language; null where not shown."""
    language = is_english.astype(np.int64)
    n = len(topic)
    mood = np.clip(topic.astype(np.int64) - PRAISE + 1, 0, 2)
    opening = _FIRST.drawn(rng, language * 3 + mood, shown & (rng.random(n) < 0.4))
    body = _TOPICS.drawn(rng, language * len(_KOREAN) + topic, shown)
    closes = shown & (rng.random(n) < 0.4) & (topic != INDIFFERENCE)
    closing = _LAST.drawn(rng, language * 2 + (topic == PRAISE), closes)
    return Joined((opening, body, closing))
