"""What the mail to a unit carries beside the facts: files as it may see them, positions, linked cases."""

from typing import Any

import pytest

from domain.messages import ALBUM, Attachment, Place
from domain.urn import Urn
from domain.vocabulary import CaseState, Channel, Confidentiality, Medium, ScanState, Template
from pipeline.desk import Desk
from pipeline.notice_values import Content, content_of
from store.models import Case, OutboxEntry
from store.records import DueNotice
from tests.fakes import RUBBISH, add_account, make_message
from tests.pipeline.looking import case_from, case_of, notices_of, send_all, take_in
from tests.pipeline.reviewing import changed
from tests.pipeline.test_pictures import photo
from tests.pipeline.timing import rows_of

MODA = Place(district="Kadıköy", neighbourhood="Caferağa", address="Moda Caddesi")
ME = Urn("mailto", "ben@eposta.example")


def case_for(desk: Desk, **given: Any) -> Case:
    return case_from(desk, make_message(**given))


def mail_to_unit(desk: Desk, case: Case) -> Content:
    [row] = [n for n in notices_of(desk, case) if n.template == Template.ROUTED_TO_UNIT][:1]
    notice = DueNotice(
        id=row.id or 0,
        case_id=case.id,
        medium=Medium.EMAIL,
        recipient=row.recipient,
        template=row.template,
        values=row.values,
        priority=row.priority,
        attempts=0,
        account_id=None,
        message_id=None,
        in_reply_to=None,
        references=(),
        automatic=False,
        correlation_id="",
        due_at=row.due_at,
    )
    with desk.uow() as uow:
        return content_of(desk, uow, notice)


def outbox_text(desk: Desk, recipient: Urn) -> str:
    [entry] = [row for row in rows_of(desk, OutboxEntry) if row.recipient == str(recipient)]
    return str(entry.text)


def file(
    name: str, content: bytes | None, media_type: str = "image/jpeg", note: str | None = None
) -> Attachment:
    return Attachment(name=name, media_type=media_type, content=content, note=note)


def test_photos_leave_without_exif_and_what_cannot_leave_is_named(desk: Desk) -> None:
    original = photo()
    case = case_for(
        desk,
        attachments=[
            file("foto.jpg", original),
            file("foto.heic", photo("HEIF"), "image/heic"),
            file("bozuk.jpg", b"\xff\xd8\xff nothing"),
            file("ses.ogg", b"OggS", "audio/ogg"),
            file("buyuk.mp4", None, "video/mp4", note="too large"),
        ],
    )
    mail = mail_to_unit(desk, case)
    sent = {each.name: each for each in mail.attachments}
    assert list(sent) == ["foto.jpg", "foto.heic.jpg", "ses.ogg"]
    assert all(b"Secret Camera" not in (each.content or b"") for each in sent.values())
    assert (sent["ses.ogg"].content, sent["ses.ogg"].media_type) == (b"OggS", "audio/ogg")
    assert mail.values["left_files"] == "bozuk.jpg, buyuk.mp4"
    with desk.uow() as uow:
        [message] = uow.messages.of_case(case.id or 0)
        kept = uow.messages.attachments([message.id or 0])[0]
    assert desk.blobs.get(kept.sha256 or "") == original, "the original is untouched"


def test_pictures_that_take_too_long_keep_no_mail_from_its_unit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.unit_files.SPENT_SECONDS", 0.0)
    case = case_for(desk, attachments=[file(f"foto-{n}.jpg", photo()) for n in (1, 2, 3)])
    mail = mail_to_unit(desk, case)
    assert [each.name for each in mail.attachments] == ["foto-1.jpg"]
    assert [each["name"] for each in mail.values["linked_files"]] == ["foto-2.jpg", "foto-3.jpg"]


