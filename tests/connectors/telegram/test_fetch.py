"""Files that a message names: T7, G12 of docs/acceptance.md."""

import pytest

from connectors.base import Fetching
from connectors.telegram import TelegramConnector
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    PermanentError,
    ThrottledError,
)
from tests.connectors.building import Build
from tests.connectors.polling import messages
from tests.servers.standin import Answer, Fault, json_answer
from tests.servers.telegram import TelegramServer


def test_a_file_of_a_message_is_fetched_by_its_source(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    assert isinstance(desk, Fetching)
    server.keep_file("F1", b"\x89PNG" * 1000, "photos/dosya 1 ğ.png")
    server.receive("", document={"file_id": "F1", "file_name": "a.png", "mime_type": "image/png"})
    (message,) = messages(desk.poll("").items)
    assert desk.fetch(message.attachments[0].source or "", 10_000) == b"\x89PNG" * 1000


def test_the_size_is_held_to_while_it_streams(desk: TelegramConnector, server: TelegramServer) -> None:
    server.keep_file("F1", b"x" * 300_000)
    with pytest.raises(PermanentError, match="larger than 1000"):
        desk.fetch("F1", 1000)
    assert desk.fetch("F1", 300_000) == b"x" * 300_000


PATHS = [
    ("nothing", None),
    ("an empty one", ""),
    ("another host", "https://evil.example/x"),
    ("one that climbs", "../../etc/passwd"),
    ("one that climbs later", "a/../../x"),
    ("no text", 7),
]


@pytest.mark.parametrize(("label", "path"), PATHS, ids=[r[0] for r in PATHS])
def test_a_path_that_leads_elsewhere_is_not_followed(
    label: str, path: object, desk: TelegramConnector, server: TelegramServer
) -> None:
    found = {"file_id": "F1", "file_unique_id": "u", "file_path": path}
    server.fail_next(Fault(answer=json_answer(200, {"ok": True, "result": found})))
    with pytest.raises(PermanentError):
        desk.fetch("F1", 1000)
    assert len(server.calls) == 1


def test_a_path_of_this_machine_is_asked_for_over_the_network_only(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    found = {"file_id": "F1", "file_unique_id": "u", "file_path": "/etc/hostname"}
    server.fail_next(Fault(answer=json_answer(200, {"ok": True, "result": found})))
    with pytest.raises(PermanentError):
        desk.fetch("F1", 1000)
    assert server.calls[-1].path.endswith("/etc/hostname")


LOOKUPS: list[tuple[str, Fault, type[DeskError]]] = [
    ("an id nobody knows", Fault(answer=json_answer(400, {"ok": False, "description": "wrong file_id"})),
     PermanentError),
    ("too big", Fault(answer=json_answer(400, {"ok": False, "description": "Bad Request: file is too big"})),
     PermanentError),
    ("flood", Fault(answer=json_answer(429, {"parameters": {"retry_after": 4}})), ThrottledError),
    ("silence", Fault(silent=True), ConnectionFailedError),
]  # fmt: skip
DOWNLOADS: list[tuple[str, Fault, type[DeskError]]] = [
    ("gone", Fault(answer=Answer(status=404)), PermanentError),
    ("refused", Fault(answer=Answer(status=401)), CredentialsRejectedError),
    (
        "moved",
        Fault(answer=Answer(status=302, headers={"location": "https://evil.example/"})),
        PermanentError,
    ),
    ("out of order", Fault(answer=Answer(status=502)), ConnectionFailedError),
    ("silence", Fault(silent=True), ConnectionFailedError),
    ("a broken connection", Fault(drop=True), ConnectionFailedError),
]


@pytest.mark.parametrize(("label", "fault", "expected"), LOOKUPS, ids=[r[0] for r in LOOKUPS])
def test_a_look_up_that_fails_has_its_class(
    label: str, fault: Fault, expected: type[DeskError], build: Build, server: TelegramServer
) -> None:
    desk = build(timeout_seconds=1.0)
    server.keep_file("F1", b"x")
    server.fail_next(fault)
    with pytest.raises(expected):
        desk.fetch("F1", 1000)
    assert desk.fetch("F1", 1000) == b"x"


@pytest.mark.parametrize(("label", "fault", "expected"), DOWNLOADS, ids=[r[0] for r in DOWNLOADS])
def test_a_download_that_fails_has_its_class(
    label: str, fault: Fault, expected: type[DeskError], build: Build, server: TelegramServer
) -> None:
    desk = build(timeout_seconds=1.0)
    server.keep_file("F1", b"x")
    found = {"file_id": "F1", "file_unique_id": "u", "file_path": "documents/F1"}
    server.fail_next(Fault(answer=json_answer(200, {"ok": True, "result": found})), fault)
    with pytest.raises(expected):
        desk.fetch("F1", 1000)


def test_a_file_of_more_than_twenty_megabytes_is_a_permanent_error(
    desk: TelegramConnector, server: TelegramServer
) -> None:
    server.keep_file("F1", b"x" * 20_000_001)
    with pytest.raises(PermanentError, match="20 MB"):
        desk.fetch("F1", 30_000_000)
