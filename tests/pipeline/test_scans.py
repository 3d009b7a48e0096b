"""From a scan in a folder to a case with its words; no failure of reading stands in the way (P1, P2)."""

from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from config.accounts import seal
from connectors.base import Parsing, PollConnector, TranscribedPage, Transcript
from connectors.email import EMAIL
from connectors.post import POST
from connectors.registry import CONNECTORS
from domain.errors import ConnectionFailedError, NotConfiguredError
from domain.messages import ILLEGIBLE, SCAN, Attachment, InboundMessage
from domain.urn import Urn
from domain.vocabulary import CaseState, Channel, Direction, HealthState, Medium, MessageState
from pipeline.accept import Intake, accept
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.fetch import fetch_once
from pipeline.read import read_batch
from pipeline.words import with_words
from router.assignment import ReviewReason
from store.models import Case, Message
from store.records import Account
from tests.connectors.scans.conftest import turkish
from tests.connectors.scans.rendering import encoded, page
from tests.fakes import Clock, add_account, make_message, process_all
from tests.pipeline.looking import case_of, notices_of
from tests.pipeline.sources import Source, install

__all__ = ["turkish"]
LETTER = """Kadıköy Moda Caddesi'nde çöp kutuları taşıyor,
üç gündür çöpler alınmıyor. Gereğini arz ederim.

Ad Soyad: Örnek Şükrü Öğüt
Adres: Çınar Sokağı No: 12 Kadıköy
Telefon: 0532 000 11 22"""
MOBILE = Urn("tel", "+905320001122")


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> Iterator["Office"]:
    made = Office(desk, tmp_path / "posta")
    yield made
    made.reader.close()


