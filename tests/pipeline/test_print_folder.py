"""Letters: a PDF in the print folder for whom nothing else reaches; and what is told of lost files (T7)."""

from pathlib import Path

import pypdfium2
import pytest

from config.taxonomy import load_taxonomy
from domain.errors import NotConfiguredError, PermanentError
from domain.messages import Attachment, InboundMessage
from domain.notices import Rendered
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, Confidentiality, Medium, NotificationState
from notifier.contracts import Outgoing
from notifier.letter import LetterTransport
from pipeline.clock import NOTICE_ABANDONED_AFTER, release_notices
from pipeline.delivery import note_failure
from pipeline.desk import Desk
from store.models import OutboxEntry
from tests.fakes import RUBBISH, Clock, make_message
from tests.pipeline.looking import case_from, case_of, notices_of, send_all, take_in

ADDRESS = {"postal_address": "Örnek Sokağı No: 5\n34710 Kadıköy / İstanbul"}
MAIL = Urn("mailto", "vatandas@eposta.example")


def visitor(**given: object) -> InboundMessage:
    """Somebody at a contact point, with a postal address alone."""
    values: dict[str, object] = {
        "channel": Channel.CONTACT_POINT,
        "sender": None,
        "sender_name": "Örnek Vatandaş",
        "headers": ADDRESS,
    }
    return make_message(**values | given)


def printed(desk: Desk) -> list[Path]:
    return sorted(desk.settings.letters.glob("*")) if desk.settings.letters.exists() else []


def words(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)


def outbox(desk: Desk) -> list[OutboxEntry]:
    with desk.uow() as uow:
        return uow.outbox.latest()[::-1]


def test_whom_nothing_else_reaches_is_written_a_letter_with_both_numbers(desk: Desk) -> None:
    [came] = take_in(desk, visitor())
    send_all(desk)
    case = case_of(desk, came)
    assert case is not None
    [path] = printed(desk)
    shown = words(path)
    for text in ("Örnek Vatandaş", "Örnek Sokağı No: 5", "34710 Kadıköy / İstanbul", case.number):
        assert text in shown
    assert desk.keyring.decrypt(case.security_number) in shown
    assert "23 Kasım 2026" in shown
    [notice] = [n for n in notices_of(desk, case) if n.automatic]
    assert (notice.medium, notice.state, notice.gateway_id) == (
        Medium.LETTER,
        NotificationState.SENT,
        path.name,
    )
    assert path.name == f"20261123-120000-n{notice.id}.pdf"
    assert path.stat().st_mode & 0o077 == 0
    [entry] = [entry for entry in outbox(desk) if entry.medium == Medium.LETTER]
    assert entry.headers == {"File": path.name}
    assert case.number in entry.text


@pytest.mark.parametrize(
    ("label", "given", "medium"),
    [
        ("an e-mail address is known", {"contacts": [MAIL]}, Medium.EMAIL),
        ("a mobile number is known", {"contacts": [Urn("tel", "+905320000001")]}, Medium.SMS),
        ("nothing is known", {"headers": {}}, None),
        ("a restricted matter is in no letter that others open", {"text": "RESTRICTED"}, None),
        ("but in one to who wrote a letter", {"text": "RESTRICTED", "channel": Channel.POST}, Medium.LETTER),
    ],
)
def test_a_letter_is_the_last_resort(
    desk: Desk, label: str, given: dict[str, object], medium: Medium | None
) -> None:
    if given.get("text") == "RESTRICTED":
        given = {**given, "headers": {**ADDRESS, "topic": restricted_topic()}, "text": RUBBISH}
    case = case_from(desk, visitor(**given))
    if "topic" in dict(given.get("headers", {})):  # type: ignore[call-overload]
        assert case.confidentiality == Confidentiality.RESTRICTED
    assert [n.medium for n in notices_of(desk, case) if n.automatic] == ([medium] if medium else []), label


def restricted_topic() -> str:
    topics = load_taxonomy().topics.values()
    return next(topic.code for topic in topics if topic.confidentiality is Confidentiality.RESTRICTED)


