"""What becomes of personal data in a message: kept whole, its place remembered, masked where it is shown."""

from typing import Any

from structlog.testing import capture_logs

from domain.messages import EDITS, Attachment, InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel, Confidentiality, Medium, Template, Verdict
from notifier.rendering import render
from pipeline.accept import Intake, accept
from pipeline.casefile import casefile
from pipeline.desk import Desk
from pipeline.edits import Wordings
from pipeline.parts import complete_overdue
from pipeline.unit_values import shown_additions
from router.personal_data import LONGEST_TEXT
from store.models import Case, Message
from tests.fakes import RUBBISH, Clock, add_account, make_message, process_all
from tests.pipeline.answering_units import told
from tests.pipeline.looking import case_from, case_of, notices_of, send_all, take_in
from tests.pipeline.test_parts import part, stored, take
from tests.pipeline.test_unit_mail import case_for, mail_to_unit

VALUES = {
    "identity_number": ("10000000146", "*********46"),
    "phone": ("0532 123 45 67", "**** *** ** 67"),
    "plate": ("34 PRS 123", "34 *** *23"),
    "email": ("komsu@eposta.example", "k****@******.example"),
    "iban": ("TR33 0006 1005 1978 6457 8413 26", "TR** **** **** **** **** **13 26"),
}
WORDS = f"{RUBBISH}. " + ", ".join(whole for whole, _ in VALUES.values())


def message_of(desk: Desk, message_id: int) -> Message:
    with desk.uow() as uow:
        row = uow.messages.get(message_id)
    assert row is not None
    return row


def change(desk: Desk, case: Case, **values: Any) -> None:
    with desk.uow() as uow:
        row = uow.cases.get(case.id or 0)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)
        uow.session.add(row)
        uow.commit()


def case_with(desk: Desk, message: InboundMessage) -> tuple[Case, list[Message]]:
    case = case_from(desk, message)
    with desk.uow() as uow:
        return case, uow.messages.of_case(case.id or 0)


def topic_needing(desk: Desk, *needed: str) -> str:
    with desk.uow() as uow:
        topics = uow.taxonomy.topics().values()
    asked = {*needed}
    kinds = {"phone", "plate", "identity_number"}
    return next(topic.code for topic in topics if kinds.intersection(topic.needed) == asked)


def test_the_places_are_kept_with_the_message_and_the_words_stay_whole(desk: Desk) -> None:
    [added] = take_in(desk, make_message(text=WORDS))
    row = message_of(desk, added)
    assert row.text == WORDS
    assert {kind: WORDS[start:end] for kind, start, end in row.personal_spans or []} == {
        kind: whole for kind, (whole, _) in VALUES.items()
    }


def test_who_quotes_a_receipt_shows_its_security_number_to_no_unit_and_no_operator(desk: Desk) -> None:
    """An answer to a closed case opens a new one, whose first message is all of it."""
    receipt = "> Başvuru numarası: 2026-0000001-8\n> Güvenlik numarası: 407218"
    case = case_for(desk, text=f"{RUBBISH}, hâlâ duruyor.\n\n{receipt}")
    assert "407218" not in str(mail_to_unit(desk, case).values)
    for whole in (False, True):
        assert "407218" not in str(casefile(desk, case.number, whole=whole)["messages"])


def test_what_a_citizen_quotes_of_our_mails_is_no_part_of_what_they_added(desk: Desk) -> None:
    """A mail with several updates speaks of other cases, which may be hidden from this one's unit."""
    quoted = "\n\n> Gizli başvurunuz 2026-0000001-8 hakkında: amiriniz uyarıldı, 0532 123 45 67"
    message = make_message(text=f"34 PRS 123 hâlâ duruyor.{quoted}", quoted_spans=((24, 24 + len(quoted)),))
    case, [row] = case_with(desk, message)
    with desk.uow() as uow:
        told = shown_additions(uow, case, [Wordings(message=row)], frozenset())
    assert [each["text"] for each in told] == ["34 *** *23 hâlâ duruyor."]


