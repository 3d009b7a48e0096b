"""`beyazmasa parse --json` on whatever lies in a file: one object a line, never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from domain.vocabulary import Channel, Verdict
from tests.cli.conftest import Run

BEYAZMASA = str(Path(sys.executable).with_name("beyazmasa"))
_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_MAYBE = {"type": ["string", "null"]}
_SPAN = {"type": "array", "prefixItems": [{"type": "integer"}] * 2, "minItems": 2, "maxItems": 2}
_FILE = {
    "type": "object",
    "properties": {
        "name": _TEXT,
        "media_type": _TEXT,
        "size": {"type": "integer", "minimum": 0},
        "sha256": {"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        "inline": {"type": "boolean"},
    },
    "required": ["name", "media_type", "size", "sha256", "inline"],
}
_MESSAGE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "channel": {"enum": list(Channel)},
        "external_id": _TEXT,
        "sender": _MAYBE,
        "sender_name": _MAYBE,
        "sent_at": _MAYBE,
        "subject": _MAYBE,
        "text": _TEXT,
        "html_text": _MAYBE,
        "quoted_spans": {"type": "array", "items": _SPAN},
        "attachments": {"type": "array", "items": _FILE},
        "in_reply_to": _MAYBE,
        "references": _TEXTS,
        "verdict": {"enum": list(Verdict)},
        "charset": _MAYBE,
        "delivery_reports": {"type": "array", "items": {"type": "object"}},
    },
}
_MESSAGE["required"] = list(_MESSAGE["properties"])
SCHEMA = Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "file": _TEXT,
            "messages": {"type": "array", "items": _MESSAGE},
            "error": _MAYBE,
        },
        "required": ["file", "messages", "error"],
        "additionalProperties": False,
    }
)
"""The promise of the command, as issue trackers and scripts may rely on it."""

LETTER = (
    "From: =?utf-8?B?QXnFn2U=?= <ayse@posta.example>\r\nTo: masa@buyuksehir.example\r\n"
    "Message-ID: <a@posta.example>\r\nIn-Reply-To: <b@posta.example>\r\nReferences: <c@x.example>\r\n"
    "Subject: =?utf-8?B?w4fDtnA=?=\r\nDate: Mon, 23 Nov 2026 12:00:00 +0300\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="s"\r\n\r\n--s\r\nContent-Type: text/html; charset=utf-8\r\n'
    "\r\n<p>Çöp <b>alınmıyor</b> 🚮</p>\r\n--s\r\nContent-Type: image/jpeg\r\n"
    'Content-Disposition: attachment; filename="çöp.jpg"\r\n\r\nfoto\r\n--s--\r\n'
).encode()
_DEPTHS = range(200)
DAMAGED = {
    "nothing": b"",
    "blanks": b" \r\n\r\n\t",
    "zeros": bytes(3000),
    "noise": Random(1).randbytes(5000),
    "headless": b"\r\n\r\nyalniz govde",
    "cut": LETTER[: len(LETTER) // 2],
    "surrogates": "Subject: \udcfe\udce7\r\n\r\n\udcff".encode("utf-8", "surrogateescape"),
    "one-long-line": b"Subject: " + b"a" * 300_000,
    "many-headers": b"X: y\r\n" * 20_000 + b"\r\nsu",
    "deep": b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(200)
    ),
    "json": b'{"message_id": [1, {"a": null}], "MessageSid": 5, "update_id": {}, "entry": [[]]}',
    "json-list": b'[[], {}, 1, null, "\\ud83d"]',
    "form": b"MessageSid=&From=%ff%fe&Body=%00&NumMedia=99999999999999999999",
    "not-utf-8": "Konu: İĞÜŞ\r\n\r\nçğıöşü".encode("cp1254"),
}


def run_parse(channel: Channel, *paths: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [BEYAZMASA, "parse", "--json", "--channel", channel, *map(str, paths)]
    return subprocess.run(command, capture_output=True, env=os.environ | environment, check=False)


def rows(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """What it printed, each line as the schema has it."""
    found = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    for row in found:
        SCHEMA.validate(row)
    return found


@pytest.fixture
def damaged(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in DAMAGED]
    for path in paths:
        path.write_bytes(DAMAGED[path.name])
    return paths


@pytest.mark.parametrize("channel", list(Channel))
def test_whatever_the_bytes_each_file_is_one_object_and_nothing_breaks(
    channel: Channel, damaged: list[Path], run: Run
) -> None:
    done = run("parse", "--json", "--channel", channel, *damaged)
    assert (done.status, done.err) == (1, "")
    found = done.rows
    for row in found:
        SCHEMA.validate(row)
    assert [row["file"] for row in found] == [str(path) for path in damaged]
    assert found[0]["error"]
    assert all(row["error"] is None or row["messages"] == [] for row in found)


def test_a_whole_letter_is_shown_whole(tmp_path: Path) -> None:
    path = tmp_path / "mektup.eml"
    path.write_bytes(LETTER)
    done = run_parse(Channel.EMAIL, path)
    assert done.returncode == 0
    [row] = rows(done)
    [message] = row["messages"]
    assert message["subject"] == "Çöp"
    assert (message["sender"], message["sender_name"]) == ("mailto:ayse@posta.example", "Ayşe")
    assert "alınmıyor" in message["html_text"]
    assert "🚮" in message["text"]
    assert [file["name"] for file in message["attachments"]] == ["çöp.jpg"]
    assert (message["in_reply_to"], message["references"]) == ("<b@posta.example>", ["<c@x.example>"])


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-9", "utf-8"])
@pytest.mark.parametrize("form", ["--json", ""])
def test_a_terminal_that_cannot_show_a_letter_is_no_reason_to_break(
    tmp_path: Path, encoding: str, form: str
) -> None:
    path = tmp_path / "mektup.eml"
    path.write_bytes(LETTER)
    command = [BEYAZMASA, "parse", *([form] if form else []), str(path)]
    done = subprocess.run(
        command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": encoding}, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    if form:
        [row] = rows(done)
        assert row["messages"][0]["subject"] == "Çöp"


def test_a_file_with_an_odd_name_is_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe7\xf6p-[red]-[bold]-\n.eml"))
    path.write_bytes(LETTER)
    done = run_parse(Channel.EMAIL, path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert rows(done)[0]["messages"][0]["subject"] == "Çöp"
    shown = subprocess.run([BEYAZMASA, "parse", str(path)], capture_output=True, check=False)
    assert (shown.returncode, shown.stderr) == (0, b"")


def test_a_reader_that_stops_listening_ends_it_quietly(tmp_path: Path) -> None:
    path = tmp_path / "mektup.eml"
    path.write_bytes(LETTER)
    line = f"{BEYAZMASA} parse --json {' '.join([str(path)] * 50)} | head -n 1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False)
    assert done.stderr == b""
