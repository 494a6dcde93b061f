"""Which words do people agree to, and how is their data treated?"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.people import actions, queries
from dangol.platform.web.deeds import do, reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.pages.rights import LAWS
from dangol.platform.web.seeing import check_whole

HERE: Final = "/settings/consents"


@page("settings/consents", name="consent_texts", right="administer",
      rail=("settings", Said("Consent and privacy", "동의와 개인정보")), order=35)  # fmt: skip
def consents(request: HttpRequest) -> HttpResponseBase:
    """The wordings by purpose, with their versions, and the policies."""
    viewer = reader(request)
    check_whole(viewer)
    if request.method == "POST":
        return do(request, {"write": _write, "save": _save}, back=HERE)
    texts = queries.consent_texts(viewer)
    groups = [
        {
            "purpose": queries.PURPOSES[purpose],
            "key": purpose,
            "language": language,
            "versions": list(versions),
        }
        for (purpose, language), versions in groupby(texts, key=lambda t: (t.purpose, t.language))
    ]
    return render(request, "settings/consents.html", {
        "groups": groups,
        "purposes": queries.PURPOSES.items(),
        "languages": (("ko", "한국어"), ("en", "English")),
        "laws": LAWS.items(),
        "policy": queries.people_settings(),
    })  # fmt: skip


def _write(request: HttpRequest) -> Said:
    told = (request.POST.get(key, "") for key in ("purpose", "language", "text"))
    version = actions.write_consent_text(reader(request), *told)
    return Said("Version {n} is in use from now on.", "이제 {n}판 문구를 씁니다.").format(n=version)


def _save(request: HttpRequest) -> Said:
    years = request.POST.get("retention_years", "").strip()
    months = request.POST.get("transaction_months", "").strip()
    actions.change_people_settings(
        reader(request),
        law=request.POST.get("law", ""),
        unit_trait=request.POST.get("unit_trait", "").strip()[:120],
        allows_transaction_basis=request.POST.get("allows_transaction_basis") == "on",
        transaction_months=int(months) if months.isdecimal() and len(months) < 3 else 6,
        retention_years=int(years) if years.isdecimal() and 0 < int(years[:3]) < 100 else None,
    )
    return Said("The policy is saved.", "정책을 저장했습니다.")
