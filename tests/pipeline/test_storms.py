"""Many bad mails at once: a storm of bounces opens nothing, and a heap of hostile mails fits into memory."""

import base64
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest

from config.settings import Settings
from domain.notices import Notification
from domain.thread_tokens import make_message_id
from domain.urn import Urn
from domain.vocabulary import Medium, NotificationState, Template
from pipeline.desk import Desk
from pipeline.ingest import account_for_files, ingest
from pipeline.seed import seed
from tests.fakes import process_all
from tests.pipeline.looking import notices_by_state

_MULTIPART = b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n'
BOUNCES = 10_000
MEGABYTE = 1024 * 1024
DSN = """\
From: Mail Delivery Subsystem <mailer-daemon@posta.example>
To: beyazmasa@buyuksehir.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn-{number}@posta.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="s"

--s
Content-Type: text/plain

The mail could not be delivered.

--s
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.posta.example

Final-Recipient: rfc822; vatandas{number}@posta.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--s
Content-Type: text/rfc822-headers

Message-ID: {message_id}
From: beyazmasa@buyuksehir.example
To: vatandas{number}@posta.example

--s--
"""


def sent_receipts(desk: Desk) -> list[str]:
    """Ten thousand receipts that have left; their Message-IDs."""
    ids = [make_message_id(desk.token_key, "c", f"{n}-0", "buyuksehir.example") for n in range(BOUNCES)]
    owed = [
        Notification(
            medium=Medium.EMAIL,
            recipient=Urn("mailto", f"vatandas{number}@posta.example"),
            template=Template.RECEIVED,
            due_at=desk.now(),
            dedupe_key=f"k{number}",
            message_id=message_id,
        )
        for number, message_id in enumerate(ids)
    ]
    with desk.uow() as uow:
        uow.notifications.owe_fresh([(None, "c", notice) for notice in owed])
        uow.commit()
    with psycopg.connect(desk.settings.database) as connection:
        connection.execute(
            "UPDATE notifications SET state = 'sent', sent_at = %s, gateway_id = message_id", [desk.now()]
        )
    return ids


@pytest.mark.timeout(600)
def test_ten_thousand_bounces_open_no_case_and_fail_ten_thousand_notices(desk: Desk) -> None:
    """E17, test 11."""
    ids = sent_receipts(desk)
    bounces = (DSN.format(number=n, message_id=message_id).encode() for n, message_id in enumerate(ids))
    assert sum(done.new for done in ingest(desk, account_for_files(desk), bounces)) == BOUNCES
    assert process_all(desk) == BOUNCES
    with desk.uow() as uow:
        assert uow.cases.count() == 0
    assert notices_by_state(desk) == {NotificationState.FAILED: BOUNCES}


def hostile() -> list[bytes]:
    """Thirteen of each kind that fills memories elsewhere, and nine of thirty megabytes."""
    head = b"From: vatandas%d@posta.example\r\nMessage-ID: <%d@posta.example>\r\n"
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sifir", bytes(50 * MEGABYTE))
    kinds = [
        _file("application/zip", base64.encodebytes(bomb.getvalue())),
        b'Content-Type: multipart/mixed; boundary="s"\r\n\r\n' + b"--s\r\n\r\nparca\r\n" * 10_000,
        b"".join(_MULTIPART % (n, n) for n in range(100)),
        b"Content-Type: text/html\r\n\r\n" + b'<a href="https://x.example/">y</a>' * 5000,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        b"Subject: " + b"a" * MEGABYTE + b"\r\n\r\nkonu",
        b"Content-Type: text/plain\r\n\r\n" + b"> alinti\r\n" * 100_000,
    ]
    made = [(head + kind.replace(b"%", b"%%")) % (n, n) for n, kind in enumerate(kinds * 13)]
    large = _file("video/mp4", base64.encodebytes(bytes(22 * MEGABYTE)))
    return made + [head % (n, n) + large for n in range(1000, 1009)]


def _file(media_type: str, content: bytes) -> bytes:
    head = f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + content


_MEASURED = r"""
import json, re, sys
from pathlib import Path
from pipeline.desk import get_desk
from pipeline.ingest import account_for_files, ingest, originals
from pipeline.process import process_batch
desk = get_desk()
def peak(): return int(re.search(r'VmHWM:\s+(\d+)', Path('/proc/self/status').read_text())[1]) // 1024
account = account_for_files(desk)
before = peak()
new = sum(done.new for done in ingest(desk, account, originals(Path(sys.argv[1]))))
accepted = peak()
while process_batch(desk): pass
print(json.dumps({"new": new, "before": before, "accepted": accepted, "processed": peak()}))
"""


def test_a_hundred_hostile_mails_at_once_fit_into_memory(
    desk_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E18, test 14: through the desk, at once; each is a case, and the program stays small."""
    desk = Desk(desk_settings)
    seed(desk)
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, raw in enumerate(hostile()):
        (folder / f"{number:03}.eml").write_bytes(raw)
    done = subprocess.run([sys.executable, "-c", _MEASURED, folder], capture_output=True, check=True)
    measured = json.loads(done.stdout)
    print(measured)
    assert measured["new"] == 100
    with desk.uow() as uow:
        assert uow.cases.count() == 100
        assert uow.queue.quarantined() == 0
    desk.engine.dispose()
    assert measured["processed"] - measured["before"] < 250