def test_a_mail_that_bounces_becomes_a_letter_and_the_history_says_so(desk: Desk, clock: Clock) -> None:
    [came] = take_in(desk, visitor(contacts=[MAIL]))
    with desk.uow() as uow:
        uow.citizens.mark_undeliverable(str(MAIL), clock())
        uow.commit()
    case = case_of(desk, came)
    [notice] = [n for n in notices_of(desk, case) if n.automatic]
    with desk.uow() as uow:
        row = uow.notifications.get(notice.id or 0)
        assert row is not None
        assert note_failure(desk, uow, row, "bounced", clock())
        uow.commit()
        events = uow.cases.history(row.case_id or 0)
    assert [e.detail["next"] for e in events if e.kind == CaseEventKind.NOTICE_FAILED] == [Medium.LETTER]
    send_all(desk)
    assert len(printed(desk)) == 1


def test_a_worker_that_dies_after_writing_prints_no_second_letter(desk: Desk, clock: Clock) -> None:
    take_in(desk, visitor())
    send_all(desk)
    [path] = printed(desk)
    notice_id = int(path.stem.rpartition("-n")[2])
    with desk.uow() as uow:  # as if it had died before it could record that
        row = uow.notifications.get(notice_id)
        assert row is not None
        row.state, row.claimed_at, row.sent_at = NotificationState.SENDING, clock(), None
        uow.commit()
    clock.step(seconds=NOTICE_ABANDONED_AFTER.total_seconds() + 1)
    release_notices(desk)
    send_all(desk)
    assert printed(desk) == [path]


OUTGOING = Outgoing(
    our_id="n7",
    recipient=Urn("letter", "Ad|Örnek Sokağı 5|Kadıköy"),
    rendered=Rendered(text="Bir\nsatır\n\nİki", subject="Konu", facts={"number": "2026-0001234-5"}),
)


def test_half_a_letter_is_never_seen_and_a_dead_writers_half_is_no_obstacle(
    tmp_path: Path, clock: Clock
) -> None:
    transport = LetterTransport(tmp_path, clock)
    (tmp_path / ".20261123-120000-n7.pdf.half").write_bytes(b"%PDF half")
    name = transport.send(OUTGOING)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    clock.step(hours=1)
    assert transport.send(OUTGOING) == name


def test_a_letter_without_an_address_is_refused_for_good(tmp_path: Path, clock: Clock) -> None:
    nobody = Outgoing(our_id="n8", recipient=MAIL, rendered=OUTGOING.rendered)
    with pytest.raises(PermanentError, match="postal address"):
        LetterTransport(tmp_path, clock).send(nobody)


def test_a_folder_that_cannot_be_written_waits_for_an_operator(tmp_path: Path, clock: Clock) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(NotConfiguredError, match="print folder cannot be written"):
        LetterTransport(blocked / "yazdir", clock).send(OUTGOING)
    assert list(tmp_path.iterdir()) == [blocked]


LOST = Attachment(name="tatil.mp4", media_type="video/mp4", content=None, note="larger than 20 MB")
KEPT = Attachment(name="foto.jpg", media_type="image/jpeg", content=b"\xff\xd8jpeg")


@pytest.mark.parametrize(
    ("label", "sender", "words"),
    [
        ("by mail", MAIL, "Şu dosyalarınız alınamadı: tatil.mp4."),
        ("by SMS", Urn("tel", "+905320000001"), "Bir dosyanız alınamadı."),
    ],
    ids=["mail", "sms"],
)
def test_a_file_that_could_not_be_taken_is_told_in_the_receipt_t7(
    desk: Desk, label: str, sender: Urn, words: str
) -> None:
    files = (LOST, KEPT)
    take_in(desk, make_message(channel=Channel.WEBFORM, sender=sender, attachments=files, subject=None))
    send_all(desk)
    assert words in outbox(desk)[0].text, label
    assert "foto.jpg" not in outbox(desk)[0].text
