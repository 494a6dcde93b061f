"""Do files come in as what they say, once, to the last row, and go again as a whole?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.errors import DataError, RequestError
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.log import retention
from dangol.platform.log.erasing import erased
from dangol.platform.log.imports import actions, places, queries, running, taking_back
from dangol.platform.log.imports.models import Import
from dangol.platform.log.imports.reading import look
from dangol.platform.log.imports.taking_back import take_back
from dangol.platform.log.models import Identifier, Refused
from tests_support.brought import HEADINGS, ROWS, WRITERS, asked, bring, csv_text, orders, written
from tests_support.logged import arrive, seal, source, told

pytestmark = pytest.mark.django_db(transaction=True)
ALL = [("o-1", 12000, False), ("o-2", 8000, False), ("o-3", 15000, False)]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_and_encoding_with_korean_headings(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    done = bring(path)
    assert (done.state, done.rows_read, done.rows_kept, done.error) == ("done", 3, 3, None)
    assert orders() == ALL
    assert not Refused.objects.exists()


def test_an_address_book_becomes_people(tmp_path: Path) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u-{0}\r\nFN:{1}\r\nEMAIL:{0}@example.com\r\nTEL:010-1234-567{2}\r\nEND:VCARD\r\n"
    text = "".join(
        card.format(who, name, n) for n, (who, name) in enumerate((("ann", "안앤"), ("bob", "밥보브")))
    )
    done = bring(written(tmp_path, "연락처.vcf", text))
    assert done.record["made"]["people"]["new"] == 2
    assert done.record["files"][0]["noun"] == "people"


def test_what_is_said_again_counts_once(tmp_path: Path) -> None:
    path = written(tmp_path, "orders.csv", csv_text())
    bring(path)
    again = bring(path)
    assert again.record["made"]["orders"] == {"new": 0, "changed": 0, "known": 3, "waiting": 0}
    assert orders() == ALL
    assert len(asked("select 1 from events")) == 3


def test_a_row_that_says_something_else_corrects(tmp_path: Path) -> None:
    bring(written(tmp_path, "orders.csv", csv_text()))
    changed = bring(
        written(
            tmp_path, "later.csv", csv_text((("ann", "o-1", "2026-01-05 10:00:00", "9000", "KRW"), ROWS[1]))
        )
    )
    assert changed.record["made"]["orders"] == {"new": 0, "changed": 1, "known": 1, "waiting": 0}
    assert orders() == [("o-1", 9000, False), *ALL[1:]]


def test_equal_rows_without_an_id_are_two_purchases_and_stay_two(tmp_path: Path) -> None:
    rows = (("ann", "2026-01-05", "5000"), ("ann", "2026-01-05", "5000"))
    path = written(tmp_path, "days.csv", csv_text(rows, ("고객번호", "주문일", "금액")))
    bring(path)
    bring(path)
    assert orders() == [(None, 5000, False)] * 2


def test_an_undone_import_leaves_nothing_and_may_come_again(tmp_path: Path) -> None:
    first = bring(written(tmp_path, "orders.csv", csv_text()))
    other = bring(
        written(tmp_path, "other.csv", csv_text((("eve", "x-1", "2026-01-09", "700", "KRW"),))),
        source="Other",
    )
    assert queries.undoing(SYSTEM, first.id).rows == 3
    actions.undo(SYSTEM, first.id)
    take_back(Import.objects.get(pk=first.id))
    assert queries.one(SYSTEM, first.id).state == "undone"
    assert orders() == [("x-1", 700, False)]
    assert asked("select count(*) from events") == [(1,)]
    again = bring(written(tmp_path, "orders.csv", csv_text()))
    assert again.record["made"]["orders"]["new"] == 3
    assert orders() == [*ALL, ("x-1", 700, False)]
    assert other.state == "done"


def test_undoing_after_old_events_were_let_go_keeps_the_days_of_everybody_else(tmp_path: Path) -> None:
    """The raw events of the server went by retention; what was added up from them stays, whatever is undone."""
    arrive([told("eve", "Signed In", 1, "a"), told("ann", "Signed In", 2, "b")], kind="server")
    other = csv_text((("dan", "x-1", "2026-01-09", "700", "KRW"),))
    bring(written(tmp_path, "other.csv", other), source="Other")
    seal()
    days = "select * from person_day order by all"
    without = asked(days)
    assert len(without) == 4, "two of the server, and an event and an order of the other file"
    first = bring(written(tmp_path, "orders.csv", csv_text()))
    seal()
    assert len(asked(days)) == len(without) + 6
    retention.keep(0, source("server"))
    assert retention.apply() == 2
    take_back(Import.objects.get(pk=first.id))
    assert asked(days) == without
    assert [row[0] for row in asked("select object_id from events")] == ["x-1"]


def test_undoing_that_was_killed_takes_no_day_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(
        written(tmp_path, "other.csv", csv_text((("ann", "x-1", "2026-01-05", "700", "KRW"),))),
        source="Other",
    )
    days = "select * from person_day order by all"
    without = asked(days)
    first = bring(written(tmp_path, "orders.csv", csv_text()))
    with monkeypatch.context() as killed:
        killed.setattr(taking_back, "_remake", _die)
        with pytest.raises(KeyboardInterrupt):
            take_back(Import.objects.get(pk=first.id))
    take_back(Import.objects.get(pk=first.id))
    assert asked(days) == without


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_import_on_which_a_later_one_rests_is_not_undone(tmp_path: Path) -> None:
    first = bring(written(tmp_path, "orders.csv", csv_text()))
    bring(written(tmp_path, "more.csv", csv_text((*ROWS, ("bob", "o-4", "2026-02-09", "1", "KRW")))))
    with pytest.raises(RequestError) as refused:
        actions.undo(SYSTEM, first.id)
    assert "more.csv" in refused.value.in_("ko")


def test_subscriptions_people_and_accounts_come_with_what_belongs_to_them(tmp_path: Path) -> None:
    people = (
        "customer_id,name,email,company_id,joined_on,city\nann,Ann,ann@example.com,a-1,2026-01-02,Busan\n"
    )
    accounts = "company_id,company,industry\na-1,Acme,retail\na-2,Nobody's,retail\n"
    contract = (
        "customer_id,subscription_id,plan,start_date,end_date,mrr,status,cancel_reason\n"
        "ann,s-1,pro,2026-01-02,2026-02-01,100,active,\nann,s-1,team,2026-02-01,2026-03-01,300,active,price\n"
    )
    done = bring(
        written(tmp_path, "people.csv", people), written(tmp_path, "accounts.csv", accounts),
        written(tmp_path, "contracts.csv", contract),
    )  # fmt: skip
    assert done.record["made"]["accounts"] == {"new": 1, "changed": 0, "known": 0, "waiting": 1}
    found = asked(
        "select plan, started_on::varchar, ended_on::varchar, mrr_amount::int, ended_because from subscriptions order by 2"
    )
    assert found == [
        ("pro", "2026-01-02", "2026-02-01", 100, None),
        ("team", "2026-02-01", "2026-03-01", 300, "price"),
    ]
    assert not Refused.objects.exists()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(
    st.sampled_from(["ann", "bob", ""]), st.sampled_from(["o-1", "o-2", "o-3", ""]),
    st.sampled_from(["2026-01-05", "2026-13-01", "", "2199-01-01"]), st.sampled_from(["100", "-20", "x", ""]),
), min_size=1, max_size=25))  # fmt: skip
def test_rows_reconcile_to_the_last(rows: list[tuple[str, str, str, str]], tmp_path: Path) -> None:
    path = written(tmp_path, "any.csv", csv_text(rows, HEADINGS[:4]))
    draft = actions.from_paths(SYSTEM, [str(path)], "Any")
    running.check(Import.objects.get(pk=draft.id))
    found = queries.one(SYSTEM, draft.id)
    actions.discard(SYSTEM, draft.id)
    if found.error is None:
        assert found.rows_read == found.rows_kept + found.rows_refused + found.rows_repeated
        assert found.rows_refused == sum(found.record["refused"].values())
        lines = sum(file["rows_read"] for file in found.record["files"])
        assert lines == found.rows_read == sum(any(row) for row in rows) + sum(not any(row) for row in rows)


def test_refused_rows_are_handed_out_with_reasons_and_without_formulas(tmp_path: Path) -> None:
    rows = (*ROWS, ("", "o-9", "2026-01-01", "1", "KRW"), ("=HYPERLINK(1)", "o-8", "never", "1", "KRW"))
    done = bring(written(tmp_path, "orders.csv", csv_text(rows)))
    assert (done.rows_read, done.rows_kept, done.rows_refused) == (5, 3, 2)
    korean = "".join(queries.refused_lines(SYSTEM, done.id, "ko"))
    assert korean.startswith("\ufeff파일")
    assert "날짜를 날짜로 읽을 수 없습니다." in korean
    assert "orders.csv" in korean
    assert str(tmp_path) not in korean


def test_a_draft_is_mapped_counted_and_remembered(tmp_path: Path) -> None:
    text = "who,at,paid\nann,2026-01-05,100\nbob,2026-01-06,200\n"
    draft = actions.from_paths(SYSTEM, [str(written(tmp_path, "odd.csv", text))], "Odd")
    running.check(Import.objects.get(pk=draft.id))
    mapping = {"person_id": "who", "ordered_at": "at", "amount": "paid"}
    actions.set_mapping(SYSTEM, draft.id, "orders", mapping)
    running.check(Import.objects.get(pk=draft.id))
    assert queries.one(SYSTEM, draft.id).record["made"]["orders"]["new"] == 2
    assert not asked("select 1 from people")
    actions.start(SYSTEM, draft.id)
    again = actions.from_paths(SYSTEM, [str(written(tmp_path, "odd2.csv", text))], "Odd")
    assert (again.noun, again.mapping) == ("orders", mapping)


def test_only_those_who_bring_data_see_imports(
    tmp_path: Path, viewer_of_unit: Viewer, viewer_viewer: Viewer
) -> None:
    done = bring(written(tmp_path, "orders.csv", csv_text()))
    for viewer in (viewer_of_unit, viewer_viewer, Viewer("unit", "admin", frozenset({1}))):
        assert queries.imports(viewer) == []
        with pytest.raises(NotThereError):
            queries.one(viewer, done.id)
        with pytest.raises(RequestError):
            actions.upload(viewer, [("a.csv", [b"x"])])


def test_uploaded_names_lead_nowhere_and_files_go_when_they_are_in(tmp_path: Path) -> None:
    pieces = [csv_text().encode("cp949")]
    draft = actions.upload(SYSTEM, [("../../etc/주문 목록.csv", pieces), ("..\\주문 목록.csv", pieces)])
    paths = [Path(each) for each in Import.objects.get(pk=draft.id).paths]
    assert {path.name for path in paths} == {"주문 목록.csv", "주문 목록 (1).csv"}
    assert {path.parent.name for path in paths} == {"files"}
    actions.start(SYSTEM, draft.id)
    running.run(Import.objects.get(pk=draft.id))
    assert not any(path.exists() for path in paths)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "비어 있습니다"),
        ("broken.xlsx", b"PK\x03\x04 nothing", "엑셀 파일이 아닙니다"),
        ("broken.parquet", b"PAR1 nothing", "읽을 수 없습니다"),
        ("words.csv", b"just a sentence\nand another one\n", "어느 제목인지 알려 주십시오"),
        ("cut.csv.gz", b"\x1f\x8b\x08\x00 nothing", "압축을 풀 수 없습니다"),
        ("cards.vcf", b"no card here", "연락처가 들어 있지 않습니다"),
    ],
)  # fmt: skip
def test_broken_files_are_told_in_sentences(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = bring(path)
    assert done.state == "failed"
    assert done.error is not None
    assert words in done.error["ko"]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(300):
            sheet.write(b"0" * (1 << 20))
    with pytest.raises(DataError) as refused:
        look([str(path)], {})
    assert "314,572,800" in refused.value.in_("en")


def test_erasing_somebody_reaches_what_imports_keep(tmp_path: Path) -> None:
    rows = (("ann-1@example.com", "o-1", "2026-01-05", "1", "KRW"), ("bob-2@example.com", "o-2", "never", "1", "KRW"),
            ("bob-2@example.com", "o-3", "2026-01-05", "1", "KRW"))  # fmt: skip
    done = bring(written(tmp_path, "orders.csv", csv_text(rows)))
    bob = Identifier.objects.get(value="bob-2@example.com").person_id
    assert bob is not None
    assert erased([bob])["imports"] == 2
    kept = b"".join(path.read_bytes() for path in places.folder_of(done.id).rglob("*") if path.is_file())
    assert b"bob-2@example.com" not in kept
    assert orders() == [("o-1", 1, False)]
