"""Batches of other institutions become cases, each reference one, however they come (P3)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from config.settings import ISTANBUL
from domain.errors import PermanentError, TransientError, UnreadableMessageError
from domain.messages import Attachment
from domain.urn import Urn
from domain.vocabulary import CaseKind, CaseState, Channel, Direction, HealthState, MessageState, Step
from pipeline import channels
from pipeline.accept import Intake, accept
from pipeline.attempts import record_failure
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.feed_rows import SEQUENCE
from pipeline.feeds import feed_account, import_file
from pipeline.fetch import fetch_once
from pipeline.process import process_batch
from pipeline.replay import replay
from store.models import AccountNews, Case, NotificationRow
from tests.fakes import Clock, add_account, make_message, process_all
from tests.pipeline.feeding import (
    batch,
    cases,
    drop,
    feed,
    messages,
    poll_all,
    quarantined,
    row,
    sample,
    take_in,
)
from tests.pipeline.looking import kinds
from tests.pipeline.looking import take_in as receive

THREE = ["2026-000101", "2026-000102", "2026-000103"]


def news(desk: Desk) -> AccountNews | None:
    with desk.uow() as uow:
        return next((each for each in uow.news.all() if each.subject == SEQUENCE), None)


def notices(desk: Desk, template: str) -> list[NotificationRow]:
    with desk.uow() as uow:
        found = uow.session.scalars(select(NotificationRow).where(col(NotificationRow.template) == template))
        return list(found)


def test_a_dropped_file_becomes_cases_and_is_put_away(desk: Desk, clock: Clock, tmp_path: Path) -> None:
    account = feed(desk, folder=tmp_path / "cimer")
    (tmp_path / "cimer").mkdir()
    drop(tmp_path / "cimer", "gün 1.xlsx", sample("cimer_dates.xlsx"))
    poll_all(desk, account, clock)
    found = cases(desk)
    assert sorted(found) == THREE
    assert {case.channel for case in found.values()} == {Channel.CIMER}
    assert list((tmp_path / "cimer" / "yeni").iterdir()) == []
    [kept] = (tmp_path / "cimer" / "arsiv").rglob("*.xlsx")
    assert kept.read_bytes() == sample("cimer_dates.xlsx")
    whole = messages(desk)[-1]
    assert desk.blobs.get(whole.raw_sha256) == sample("cimer_dates.xlsx")
    assert {m.headers.get("feed_file") for m in messages(desk)[:-1]} == {whole.raw_sha256}


def test_the_same_applications_again_change_nothing(desk: Desk, clock: Clock, tmp_path: Path) -> None:
    account = feed(desk, folder=tmp_path)
    first = take_in(desk, account, sample("cimer_windows_1254.csv"))
    assert (first.rows, first.new) == (3, 4)
    history = {number: kinds(desk, case) for number, case in cases(desk).items()}
    assert take_in(desk, account, sample("cimer_windows_1254.csv")).new == 0
    assert take_in(desk, account, sample("cimer_dates.xlsx")).new == 1  # the file itself is another one
    drop(tmp_path, "yine.csv", sample("cimer_windows_1254.csv"))
    poll_all(desk, account, clock)
    assert {number: kinds(desk, case) for number, case in cases(desk).items()} == history
    assert [m.state for m in messages(desk)] == [MessageState.DONE] * 5


def test_a_reader_that_dies_between_two_slices_loses_and_doubles_nothing(
    desk: Desk, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.feeds.connector.AT_ONCE", 2)
    account = feed(desk, folder=tmp_path, settle_seconds=0)
    drop(tmp_path, "toplu.csv", batch(*(row(f"2026-{n}") for n in range(1, 6))))
    connector = build_connector(desk, account)
    clock.step(seconds=10)
    more = fetch_once(desk, account, connector, None) or fetch_once(desk, account, connector, None)  # type: ignore[arg-type]
    assert more
    assert 0 < len(messages(desk)) < 6
    connector.close()  # type: ignore[attr-defined]
    poll_all(desk, account, clock)
    assert sorted(cases(desk)) == [f"2026-{n}" for n in range(1, 6)]
    assert len(messages(desk)) == 6


def test_a_folder_whose_files_cannot_be_put_away_is_told_and_not_read_over_and_over(
    desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    account = feed(desk, folder=tmp_path, settle_seconds=0)
    for number in (1, 2):
        drop(tmp_path, f"toplu-{number}.csv", batch(row(f"2026-{number}")))
    (tmp_path / "arsiv").mkdir()
    (tmp_path / "arsiv" / f"{clock().astimezone(ISTANBUL):%Y-%m-%d}").write_text("in the way")
    connector = build_connector(desk, account)
    assert not fetch_once(desk, account, connector, None)  # type: ignore[arg-type]
    with desk.uow() as uow:
        found = uow.health.get(account.id, Direction.INBOUND)
    assert found is not None
    assert (found.state, "File exists" in (found.cause or "")) == (HealthState.DEGRADED, True)
    connector.close()  # type: ignore[attr-defined]


def test_bad_rows_lie_in_quarantine_alone_and_each_once(desk: Desk) -> None:
    account = feed(desk)
    done = take_in(desk, account, sample("cimer_bad_rows.csv"))
    assert (done.rows, len(done.faults)) == (2, 5)
    assert sorted(cases(desk)) == THREE[:2]
    assert [entry.error.partition(":")[0] for entry in quarantined(desk)] == [
        f"row {number} of toplu.csv" for number in (3, 4, 5, 6, 7)
    ]
    take_in(desk, account, sample("cimer_bad_rows.csv") + b"\r\n", "ertesi-gun.csv")
    assert len(quarantined(desk)) == 5


def test_a_bad_row_can_be_replayed_once_the_mapping_fits(desk: Desk) -> None:
    account = feed(desk)
    take_in(desk, account, sample("cimer_bad_rows.csv"))
    entry = quarantined(desk)[1].id or 0
    with pytest.raises(UnreadableMessageError, match="is no date"):
        replay(desk, entry)
    channels.change(desk, account, {"mapping": '[columns]\nsubmitted_at = "Kayıt Günü"'})
    replay(desk, entry)
    replay(desk, entry)
    process_all(desk)
    assert sorted(cases(desk)) == [*THREE[:2], "2026-000105"]
    assert len(quarantined(desk)) == 4


def test_a_file_nobody_understood_is_taken_in_once_the_mapping_fits(desk: Desk) -> None:
    account = feed(desk)
    content = sample("cimer_other_columns.csv")
    done = take_in(desk, account, content)
    assert done.faults[0].startswith("toplu.csv: no line names a column Başvuru No")
    [entry] = quarantined(desk)
    with pytest.raises(UnreadableMessageError, match="no line names"):
        replay(desk, entry.id or 0)
    mapping = sample("other_columns.toml").decode()
    channels.change(desk, account, {"mapping": mapping})
    replay(desk, entry.id or 0)
    replay(desk, entry.id or 0)
    process_all(desk)
    assert (sorted(cases(desk)), quarantined(desk)) == (THREE, [])
    assert {m.headers.get("feed_name") for m in messages(desk)[1:]} == {"toplu.csv"}


def test_a_changed_row_is_a_line_in_its_case_s_history_and_no_new_case(desk: Desk) -> None:
    account = feed(desk)
    take_in(desk, account, batch(row("2026-1"), row("2026-2")))
    take_in(desk, account, batch(row("2026-1", Başvuru_Metni="Ek bilgi geldi"), row("2026-2")), "ikinci.csv")
    assert sorted(cases(desk)) == ["2026-1", "2026-2"]
    case = cases(desk)["2026-1"]
    with desk.uow() as uow:
        event = uow.cases.history(case.id or 0)[-1]
        assert len(uow.messages.of_case(case.id or 0)) == 2
    assert (event.kind, event.actor) == ("feed_changed", "cimer")
    assert event.detail["columns"] == ["Başvuru Metni"]
    assert (event.detail["feed_name"], event.detail["feed_row"]) == ("ikinci.csv", "2")
    assert "feed_changed" not in kinds(desk, cases(desk)["2026-2"])


def test_two_versions_of_a_row_in_one_file_are_one_case(desk: Desk) -> None:
    take_in(desk, feed(desk), batch(row("2026-1"), row("2026-1", Başvuru_Metni="İkinci hâli")))
    assert list(cases(desk)) == ["2026-1"]
    assert kinds(desk, cases(desk)["2026-1"])[-1] == "feed_changed"


def test_a_column_that_means_nothing_to_us_may_change_daily(desk: Desk) -> None:
    account = feed(desk)
    content = batch(row("2026-1")).decode("windows-1254")
    head, line, _ = content.split("\r\n")
    for days in (3, 2):
        take_in(desk, account, f"{head};Kalan Gün\r\n{line};{days}\r\n".encode())
    assert "feed_changed" not in kinds(desk, cases(desk)["2026-1"])


WITHDRAWN = [
    ("withdrawn in the institution", "GERİ ÇEKİLDİ", CaseState.REJECTED),
    ("answered there", "Cevaplandı", CaseState.RESOLVED),
    ("a word nobody mapped", "Müdürlükte", None),
]


@pytest.mark.parametrize(("label", "word", "expected"), WITHDRAWN, ids=[each[0] for each in WITHDRAWN])
def test_what_ends_in_the_institution_ends_here(
    desk: Desk, label: str, word: str, expected: CaseState | None
) -> None:
    account = feed(desk)
    take_in(desk, account, batch(row("2026-1")))
    before = cases(desk)["2026-1"].state
    take_in(desk, account, batch(row("2026-1", Durum=word)))
    case = cases(desk)["2026-1"]
    assert case.state == (expected or before), label
    reopened = bool(expected) and reopen(desk, case)
    take_in(desk, account, batch(row("2026-1", Durum=word)))  # the same row undoes nobody's decision
    assert cases(desk)["2026-1"].state == (CaseState.REOPENED if reopened else before)


def reopen(desk: Desk, case: Case) -> bool:
    state = CaseState(case.state)
    with desk.uow() as uow:
        moved = uow.cases.move(case.id or 0, state, CaseState.REOPENED, actor="a", why="", now=desk.now())
        uow.commit()
    return moved


def test_what_ended_before_this_desk_heard_of_it_opens_nothing_until_it_is_open_again(desk: Desk) -> None:
    account = feed(desk)
    take_in(desk, account, batch(row("2026-1", Durum="İptal edildi"), row("2026-2")))
    assert list(cases(desk)) == ["2026-2"]
    assert quarantined(desk) == []
    take_in(desk, account, batch(row("2026-1", Durum="Yeni")))
    assert sorted(cases(desk)) == ["2026-1", "2026-2"]


def test_two_rows_of_what_had_ended_before_do_not_wait_for_each_other(desk: Desk) -> None:
    account = feed(desk)
    import_file(
        desk, account, "toplu.csv", batch(row("2026-1", Durum="İptal"), row("2026-1", Durum="İptal edildi"))
    )
    for _ in range(4):
        process_batch(desk)
    assert [m.state for m in messages(desk)] == [MessageState.DONE] * 3
    assert cases(desk) == {}


def test_an_ended_row_does_not_keep_workers_busy_while_an_earlier_one_waits_for_its_next_try(
    desk: Desk, clock: Clock
) -> None:
    account = feed(desk)
    import_file(desk, account, "toplu.csv", batch(row("2026-1"), row("2026-1", Durum="İptal")))
    record_failure(desk, messages(desk)[0].id or 0, Step.PROCESS, TransientError("of a moment"))
    assert process_batch(desk) == 2
    assert process_batch(desk) == 0
    clock.step(minutes=5)
    process_all(desk)
    clock.step(seconds=6)
    process_all(desk)
    assert cases(desk)["2026-1"].state == CaseState.REJECTED


def test_a_row_that_opens_and_ends_in_one_file_is_opened_and_ended(desk: Desk) -> None:
    take_in(desk, feed(desk), batch(row("2026-1"), row("2026-1", Durum="İptal")))
    assert cases(desk)["2026-1"].state == CaseState.REJECTED


def test_the_database_holds_a_second_case_of_a_reference_off(desk: Desk) -> None:
    take_in(desk, feed(desk), batch(row("2026-1")))
    values = cases(desk)["2026-1"].model_dump() | {"id": 999, "number": "2026-9999999-9"}
    with desk.uow() as uow:
        uow.session.add(Case(**values))
        with pytest.raises(IntegrityError, match="23505"):
            uow.session.flush()


def test_the_institution_s_own_due_date_counts_where_it_is_stricter(desk: Desk) -> None:
    content = batch(
        row("2026-1", Son_Cevap_Tarihi="01.12.2026"),
        row("2026-2", Son_Cevap_Tarihi="01.06.2027"),
        row("2026-3", Son_Cevap_Tarihi="24.11.2026 08:00"),
    )
    account = feed(desk)
    take_in(desk, account, content)
    found = cases(desk)
    assert found["2026-1"].legal_due_at == datetime(2026, 12, 1, 14, 30, tzinfo=UTC)  # offices close at 17:30
    assert found["2026-2"].legal_due_at < datetime(2027, 1, 1, tzinfo=UTC)
    assert found["2026-3"].due_at == found["2026-3"].legal_due_at == datetime(2026, 11, 24, 5, tzinfo=UTC)
    take_in(desk, account, batch(row("2026-2", Son_Cevap_Tarihi="30.11.2026")))
    assert cases(desk)["2026-2"].legal_due_at == datetime(2026, 11, 30, 14, 30, tzinfo=UTC)


def test_the_kind_is_what_the_institution_says(desk: Desk) -> None:
    said = {
        "2026-1": ("Bilgi Edinme", CaseKind.INFORMATION),
        "2026-2": ("TEŞEKKÜR", CaseKind.THANKS),
        "2026-3": ("Tehlike Bildirimi", CaseKind.DANGER),
    }
    rows = [row(reference, Başvuru_Türü=word) for reference, (word, _) in said.items()]
    take_in(desk, feed(desk), batch(*rows, row("2026-4", Başvuru_Türü="")))
    found = {number: case.kind for number, case in cases(desk).items()}
    assert found.pop("2026-4") not in {kind for _, kind in said.values()}
    assert found == {reference: kind for reference, (_, kind) in said.items()}


@pytest.mark.parametrize("asked", [False, True])
def test_citizens_hear_from_us_only_where_the_feed_says_so(desk: Desk, asked: bool) -> None:
    take_in(desk, feed(desk, notify_citizens=asked), batch(row("2026-1", Telefon="0532 000 00 01")))
    assert len(notices(desk, "received")) == asked


def behak(*numbers: int) -> bytes:
    lines = ["BEHAK No;Başvuru Metni", *(f"2026/{number};Lamba yanmıyor" for number in numbers)]
    return "\n".join(lines).encode()


def test_a_gap_is_told_once_and_so_is_its_end(desk: Desk) -> None:
    desk.settings.operator_email = "operator@buyuksehir.example"
    account = feed(desk, Channel.BEHAK)
    take_in(desk, account, sample("behak_gaps.csv"))
    told = news(desk)
    assert told is not None
    assert told.state == HealthState.DEGRADED
    assert "2026: 4713-4714, 2026: 4717" in told.cause
    take_in(desk, account, behak(4713, 4714))
    told = news(desk)
    assert told is not None
    assert (told.state, "4713" in told.cause, "2026: 4717" in told.cause) == ("degraded", False, True)
    take_in(desk, account, behak(4717))
    told = news(desk)
    assert told is not None
    assert told.state == HealthState.OK
    assert [n.values["state"] for n in notices(desk, "channel_health")] == ["degraded", "ok"]


MAILED = [
    ("from the institution", "CIMER@kurum.example", "liste.CSV", "", True),
    ("from somebody else", "biri@eposta.example", "liste.csv", "", False),
    ("with a file of another name", "cimer@kurum.example", "liste.pdf", "", False),
    ("forged", "cimer@kurum.example", "liste.csv", "mx; dmarc=fail", False),
]


@pytest.mark.parametrize(
    ("label", "sender", "name", "verdict", "fed"), MAILED, ids=[each[0] for each in MAILED]
)
def test_a_mail_brings_a_feed_s_file(
    desk: Desk, label: str, sender: str, name: str, verdict: str, fed: bool
) -> None:
    account = feed(desk, mail_senders="cimer@kurum.example", mail_files="liste*.csv")
    attachment = Attachment(name=name, media_type="text/csv", content=sample("cimer_bad_rows.csv"))
    mail = make_message(
        sender=Urn("mailto", sender), attachments=[attachment], headers={"authentication_results": verdict}
    )
    [message_id] = receive(desk, mail)
    with desk.uow() as uow:
        stored = uow.messages.get(message_id)
    assert stored is not None
    assert (stored.state, stored.case_id is None) == (MessageState.DONE, fed), label
    assert sorted(cases(desk)) == (THREE[:2] if fed else [])
    assert len(quarantined(desk)) == (5 if fed else 0)
    assert {m.account_id for m in messages(desk)[1:]} <= {account.id}


def test_nobody_waits_for_the_rows_of_a_mailed_file(desk: Desk) -> None:
    feed(desk, mail_senders="cimer@kurum.example")
    listed = Attachment(name="liste.csv", media_type="text/csv", content=sample("cimer_windows_1254.csv"))
    account = add_account(desk)
    mail = make_message(sender=Urn("mailto", "cimer@kurum.example"), attachments=[listed])
    accept(desk, Intake(items=[(account, mail), (account, make_message())]))
    process_batch(desk)
    assert [m.state for m in messages(desk)] == [MessageState.READY, MessageState.DONE]
    process_all(desk)
    assert sorted(cases(desk)) == THREE


def test_a_mailed_file_that_is_no_table_lies_in_quarantine(desk: Desk) -> None:
    feed(desk, mail_senders="cimer@kurum.example")
    bad = Attachment(name="liste.xlsx", media_type="", content=b"PK\x03\x04 bozuk")
    receive(desk, make_message(sender=Urn("mailto", "cimer@kurum.example"), attachments=[bad]))
    assert [entry.error for entry in quarantined(desk)] == [
        "liste.xlsx: the archive is damaged: File is not a zip file"
    ]


def test_an_account_of_another_channel_is_no_feed(desk: Desk) -> None:
    add_account(desk, Channel.SMS, "sms")
    for name in ("sms", "yok"):
        with pytest.raises(PermanentError, match=r"no feed|no account"):
            feed_account(desk, name)