def test_what_the_mail_has_no_room_for_is_behind_a_link(desk: Desk) -> None:
    large = b"OggS" + bytes(1_500_000)
    files = [file(f"{name}.ogg", large, "audio/ogg") for name in ("bir", "iki")]
    kinds = [("public", 1), ("identity_hidden", 0), ("restricted", 0)]
    for degree, linked in kinds:
        desk.settings = desk.settings.model_copy(update={"unit_attached_mb": 2})
        case = case_for(desk, attachments=[*files, file("not.txt", b"kisa", "text/plain")])
        changed(desk, case, confidentiality=degree)
        mail = mail_to_unit(desk, case)
        assert [each.name for each in mail.attachments] == ["bir.ogg", "not.txt"] * linked, degree
        assert len(mail.values["linked_files"]) == linked
    first = mail_to_unit(desk, case_for(desk, attachments=files)).values
    assert first["attachments"] == "bir.ogg"
    [link] = first["linked_files"]
    assert (link["name"], link["size"]) == ("iki.ogg", str(len(large)))
    assert link["file_url"].startswith(f"{desk.settings.public_url}/birim/dosya/file.")


def test_a_chats_bare_photo_goes_as_it_is(desk: Desk) -> None:
    from io import BytesIO

    from PIL import Image

    written = BytesIO()
    Image.new("RGB", (8, 8), "red").save(written, "JPEG")
    mail = mail_to_unit(desk, case_for(desk, attachments=[file("foto.jpg", written.getvalue())]))
    assert mail.attachments[0].content == written.getvalue()


def test_a_file_that_nobody_scanned_stays_with_the_desk(desk: Desk) -> None:
    case = case_for(desk, attachments=[file("ses.ogg", b"OggS", "audio/ogg")])
    with desk.uow() as uow:
        [message] = uow.messages.of_case(case.id or 0)
        [kept] = uow.messages.attachments([message.id or 0])
        uow.files.scanned(kept.id or 0, ScanState.UNSCANNED, "unscanned: away")
        uow.commit()
    mail = mail_to_unit(desk, case)
    assert (mail.attachments, mail.values["left_files"]) == ((), "ses.ogg")


PLACES: list[tuple[str, dict[str, Any], str]] = [
    ("no position", {"place": MODA}, ""),
    ("a position somebody shared", {"place": Place(district="Kadıköy", latitude=40.9, longitude=29.1)},
     "40.90000, 29.10000"),
    ("a photo's, and the topic needs a place", {"attachments": [file("a.jpg", photo())]},
     "40.98700, 29.02500"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "given", "position"), PLACES, ids=[row[0] for row in PLACES])
def test_a_position_is_told_where_it_is_known_and_needed(
    desk: Desk, label: str, given: dict[str, Any], position: str
) -> None:
    told = mail_to_unit(desk, case_for(desk, **given)).values
    assert told["position"] == position
    latitude, _, longitude = position.partition(", ")
    assert told["geo_url"] == (f"geo:{latitude},{longitude}" if position else "")
    assert (f"mlat={latitude}&mlon={longitude}" in told["map_url"]) == bool(position)


def test_a_photos_position_stays_with_the_desk_where_the_topic_needs_no_place(desk: Desk) -> None:
    case = case_for(desk, attachments=[file("a.jpg", photo())])
    with desk.uow() as uow:
        row = uow.cases.get(case.id or 0)
        assert row is not None
        row.topic = None
        uow.session.add(row)
        uow.commit()
    assert mail_to_unit(desk, case).values["position"] == ""


def test_a_unit_is_told_of_neighbouring_cases_unless_a_link_would_give_somebody_away(desk: Desk) -> None:
    first = case_for(desk, sender=ME, place=MODA)
    again = case_for(desk, sender=ME, place=MODA)
    other = case_for(desk, place=MODA)
    hidden = case_for(desk, sender=ME, place=MODA, hide_identity=True)
    assert mail_to_unit(desk, again).values["duplicates"] == first.number
    told = mail_to_unit(desk, other).values
    assert (told["duplicates"], told["same_incident"]) == ("", first.number)
    assert mail_to_unit(desk, hidden).values["duplicates"] == ""
    assert hidden.number not in mail_to_unit(desk, first).values["duplicates"]


