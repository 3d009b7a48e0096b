"""A batch that comes as a mail's file (P3)."""

import pytest

from domain.messages import Attachment
from domain.urn import Urn
from domain.vocabulary import CaseState, MessageState, Verdict
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.process import process_batch
from tests.fakes import add_account, make_message, process_all
from tests.pipeline.feeding import (
    THREE,
    cases,
    feed,
    messages,
    quarantined,
    sample,
)
from tests.pipeline.looking import case_from, case_of, notices_of
from tests.pipeline.looking import take_in as receive

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


MISSED = [
    ("with a file of another name", "liste.pdf", ""),
    ("that its server calls forged", "liste.csv", "mx; dmarc=fail"),
]


@pytest.mark.parametrize(("label", "name", "result"), MISSED, ids=[each[0] for each in MISSED])
def test_a_feed_s_mail_that_brings_nothing_is_for_a_person_to_look_at_however_automatic(
    desk: Desk, label: str, name: str, result: str
) -> None:
    """A whole list of petitions lay among the automatic replies, which nobody looks through."""
    feed(desk, mail_senders="cimer@kurum.example", mail_files="liste*.csv")
    attachment = Attachment(name=name, media_type="text/csv", content=sample("cimer_bad_rows.csv"))
    mail = make_message(
        sender=Urn("mailto", "cimer@kurum.example"),
        attachments=[attachment],
        verdict=Verdict.AUTO_REPLY,
        headers={"authentication_results": result},
    )
    case = case_from(desk, mail)
    assert (case.state, case.needs_review) == (CaseState.IN_REVIEW, True)
    assert [n for n in notices_of(desk, case) if n.recipient == str(mail.sender)] == []


def test_what_a_feed_s_sender_answers_by_a_machine_without_a_file_goes_aside(desk: Desk) -> None:
    feed(desk, mail_senders="cimer@kurum.example")
    away = make_message(sender=Urn("mailto", "cimer@kurum.example"), verdict=Verdict.AUTO_REPLY)
    assert case_of(desk, receive(desk, away)[0]) is None


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
