"""Whatever becomes of the reading, a scan becomes a case; nobody is written to in doubt (P2)."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from connectors.base import TranscribedPage, Transcript
from domain.errors import ConnectionFailedError, NotConfiguredError
from domain.messages import ILLEGIBLE, SCAN, Attachment, InboundMessage
from domain.urn import Urn
from domain.vocabulary import CaseState, Channel, MessageState
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.read import read_batch
from pipeline.words import with_words
from router.assignment import ReviewReason
from tests.fakes import Clock, add_account, make_message, process_all
from tests.pipeline.looking import case_of, notices_of
from tests.pipeline.scanning import LETTER, MOBILE, messages
from tests.pipeline.sources import Source, install


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