class Office:
    """An account of post whose drop folder is there."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        (folder / "yeni").mkdir(parents=True)
        settings, _ = seal(
            POST.settings.model_validate({"folder": folder, "settle_seconds": 0}), desk.keyring
        )
        with desk.uow() as uow:
            added = uow.accounts.add(Channel.POST, "posta", settings, None, desk.keyring.key_id, desk.now())
            uow.commit()
        self.account: Account = added
        built = build_connector(desk, added)
        assert isinstance(built, PollConnector)
        self.reader = built

    def drop(self, text: str, name: str = "mektup.png") -> None:
        (self.folder / "yeni" / name).write_bytes(encoded(page(text), "PNG", dpi=(200, 200)))

    def fetch(self) -> None:
        fetch_once(self.desk, self.account, self.reader, None)

    def names(self, folder: str) -> list[str]:
        inside = [path for path in (self.folder / folder).rglob("*") if not path.is_dir()]
        return [path.name for path in inside if path.name != ".kilit"]


def messages(desk: Desk) -> list[Message]:
    with desk.uow() as uow:
        rows = [uow.messages.get(number) for number in range(1, 50)]
    return [row for row in rows if row]


def case(desk: Desk) -> Case:
    [only] = [row for row in messages(desk) if row.case_id]
    found = case_of(desk, only.id or 0)
    assert found is not None
    return found


@pytest.mark.usefixtures("turkish")
def test_a_letter_in_the_folder_becomes_a_case_with_its_words_and_an_answer(
    desk: Desk, office: Office
) -> None:
    office.drop(LETTER)
    office.fetch()
    [row] = messages(desk)
    assert (row.state, row.text, row.channel) == (MessageState.RECEIVED, "", "post")
    assert (office.names("yeni"), office.names("arsiv")) == ([], ["mektup.png"])
    assert read_batch(desk) == 1
    process_all(desk)
    [row] = messages(desk)
    assert "çöp kutuları taşıyor" in row.text
    assert (row.sender, row.sender_name, row.contacts) == (None, "Örnek Şükrü Öğüt", [str(MOBILE)])
    assert row.headers["postal_address"] == "Çınar Sokağı No: 12 Kadıköy"
    opened = case(desk)
    assert (opened.channel, opened.district) == ("post", "Kadıköy")
    assert ReviewReason.ILLEGIBLE not in opened.reasons
    assert [(n.medium, n.recipient) for n in notices_of(desk, opened) if n.template == "received"] == [
        (Medium.SMS, str(MOBILE))
    ]
    assert desk.blobs.get(row.raw_sha256) == next((office.folder / "arsiv").rglob("*.png")).read_bytes()


def test_a_crash_between_the_claim_and_the_store_and_one_behind_it_make_one_message(
    desk: Desk, office: Office
) -> None:
    office.drop("Işık")
    office.reader.poll("")  # and then nothing more: it was killed
    office.reader.close()
    batch = office.reader.poll("")
    accept(desk, Intake(items=[(office.account.id, item) for item in batch.items]))
    office.reader.close()  # killed before it told the folder
    office.fetch()
    office.drop("Işık", "ikinci.png")  # and the same letter once more
    office.fetch()
    assert len(messages(desk)) == 1
    assert sorted(office.names("arsiv")) == ["ikinci.png", "mektup.png"]
    assert office.names("islemde") == []


def test_what_cannot_be_taken_makes_the_account_s_health_worse_until_it_is_gone(
    desk: Desk, office: Office
) -> None:
    (office.folder / "yeni" / "alt").mkdir()
    states = []
    for _ in range(2):
        office.fetch()
        with desk.uow() as uow:
            health = uow.health.get(office.account.id, Direction.INBOUND)
        assert health is not None
        states.append(health.state)
        (office.folder / "yeni" / "alt").rmdir() if len(states) == 1 else None
    assert states == [HealthState.DEGRADED, HealthState.OK]


class Eyes(Source):
    """Reads scans as it is told to: an answer, or an error, each time, the last one for ever."""

    def __init__(self, *answers: Transcript | Exception) -> None:
        super().__init__()
        self.answers = list(answers)
        self.asked = 0

    def transcribe(self, content: bytes) -> Transcript:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def scan(**given: Any) -> InboundMessage:
    file = Attachment(name="faks.tif", media_type="image/tiff", content=b"II*\x00")
    return make_message(
        text="", sender=None, sender_name=None, attachments=(file,), headers={SCAN: "0"}, **given
    )


def take_in(desk: Desk, *scans: InboundMessage) -> list[int]:
    account = add_account(desk)
    return accept(desk, Intake(items=[(account, each) for each in scans]))


def read_on(desk: Desk, clock: Clock, **step: float) -> None:
    for _ in range(12):
        while read_batch(desk):
            pass
        clock.step(**step)
    process_all(desk)


CLEAR = Transcript(pages=[TranscribedPage(text="Kadıköy'de çöpler alınmıyor", confidence=92)])
UNCLEAR = Transcript(
    pages=[
        TranscribedPage(text="Kadıköy'de çöpler alınmıyor", confidence=92),
        TranscribedPage(text="Tel: 0532 000 11 22", confidence=40, clear=False, picture=b"\x89PNG page"),
    ]
)
# What reading answers, how often it is asked, the words, whether a person must look, the files added.
FATES: list[tuple[str, Sequence[Transcript | Exception], int, str, bool, list[str]]] = [
    ("clear", [CLEAR], 1, "Kadıköy'de çöpler", False, []),
    ("clear at the third try", [ConnectionFailedError("busy")] * 2 + [CLEAR], 3, "Kadıköy'de", False, []),
    ("unclear", [UNCLEAR], 1, "Tel: 0532", True, ["faks-2.png"]),
    ("cut short", [Transcript(pages=CLEAR.pages, problem="too slow")], 1, "Kadıköy'de", True, []),
    ("empty", [Transcript(pages=[TranscribedPage(text="")])], 1, "", True, []),
    ("nothing", [Transcript(problem="no page")], 1, "", True, []),
    ("never again", [ConnectionFailedError("killed")], 5, "", True, []),
    ("a fault of ours", [ValueError("ours")], 5, "", True, []),
]


@pytest.mark.parametrize(
    ("label", "answers", "asked", "words", "looks", "pictures"), FATES, ids=[row[0] for row in FATES]
)
def test_whatever_becomes_of_the_reading_the_letter_becomes_a_case(
    desk: Desk,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    label: str,
    answers: Sequence[Transcript | Exception],
    asked: int,
    words: str,
    looks: bool,
    pictures: list[str],
) -> None:
    eyes = Eyes(*answers)
    install(monkeypatch, eyes)
    [added] = take_in(desk, scan())
    read_on(desk, clock, hours=1)
    opened = case_of(desk, added)
    assert opened is not None
    assert eyes.asked == asked
    assert words in messages(desk)[0].text
    assert (ReviewReason.ILLEGIBLE in opened.reasons) is looks
    assert opened.needs_review or not looks
    assert opened.state == CaseState.IN_REVIEW or not looks
    with desk.uow() as uow:
        files = uow.messages.attachments([added])
    assert [each.name for each in files] == ["faks.tif", *pictures]
    assert all(desk.blobs.get(each.sha256 or "") for each in files)


# For how many hours the data is missing, how often reading is tried at least, whether there are words.
MISSING = [("for a while", 3, True), ("for good", 999, False)]


@pytest.mark.parametrize(("label", "hours", "read"), MISSING, ids=[row[0] for row in MISSING])
def test_a_letter_waits_a_day_for_the_data_to_be_installed_and_holds_up_nobody(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch, label: str, hours: int, read: bool
) -> None:
    missing = NotConfiguredError("install tesseract-ocr-tur")
    eyes = Eyes(*[missing] * hours, CLEAR)
    install(monkeypatch, eyes)
    waiting, other = take_in(desk, scan(), make_message())
    read_batch(desk)
    process_all(desk)
    assert case_of(desk, other) is not None
    row = messages(desk)[0]
    assert (row.state, row.attempts) == (MessageState.RECEIVED, 0)
    assert row.last_error is not None
    assert "install tesseract-ocr-tur" in row.last_error
    read_on(desk, clock, hours=3)
    opened = case_of(desk, waiting)
    assert opened is not None
    assert (ReviewReason.ILLEGIBLE in opened.reasons) is not read


def test_an_address_in_a_letter_is_answered_and_joins_it_to_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = make_message(channel=Channel.SMS, sender=MOBILE, sender_name="Ayşe Yılmaz")
    sms = add_account(desk, Channel.SMS)
    [first] = accept(desk, Intake(items=[(sms, owner)]))
    process_all(desk)
    install(monkeypatch, Eyes(Transcript(pages=[TranscribedPage(text=LETTER, confidence=95)])))
    letters = take_in(desk, scan(), scan())
    read_batch(desk)
    process_all(desk)
    cases = [case_of(desk, each) for each in (first, *letters)]
    citizens = [each.citizen_id for each in cases if each]
    assert len(set(citizens)) == 3
    assert None not in citizens
    with desk.uow() as uow:
        assert [c.urn for c in uow.citizens.contacts(citizens[0] or 0)] == [str(MOBILE)]
        assert [uow.citizens.contacts(each or 0) for each in citizens[1:]] == [[], []]
    assert [n.recipient for n in notices_of(desk, cases[1]) if n.template == "received"] == [str(MOBILE)]


def test_a_fax_machine_is_nobody_s_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Eyes(CLEAR))
    machine = Urn("fax", "+902125550000")
    faxes = take_in(desk, *(make_message(sender=machine, sender_name=name) for name in ("Deniz", "Ege")))
    process_all(desk)
    citizens = [case_of(desk, each) for each in faxes]
    assert len({each.citizen_id for each in citizens if each}) == 2


def doubting(word: str) -> TranscribedPage:
    return TranscribedPage(text=LETTER, confidence=95, doubtful=frozenset({word}))


SURE: list[tuple[str, Callable[[], TranscribedPage], list[Urn]]] = [
    ("sure", lambda: TranscribedPage(text=LETTER, confidence=95), [MOBILE]),
    (
        "a digit in doubt",
        lambda: TranscribedPage(text=LETTER, confidence=95, doubtful=frozenset({"000"})),
        [],
    ),
    ("a page in doubt", lambda: TranscribedPage(text=LETTER, confidence=60, clear=False), []),
    ("another word in doubt", lambda: doubting("çöp"), [MOBILE]),
]


@pytest.mark.parametrize(("label", "seen", "contacts"), SURE, ids=[row[0] for row in SURE])
def test_nobody_is_written_to_at_an_address_that_was_read_in_doubt(
    label: str, seen: Callable[[], TranscribedPage], contacts: list[Urn]
) -> None:
    read = with_words(scan(), [Transcript(pages=[seen()])])
    assert list(read.contacts) == contacts
    assert (ILLEGIBLE in read.headers) is (not seen().clear)


def test_the_powers_that_reading_needs_are_those_of_the_channels_that_bring_scans() -> None:
    from connectors.base import Transcribing

    brings = {each for each in CONNECTORS if isinstance(CONNECTORS[each].parser(), Transcribing)}
    assert brings == {Channel.POST, Channel.FAX}


@pytest.mark.usefixtures("turkish")
def test_a_fax_in_a_gateway_s_mail_becomes_a_case_of_the_fax_channel(desk: Desk) -> None:
    told = EMAIL.settings.model_validate({"fax_senders": ["@gecit.example"]})
    settings, secrets = seal(told, desk.keyring)
    with desk.uow() as uow:
        account = uow.accounts.add(Channel.EMAIL, "posta", settings, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    built = build_connector(desk, account)
    assert isinstance(built, Parsing)
    [fax] = built.parse(_gateway_mail())
    [added] = accept(desk, Intake(items=[(account.id, fax)]))
    read_batch(desk)
    process_all(desk)
    opened = case_of(desk, added)
    assert opened is not None
    assert (opened.channel, opened.district) == ("fax", "Kadıköy")
    [row] = messages(desk)
    assert (row.sender, row.contacts) == ("fax:+902125550000", [str(MOBILE)])
    assert "çöp kutuları taşıyor" in row.text
    assert "fax message" not in row.text


def _gateway_mail() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Fax <fax@gecit.example>"
    mail["Subject"] = "Fax from 0212 555 00 00"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("You have a new fax message.")
    scanned = encoded(page(LETTER), "PDF", resolution=200)
    mail.add_attachment(scanned, maintype="application", subtype="pdf", filename="fax.pdf")
    return mail.as_bytes()
