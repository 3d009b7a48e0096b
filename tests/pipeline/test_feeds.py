"""Batches of other institutions become cases, each reference one, however they come (P3)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import PermanentError
from domain.vocabulary import CaseKind, Channel, MessageState
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.feeds import feed_account
from pipeline.fetch import fetch_once
from store.models import Case
from tests.fakes import Clock, add_account
from tests.pipeline.feeding import (
    THREE,
    batch,
    cases,
    drop,
    feed,
    messages,
    notices,
    poll_all,
    row,
    sample,
    take_in,
)
from tests.pipeline.looking import kinds


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


def test_an_account_of_another_channel_is_no_feed(desk: Desk) -> None:
    add_account(desk, Channel.SMS, "sms")
    for name in ("sms", "yok"):
        with pytest.raises(PermanentError, match=r"no_feed|no_account"):
            feed_account(desk, name)
