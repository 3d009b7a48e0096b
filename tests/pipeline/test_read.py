"""Step 2: files that a message only names are fetched; one that cannot be had holds up nothing (G12)."""

import hashlib
from collections.abc import Callable, Sequence

import pytest

from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    PermanentError,
    ThrottledError,
)
from domain.messages import Attachment
from domain.vocabulary import MessageState, Queue, Step
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.read import READ_AT_ONCE, read_batch
from store.models import Message, MessageAttachment
from tests.fakes import Bells, Clock, add_account, make_message, process_all
from tests.pipeline.sources import Source, install, raising

PHOTO = b"\xff\xd8\xff a photo"


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """Where the files are."""
    return install(monkeypatch, Source(files={"media/1": PHOTO, "media/2": b"another"}))


def take_in(desk: Desk, *sources: str) -> int:
    files = [Attachment(name="foto.jpg", media_type="image/jpeg", content=None, source=s) for s in sources]
    [added] = accept(desk, Intake(items=[(add_account(desk), make_message(attachments=files))]))
    return added


def read_on(desk: Desk, clock: Clock, times: int = 20) -> None:
    """Read whatever is due, for days."""
    for _ in range(times):
        while read_batch(desk):
            pass
        clock.step(hours=5)


def message(desk: Desk, message_id: int) -> Message:
    with desk.uow() as uow:
        found = uow.messages.get(message_id)
    assert found is not None
    return found


def files(desk: Desk, message_id: int) -> list[MessageAttachment]:
    with desk.uow() as uow:
        return uow.messages.attachments([message_id])


def test_files_are_fetched_kept_by_content_and_the_message_goes_on(desk: Desk, source: Source) -> None:
    added = take_in(desk, "media/1", "media/2")
    assert read_batch(desk) == 1
    first, second = files(desk, added)
    assert (first.sha256, first.size, first.note) == (hashlib.sha256(PHOTO).hexdigest(), len(PHOTO), None)
    assert desk.blobs.get(second.sha256 or "") == b"another"
    assert message(desk, added).state == MessageState.READY
    assert isinstance(desk.ring, Bells)
    assert desk.ring.rung[-2:] == [Queue.INBOUND, Queue.DOCUMENTS]
    assert process_all(desk) == 1


GONE = PermanentError("404 gone")
# What fetching answers, then for ever its last word; how often it is asked; what the file's note says.
FATES: list[tuple[str, Sequence[DeskError | None], int, str | None]] = [
    ("there at once", [None], 1, None),
    ("out twice, then there", [ConnectionFailedError("out"), ThrottledError("busy"), None], 3, None),
    ("gone for good", [GONE], 1, "404 gone"),
    ("out for ever", [ConnectionFailedError("out")], 5, "unreachable"),
    ("a password somebody mends", [CredentialsRejectedError("401"), None], 2, None),
    ("a password nobody mends", [CredentialsRejectedError("401")], 5, "unreachable"),
]


@pytest.mark.parametrize(("label", "answers", "asked", "note"), FATES, ids=[row[0] for row in FATES])
def test_whatever_becomes_of_a_file_its_message_becomes_a_case(
    desk: Desk,
    clock: Clock,
    source: Source,
    label: str,
    answers: Sequence[DeskError | None],
    asked: int,
    note: str | None,
) -> None:
    added = take_in(desk, "media/1")
    source.before_fetch = fate(answers)
    read_on(desk, clock)
    [file] = files(desk, added)
    assert source.fetched == ["media/1"] * asked
    assert (file.note, file.sha256 is None) == (note, note is not None)
    process_all(desk)
    assert message(desk, added).state == MessageState.DONE
    assert message(desk, added).case_id is not None


def fate(answers: Sequence[DeskError | None]) -> Callable[[], object]:
    left = list(answers)

    def happen() -> object:
        answer = left.pop(0) if len(left) > 1 else left[0]
        return raising(answer)() if answer else None

    return happen


class PollsOnly(Source):
    """A source without files."""

    fetch = None  # type: ignore[assignment]


def test_a_channel_that_cannot_fetch_leaves_a_placeholder_too(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, PollsOnly())
    added = take_in(desk, "media/1")
    read_on(desk, clock)
    assert files(desk, added)[0].note == "unreachable"
    assert message(desk, added).state == MessageState.READY


def test_one_file_that_is_gone_takes_no_other_along(desk: Desk, source: Source) -> None:
    added = take_in(desk, "media/1", "media/9", "media/2")
    read_batch(desk)
    assert [file.note for file in files(desk, added)] == [None, "there is no media/9", None]


def test_what_a_refusal_says_is_stored_clean(desk: Desk, source: Source) -> None:
    added = take_in(desk, "media/1")
    source.before_fetch = raising(PermanentError("no \x00 \udcfe"))
    read_batch(desk)
    assert files(desk, added)[0].note == "no  ?"


def test_a_fault_of_ours_is_counted_quarantined_and_holds_up_nobody(
    desk: Desk, clock: Clock, source: Source
) -> None:
    bad, good = take_in(desk, "bad"), take_in(desk, "media/1")
    source.files["bad"] = None  # which the fetcher cannot digest
    read_on(desk, clock)
    assert message(desk, good).state == MessageState.READY
    assert message(desk, bad).state == MessageState.QUARANTINED
    with desk.uow() as uow:
        [(entry, _)] = uow.quarantine.waiting()
    assert (entry.step, entry.attempts) == (Step.READ, desk.settings.max_attempts)


def test_many_are_read_a_few_at_a_time(desk: Desk, source: Source) -> None:
    for _ in range(READ_AT_ONCE + 1):
        take_in(desk, "media/1")
    assert [read_batch(desk), read_batch(desk), read_batch(desk)] == [READ_AT_ONCE, 1, 0]
