"""A person gets what the desk keeps of them, whole and readable, and nothing of anybody else."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import text

from domain.errors import UnreadableMessageError
from domain.messages import Attachment
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Channel
from pipeline.citizen_export import export_citizen
from pipeline.citizen_merging import merge_citizens
from pipeline.citizens import citizen_file, set_identity
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from tests.fakes import make_message
from tests.pipeline.looking import case_of, send_all, take_in

ASKED: Any = {"actor": "memur", "why": "ilgilinin isteği"}
MAIL, PHONE = Urn("mailto", "gul@posta.example"), Urn("tel", "+905321234567")
OTHERS = ("baskasi", "Mehmet Başkası", "iç not", "sahte")


@pytest.fixture
def citizen(desk: Desk) -> int:
    """Somebody with a mail and an SMS; in the mail's case others wrote, too."""
    picture = Attachment(name="../çukur.JPG", media_type="image/jpeg", content=b"picture")
    mail = make_message(sender=MAIL, sender_name="Gül Işık", raw=b"From: gul", attachments=(picture,))
    [first] = take_in(desk, mail)
    forged = {"authentication_results": "mx; dmarc=fail"}
    take_in(desk, make_message(sender=MAIL, text="sahte", raw=b"sahte", headers=forged))
    take_in(desk, make_message(sender=Urn("mailto", "baskasi@posta.example"), sender_name="Mehmet Başkası"))
    [second] = take_in(desk, make_message(channel=Channel.SMS, sender=PHONE, subject=None, raw=b"sms"))
    send_all(desk)
    case, other = case_of(desk, first), case_of(desk, second)
    assert case is not None
    assert other is not None
    merge_citizens(desk, case.citizen_id or 0, other.citizen_id or 0, **ASKED)
    set_identity(desk, case.citizen_id or 0, "10000000146", actor="memur")
    answered: dict[str, object] = {"to": CaseState.RESOLVED, "why": "Çukur kapatıldı.", "answer": 1}
    noted: dict[str, object] = {"text": "iç not"}
    with desk.uow() as uow:
        uow.session.execute(
            text("UPDATE messages SET case_id = :case WHERE sender LIKE '%baskasi%'"), {"case": case.id}
        )
        kinds = (CaseEventKind.STATE_CHANGED, answered), (CaseEventKind.UNIT_NOTED, noted)
        uow.cases.record([event(case.id or 0, kind, desk.now(), detail) for kind, detail in kinds])
        uow.commit()
    return case.citizen_id or 0


def test_the_archive_holds_all_of_ones_own_and_nothing_else(desk: Desk, citizen: int, tmp_path: Path) -> None:
    to = tmp_path / "gul.zip"
    done = export_citizen(desk, citizen, to, **ASKED)
    assert done == {"cases": 3, "messages": 2, "notices": done["notices"], "files": 3}
    assert to.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(to) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    sums = held.pop("SHA256SUMS").decode().splitlines()
    assert sums == [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in held.items()]
    assert held["asillar/00001.eml"] == b"From: gul"
    assert held["asillar/00002.bin"] == b"sms"
    assert held["ekler/00001-01.jpg"] == b"picture"
    data = json.loads(held["veri.json"])
    assert data["person"]["name"] == "Gül Işık"
    assert data["person"]["identity_number"] == "10000000146"
    assert [each["urn"] for each in data["contacts"]] == [str(MAIL), str(PHONE)]
    assert data["notices"]
    document = pypdfium2.PdfDocument(held["ozet.pdf"])
    summary = " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    for told in ("Gül Işık", "10000000146", "Çukur kapatıldı.", data["cases"][0]["number"], "../çukur.JPG"):
        assert told in held["veri.json"].decode(), told
        assert told in summary, told
    with desk.uow() as uow:
        sealed = uow.session.scalars(text("SELECT security_number FROM cases")).all()
    secrets = [*OTHERS, *sealed, *(f'"{desk.keyring.decrypt(each)}"' for each in sealed)]
    assert [each for each in secrets if each in held["veri.json"].decode() or each in summary] == []
    assert citizen_file(desk, citizen, **ASKED)["looks"][1]["look"] == "export"


def test_an_archive_is_whole_or_not_there(desk: Desk, citizen: int, tmp_path: Path) -> None:
    to = tmp_path / "gul.zip"
    with desk.uow() as uow:
        [sha256] = uow.session.scalars(text("SELECT sha256 FROM attachments"))
    desk.blobs.remove(sha256)
    with pytest.raises(UnreadableMessageError):
        export_citizen(desk, citizen, to, **ASKED)
    assert list(tmp_path.glob("*gul*")) == []
    to.write_bytes(b"mine")
    with pytest.raises(RefusedError):
        export_citizen(desk, citizen, to, **ASKED)
    assert to.read_bytes() == b"mine"