def test_what_stands_behind_a_very_long_quote_is_masked_too(desk: Desk) -> None:
    quoted = "> bu da var\n" * (LONGEST_TEXT // 10)
    message = make_message(text=f"{quoted}Telefonum {VALUES['phone'][0]}", quoted_spans=((0, len(quoted)),))
    case, [row] = case_with(desk, message)
    with desk.uow() as uow:
        told = shown_additions(uow, case, [Wordings(message=row)], frozenset())
    assert [each["text"] for each in told] == [f"Telefonum {VALUES['phone'][1]}"]


def test_whose_identity_is_hidden_is_not_named_by_their_own_words(desk: Desk) -> None:
    """Complaints are signed: the unit they are about would read by whom."""
    me, signed = Urn("mailto", "ben@eposta.example"), "Saygılarımla\nAyşe YILMAZ"
    hidden = case_for(desk, sender=me, text=f"{RUBBISH}\n{signed}", hide_identity=True)
    send_all(desk)
    added = make_message(sender=me, subject=hidden.number, text=f"Bugün de aynı.\n{signed}", sender_name=None)
    assert case_of(desk, *take_in(desk, added)) is not None
    mails = [told(desk, row)[0] for row in notices_of(desk, hidden) if "unit" in row.values]
    unsigned = "Saygılarımla\n**** ******"
    assert [mail["text"] for mail in mails] == [f"{RUBBISH}\n{unsigned}"] * 2
    assert [each["text"] for mail in mails for each in mail["added"]] == [f"Bugün de aynı.\n{unsigned}"] * 2
    public = case_for(desk, text=f"{RUBBISH}\n{signed}")
    assert "Ayşe YILMAZ" in mail_to_unit(desk, public).values["text"]


ASIDE: list[tuple[str, dict[str, Any]]] = [
    ("words without any", {"text": RUBBISH}),
    ("no words", {"text": ""}),
    ("an answering machine", {"text": RUBBISH, "verdict": Verdict.AUTO_REPLY}),
]


def test_a_message_in_which_nothing_is_found_says_that_somebody_looked(desk: Desk) -> None:
    added = take_in(desk, *(make_message(**given) for _, given in ASIDE))
    for (label, _), message_id in zip(ASIDE, added, strict=True):
        assert message_of(desk, message_id).personal_spans == [], label


SEEN: list[tuple[Confidentiality, tuple[str, ...], set[str]]] = [
    (Confidentiality.PUBLIC, (), set()),
    (Confidentiality.PUBLIC, ("plate",), {"plate"}),
    (Confidentiality.PUBLIC, ("phone",), {"phone"}),
    (Confidentiality.PUBLIC, ("identity_number",), {"identity_number"}),
    (Confidentiality.IDENTITY_HIDDEN, ("plate",), {"plate"}),
    (Confidentiality.IDENTITY_HIDDEN, ("phone",), set()),
    (Confidentiality.IDENTITY_HIDDEN, ("identity_number",), set()),
]


def test_a_unit_reads_unmasked_only_what_its_topic_needs(desk: Desk) -> None:
    case = case_for(desk, text=WORDS)
    for confidentiality, needed, seen in SEEN:
        change(desk, case, topic=topic_needing(desk, *needed), confidentiality=confidentiality)
        text = mail_to_unit(desk, case).values["text"]
        read = {kind for kind, (whole, _) in VALUES.items() if whole in text}
        masked = {kind for kind, (_, hidden) in VALUES.items() if hidden in text}
        assert (read, masked) == (seen, VALUES.keys() - seen), (confidentiality, needed)


def test_every_part_of_a_units_mail_is_masked(desk: Desk) -> None:
    names = ("tc_10000000146.txt", "34PRS123.txt", "05321234567.txt")
    files = [Attachment(name=name, media_type="text/plain", content=b"x") for name in names]
    files.append(
        Attachment(name="komsu@eposta.example.mp4", media_type="video/mp4", content=None, note="gone")
    )
    case = case_for(desk, text=WORDS, subject=WORDS, attachments=files)
    change(desk, case, place={"address": "Moda Cad. 3, tel 0532 123 45 67"})
    content = mail_to_unit(desk, case)
    assert [file.name for file in content.attachments] == [
        "tc_xxxxxxxxx46.txt",
        "34xxxx23.txt",
        "xxxxxxxxx67.txt",
    ]
    mail = render(Template.ROUTED_TO_UNIT, Medium.EMAIL, content.values)
    shown = f"{mail.subject}{mail.text}{mail.html}"
    assert "kxxxx@xxxxxx.example.mp4" in shown
    for whole in (*(whole for whole, _ in VALUES.values()), "34PRS123", "05321234567"):
        assert whole not in shown


def test_the_last_wording_is_masked_by_its_own_places(desk: Desk) -> None:
    account = add_account(desk, Channel.TELEGRAM)
    chat: dict[str, Any] = {"channel": Channel.TELEGRAM, "sender": Urn("telegram", "42"), "subject": None}
    [first] = take_in(desk, make_message(**chat, external_id="42:1"), account=account)
    take_in(
        desk,
        make_message(**chat, text="Beni 0532 123 45 67'den arayın", headers={EDITS: "42:1"}),
        account=account,
    )
    case = case_of(desk, first)
    assert case is not None
    change(desk, case, topic=None)
    assert mail_to_unit(desk, case).values["text"] == "Beni **** *** ** 67'den arayın"


def test_a_message_from_before_is_looked_at_when_it_is_shown(desk: Desk) -> None:
    case = case_for(desk, text=f"{RUBBISH}. TC 10000000146")
    with desk.uow() as uow:
        [row] = uow.messages.of_case(case.id or 0)
        row.personal_spans = None
        uow.session.add(row)
        uow.commit()
    change(desk, case, topic=None)
    assert mail_to_unit(desk, case).values["text"] == f"{RUBBISH}. TC *********46"


def test_a_late_part_has_the_whole_looked_at_again(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1, "Moda'da cop var, tel "), part(3, "'dir"))
    clock.step(minutes=11)
    complete_overdue(desk)
    process_all(desk)
    take(desk, account, part(2, "0532 123 45 67"))
    [row] = stored(desk, account)
    assert row.case_id
    with desk.uow() as uow:
        case = uow.cases.get(row.case_id)
    assert case is not None
    change(desk, case, topic=None)
    [said] = casefile(desk, case.number)["messages"]
    assert said["text"] == "Moda'da cop var, tel **** *** ** 67'dir"


