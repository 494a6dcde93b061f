"""What do people ask of their data, and is it answered in time?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from dangol.core.language import Said
from dangol.platform.people import actions, queries
from dangol.platform.web.deeds import Deed, do, number, reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.seeing import check_whole

KINDS: Final = {
    "access": Said("To see their data", "열람"),
    "correction": Said("To have it corrected", "정정"),
    "erasure": Said("To be erased", "삭제"),
    "stop_processing": Said("To stop using it", "처리정지"),
    "objection": Said("No profiling for marketing", "마케팅 프로파일링 거부"),
    "explanation": Said("To have a decision explained", "자동화된 결정의 설명"),
}
LAWS: Final = {
    "pipa": Said("PIPA (Korea)", "개인정보 보호법"),
    "gdpr": Said("GDPR (EU)", "유럽 일반개인정보보호법(GDPR)"),
}
STATES: Final = {
    "received": Said("received", "접수"),
    "identified": Said("identity checked", "본인 확인됨"),
    "working": Said("being erased", "삭제 중"),
    "done": Said("done", "완료"),
    "refused": Said("refused", "거절"),
}
STEPS: Final = {
    "received": Said("Received", "접수했습니다"),
    "identified": Said("Identity checked", "본인을 확인했습니다"),
    "exported": Said("Data handed out", "자료를 내려받았습니다"),
    "extended": Said("More time taken", "기한을 늘렸습니다"),
    "erasure_begun": Said("Erasure begun", "삭제를 시작했습니다"),
    "erasing": Said("Their numbers noted", "대상 번호를 적어 두었습니다"),
    "answered": Said("Answered", "답변했습니다"),
    "refused": Said("Refused", "거절했습니다"),
    "erased:suppression": Said("A hash kept, so that they are not written to", "다시 연락하지 않도록 해시만 남겼습니다"),
    "erased:setbacks": Said("Rows set aside: erased", "보류된 행에서 지웠습니다"),
    "erased:effects": Said("Planned work: erased", "예정된 작업에서 지웠습니다"),
    "erased:imports": Said("Files of refused rows: erased", "거부된 행 파일에서 지웠습니다"),
    "erased:records": Said("Notes, consents, history: erased", "메모, 동의, 이력에서 지웠습니다"),
    "erased:audiences": Said("Places in audiences: erased", "고객 그룹에서 지웠습니다"),
    "erased:log": Said("Events, lake, rollups, refused rows: erased", "이벤트, 레이크, 집계, 거부된 행에서 지웠습니다"),
    "erased:profiles": Said("Profile: erased", "프로필에서 지웠습니다"),
    "erased:search": Said("Search index: erased", "검색 색인에서 지웠습니다"),
    "erased:files": Said("Columnar copies: written anew", "열 형식 사본을 새로 썼습니다"),
    "erased:requests": Said("Requests: blanked", "요청서에서 지웠습니다"),
}  # fmt: skip

PLACES: Final = {
    "kept_hashes": Said("Hashes of addresses that are kept", "남긴 주소 해시"),
    "setbacks": Said("Rows that were set aside", "보류된 행"),
    "effects": Said("Planned work", "예정된 작업"),
    "import_rows": Said("Rows that imports refused", "가져오기에서 거부된 행"),
    "notes": Said("Notes", "메모"),
    "consents": Said("Lines of the consent ledger", "동의 기록"),
    "consent_states": Said("Consents that held", "유효하던 동의"),
    "trait_changes": Said("Earlier values", "이전 값"),
    "seats": Said("Seats in accounts", "거래처 좌석"),
    "duplicates": Said("Questions about duplicates", "중복 확인 질문"),
    "merges": Said("Merges", "병합"),
    "referrals": Said("Referrals by them", "추천 관계"),
    "segments": Said("Rows of the log", "로그의 행"),
    "lake": Said("Rows of the lake and its rollups", "레이크와 집계의 행"),
    "refused": Said("Refused messages", "거부된 메시지"),
    "envelopes": Said("Messages on their way", "처리 대기 중인 메시지"),
    "names": Said("Names in the log", "로그의 식별자"),
    "profiles": Said("Profiles", "프로필"),
    "search_entries": Said("Entries of the search index", "검색 색인 항목"),
    "people_files": Said("Columnar files written anew", "새로 쓴 열 형식 파일"),
    "requests_blanked": Said("Requests that were blanked", "내용을 지운 요청"),
    "audience_members": Said("Memberships of audiences", "고객 그룹 소속"),
    "audience_flips": Said("Comings and goings in audiences", "고객 그룹 출입 기록"),
    "people": Said("People", "사람"),
    "bytes": Said("Bytes", "바이트"),
}
"""Where something was erased; a place without words of its own is shown by its name."""


@page(
    "rights",
    name="rights",
    right="handle_rights_requests",
    rail=("data", Said("Data rights", "정보주체 권리")),
    order=80,
)
def inbox(request: HttpRequest) -> HttpResponseBase:
    """The inbox: what is due first, overdue on top."""
    viewer = reader(request)
    check_whole(viewer)
    if request.method == "POST":
        return do(request, {"receive": _receive}, back="/rights")
    found = queries.requests(viewer)
    return render(request, "rights/inbox.html", {
        "open": [_told(line) for line in found if line.is_open],
        "closed": [_told(line) for line in found if not line.is_open][:50],
        "kinds": KINDS.items(),
        "laws": LAWS.items(),
        "law": queries.people_settings().law,
        "silent": queries.silent_people(viewer, limit=50),
        "years": queries.people_settings().retention_years,
    })  # fmt: skip


def _told(line: queries.RequestLine) -> dict[str, Any]:
    return {"line": line, "kind": KINDS[line.kind], "state": STATES[line.state], "law": LAWS[line.law]}


def _receive(request: HttpRequest) -> HttpResponseBase:
    told: dict[str, Any] = {key: request.POST.get(key, "") for key in ("requester", "message", "law")}
    made = actions.receive_request(reader(request), request.POST.get("kind", ""), **told)
    return redirect("rights_request", made)


@page("rights/<int:request_id>", name="rights_request", right="handle_rights_requests")
def one(request: HttpRequest, request_id: int) -> HttpResponseBase:
    """One request: who asks, what was done, what is next."""
    viewer = reader(request)
    if request.method == "POST":
        return do(request, _deeds(request_id), back=f"/rights/{request_id}")
    view = queries.request(viewer, request_id)
    query = request.GET.get("q", view.line.requester if view.line.state == "received" else "")[:200]
    found = queries.page_of(viewer, search=query, limit=10).lines if query else []
    return render(request, "rights/one.html", {
        "one": view,
        "line": view.line,
        "told": _told(view.line),
        "steps": [
            {"said": STEPS.get(step.step), "step": step, "counts": _placed(step.counts)} for step in view.steps
        ],
        "counts": _placed(view.certificate.counts) if view.certificate else [],
        "query": query,
        "found": found,
        "person": _person(request, view.line.person_id),
    })  # fmt: skip


def _placed(counts: dict[str, int]) -> list[tuple[Said | str, int]]:
    return [(PLACES.get(place, place), count) for place, count in counts.items()]


def _person(request: HttpRequest, person_id: int | None) -> queries.PersonLine | None:
    """Who asks; nobody any more once they are erased."""
    if person_id is None:
        return None
    found = queries.page_of(reader(request), audience=[person_id], limit=1).lines
    return found[0] if found else None


def _deeds(request_id: int) -> dict[str, Deed]:
    def identify(request: HttpRequest) -> Said:
        proof = request.POST.get("proof", "")
        actions.identify_requester(reader(request), request_id, number(request, "person_id"), proof)
        return Said("It is noted who asks.", "본인 확인을 기록했습니다.")

    def erase(request: HttpRequest) -> Said:
        actions.begin_erasure(reader(request), request_id)
        return Said("The erasure has begun.", "삭제를 시작했습니다.")

    def close(request: HttpRequest) -> Said:
        is_refused = request.POST.get("is_refused") == "1"
        actions.close_request(
            reader(request), request_id, request.POST.get("answer", ""), is_refused=is_refused
        )
        return Said("The request is closed.", "요청을 닫았습니다.")

    def extend(request: HttpRequest) -> Said:
        actions.extend_request(reader(request), request_id, _day(request), request.POST.get("reason", ""))
        return Said("The new date is noted.", "새 기한을 기록했습니다.")

    return {"identify": identify, "erase": erase, "close": close, "extend": extend}


def _day(request: HttpRequest) -> datetime:
    try:
        return datetime.fromisoformat(request.POST.get("until", "")).replace(tzinfo=UTC)
    except ValueError:
        raise Http404 from None


@page("rights/<int:request_id>/everything.zip", name="rights_file", right="handle_rights_requests")
def as_file(request: HttpRequest, request_id: int) -> HttpResponse:
    """The archive that answers a request for access."""
    answer = HttpResponse(
        actions.export_for_request(reader(request), request_id), content_type="application/zip"
    )
    answer["Content-Disposition"] = f'attachment; filename="request-{request_id}.zip"'
    return answer
