"""From a scan in a folder or a gateway's mail to a case with its words (P1, P2)."""

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from config.accounts import seal
from connectors.base import Parsing, PollConnector
from connectors.email import EMAIL
from connectors.post import POST
from connectors.registry import CONNECTORS
from domain.vocabulary import Channel, Direction, HealthState, Medium, MessageState
from pipeline.accept import Intake, accept
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.fetch import fetch_once
from pipeline.read import read_batch
from router.assignment import ReviewReason
from store.models import Case
from store.records import Account
from tests.connectors.scans.conftest import turkish
from tests.connectors.scans.rendering import encoded, page
from tests.fakes import process_all
from tests.pipeline.looking import case_of, notices_of
from tests.pipeline.scanning import LETTER, MOBILE, messages

__all__ = ["turkish"]


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