LINES: list[tuple[str, dict[str, Any], str]] = [
    ("a subject", {"subject": "0532 123 45 67 aranmadı"}, "**** *** ** 67 aranmadı"),
    ("the first words", {"subject": None, "text": "TC 10000000146 nolu"}, "TC *********46 nolu"),
    (
        "a number at the end of a long line",
        {"subject": "x" * 110 + " 0532 123 45 67 aranmadı"},
        "x" * 110 + " ****…",
    ),
    ("a long line ends with a word", {"subject": "çukur var " * 20}, "çukur var " * 11 + "çukur…"),
    ("a long word is cut all the same", {"subject": "x" * 200}, "x" * 119 + "…"),
]


def test_the_line_that_a_case_is_listed_by_is_masked(desk: Desk) -> None:
    added = take_in(desk, *(make_message(**given) for _, given, _ in LINES))
    for (label, _, line), message_id in zip(LINES, added, strict=True):
        case = case_of(desk, message_id)
        assert case is not None
        assert case.subject == line, label


def test_whoever_looks_at_a_case_sees_the_whole_only_when_it_is_asked_for(desk: Desk) -> None:
    file = Attachment(name="34PRS123.txt", media_type="text/plain", content=b"x")
    case = case_for(desk, text=WORDS, subject="Tel 0532 123 45 67", attachments=[file])
    [masked] = casefile(desk, case.number)["messages"]
    [whole] = casefile(desk, case.number, whole=True)["messages"]
    assert (masked["subject"], masked["attachments"]) == ("Tel **** *** ** 67", ["34xxxx23.txt (1)"])
    assert all(value not in masked["text"] for value, _ in VALUES.values())
    assert (whole["text"], whole["subject"]) == (WORDS, "Tel 0532 123 45 67")


def test_a_citizens_notices_repeat_nobodys_numbers(desk: Desk) -> None:
    lost = Attachment(name="34PRS123.mp4", media_type="video/mp4", content=None, note="too large")
    case = case_for(desk, text=WORDS, subject="Komşum 0532 123 45 67", attachments=[lost])
    [row] = [n for n in notices_of(desk, case) if n.template == Template.RECEIVED]
    send_all(desk)
    with desk.uow() as uow:
        [sent] = [entry for entry in uow.outbox.latest(10) if entry.recipient == row.recipient]
    assert "**** *** ** 67" in f"{sent.subject}{sent.text}"
    assert "34xxxx23.mp4" in sent.text
    for whole in ("0532 123 45 67", "34PRS123"):
        assert whole not in f"{sent.subject}{sent.text}{sent.html}"


def test_no_word_of_a_message_is_in_the_log_whatever_becomes_of_it(desk: Desk) -> None:
    canary = "kanaryasozu 0532 123 45 67 komsu@eposta.example"
    account = add_account(desk)
    file = Attachment(name="kanaryasozu.jpg", media_type="image/jpeg", content=b"\xff\xd8\xff no picture")
    messages = [
        make_message(text=canary, subject=canary, attachments=[file]),
        make_message(text=canary, verdict=Verdict.AUTO_REPLY),
        make_message(text=canary, headers={"topic": "no-such-topic"}),
    ]
    with capture_logs() as said:
        accept(desk, Intake(items=[(account, message) for message in messages]))
        process_all(desk)
        send_all(desk)
    assert {"accepted", "handled"} <= {line["event"] for line in said}
    for word in canary.split():
        assert word not in str(said) or word.isdigit()
    assert "0532 123" not in str(said)


def test_a_restricted_cases_unit_gets_no_word_of_it(desk: Desk) -> None:
    case = case_for(desk, text=WORDS)
    change(desk, case, confidentiality=Confidentiality.RESTRICTED)
    values = mail_to_unit(desk, case).values
    mail = render(Template.ROUTED_TO_UNIT, Medium.EMAIL, values)
    shown = f"{mail.subject}{mail.text}{mail.html}"
    assert case.number in shown
    assert RUBBISH not in shown
    assert not [1 for whole, masked in VALUES.values() if whole in shown or masked in shown]