def test_what_a_new_case_quotes_of_another_one_is_not_told(desk: Desk) -> None:
    """Who answers a mail about a closed case opens one for another unit, which has no part in the first."""
    hidden = case_for(
        desk, sender=ME, subject="Şoför hakaret etti", text="500T şoförü hakaret etti", hide_identity=True
    )
    assert hidden.confidentiality == Confidentiality.IDENTITY_HIDDEN
    with desk.uow() as uow:
        uow.answers.close([hidden.id or 0], CaseState.RESOLVED, desk.now())
        uow.commit()
    send_all(desk)
    [receipt] = [row for row in notices_of(desk, hidden) if row.template == Template.RECEIVED]
    quoted = f"> {outbox_text(desk, ME)}".replace("\n", "\n> ")
    assert "hakaret" in quoted
    text = f"{RUBBISH}\n\n{quoted}"
    given: dict[str, Any] = {"sender": ME, "text": text, "quoted_spans": [(len(RUBBISH) + 2, len(text))]}
    new = case_for(desk, **given, in_reply_to=receipt.message_id)
    assert (new.id != hidden.id, new.confidentiality) == (True, Confidentiality.IDENTITY_HIDDEN)
    assert mail_to_unit(desk, new).values["text"] == RUBBISH
    forwarded = case_for(desk, **given)
    assert quoted[:20] in mail_to_unit(desk, forwarded).values["text"], "what others wrote may be the matter"


OUR_MAIL = b"Subject: Basvurunuz\r\nX-Beyazmasa-Instance: masa\r\n\r\nGuvenlik numarasi: 407218\r\n"


def test_a_mail_of_ours_that_is_sent_along_stays_with_the_desk(desk: Desk) -> None:
    """It tells the security number, which no unit may know."""
    outlook = b"\xd0\xcf\x11\xe0" + OUR_MAIL.decode().encode("utf-16-le")
    case = case_for(
        desk,
        attachments=[
            file("basvurunuz.eml", OUR_MAIL, "message/rfc822"),
            file("basvurunuz.msg", outlook, "application/octet-stream"),
            file("satici.eml", b"Subject: Fatura\r\n\r\nBorcunuz yok", "message/rfc822"),
        ],
    )
    mail = mail_to_unit(desk, case)
    assert [each.name for each in mail.attachments] == ["satici.eml"]
    assert mail.values["left_files"] == "basvurunuz.eml, basvurunuz.msg"


def test_an_albums_pictures_go_with_the_case_they_open(desk: Desk) -> None:
    account = add_account(desk, Channel.TELEGRAM)
    parts = [
        make_message(
            channel=Channel.TELEGRAM,
            sender=Urn("telegram", "42"),
            text=text,
            headers={ALBUM: "9"},
            attachments=[file(f"{n}.ogg", b"OggS", "audio/ogg")],
        )
        for n, text in enumerate((RUBBISH, "", ""))
    ]
    added = take_in(desk, *parts, account=account)
    case = case_of(desk, added[0])
    assert case is not None
    assert [each.name for each in mail_to_unit(desk, case).attachments] == ["0.ogg", "1.ogg", "2.ogg"]
    due = [n.due_at for n in notices_of(desk, case) if n.template == Template.ROUTED_TO_UNIT]
    assert all(at > desk.now() for at in due), "the mail waits for the pictures that follow"
    assert [n.due_at for n in notices_of(desk, case) if n.template == Template.RECEIVED] == [desk.now()]


def test_the_words_are_those_of_the_last_edit(desk: Desk) -> None:
    from domain.messages import EDITS

    account = add_account(desk, Channel.TELEGRAM)
    chat: dict[str, Any] = {"channel": Channel.TELEGRAM, "sender": Urn("telegram", "42"), "subject": None}
    [first] = take_in(desk, make_message(**chat, external_id="42:1"), account=account)
    take_in(desk, make_message(**chat, text="Düzeltme", headers={EDITS: "42:1"}), account=account)
    case = case_of(desk, first)
    assert case is not None
    assert mail_to_unit(desk, case).values["text"] == "Düzeltme"
