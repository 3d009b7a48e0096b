"""The originals in a channel's folder `samples`, and whether they read as its `expected.json` says."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.base import AddressChange, ChannelEvent, Parsing, Received
from domain.errors import UnreadableMessageError
from domain.messages import DeliveryReport, InboundMessage, Unreadable


def expectations(folder: Path) -> dict[str, Any]:
    """What is expected of each original, by the name of its file: a list of messages, or a table of lists
    by what was brought, or a text for one that is refused: `error`, or words of the reason."""
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


def expected_messages(expected: Any) -> list[dict[str, Any]]:
    """The messages that are expected of one original; none of one that is refused."""
    if isinstance(expected, str):
        return []
    messages: list[dict[str, Any]] = expected.get("messages", []) if isinstance(expected, dict) else expected
    return messages


def described(message: InboundMessage, *, notes: bool = False) -> dict[str, Any]:
    """All that an expectation may tell of a message; of its files the notes too, if they are asked for."""
    place = message.place
    return {
        "external_id": message.external_id,
        "sender": str(message.sender) if message.sender else None,
        "sender_name": message.sender_name,
        "recipients": [str(urn) for urn in message.recipients],
        "contacts": [str(urn) for urn in message.contacts],
        "text": message.text,
        "quoted_spans": [list(span) for span in message.quoted_spans],
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "private": message.private,
        "verdict": message.verdict.value,
        "charset": message.charset,
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "place": [place.latitude, place.longitude, place.address] if place else None,
        "attachments": [
            [a.name, a.media_type, a.source, *([a.note] if notes else [])] for a in message.attachments
        ],
        "files": [a.source for a in message.attachments],
        "headers": dict(message.headers),
    }


def reported(report: DeliveryReport) -> dict[str, Any]:
    """The same of a delivery report."""
    return {
        "state": report.state.value,
        "gateway_id": report.gateway_id,
        "our_id": report.our_id,
        "recipient": str(report.recipient) if report.recipient else None,
        "reason": report.reason,
        "permanent": report.permanent,
        "stopped": report.stopped,
        "at": report.at.isoformat() if report.at else None,
    }


def announced(event: ChannelEvent) -> dict[str, Any]:
    """The same of news about the channel itself."""
    at = event.at.isoformat() if event.at else None
    if isinstance(event, AddressChange):
        return {"old": str(event.old), "new": str(event.new), "at": at}
    return {
        "direction": event.direction.value,
        "state": event.state.value,
        "subject": event.subject,
        "cause": event.cause,
        "at": at,
    }


def fits(found: Sequence[dict[str, Any]], expected: Sequence[dict[str, Any]]) -> None:
    """As many as are expected, and each as far as its expectation goes; an id of `sha256:` stands for any."""
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        told = {key: one[key] for key in wanted}
        if wanted.get("external_id") == "sha256:":
            told["external_id"] = told["external_id"][: len("sha256:")]
        assert told == wanted


def reads_as_expected(
    parser: Parsing,
    raw: bytes,
    expected: Any,
    describe: Callable[[InboundMessage], dict[str, Any]] = described,
) -> None:
    """The original is refused for the expected reason, or holds exactly the expected messages."""
    if isinstance(expected, str):
        with pytest.raises(UnreadableMessageError, match=None if expected == "error" else expected):
            parser.parse(raw)
        return
    fits([describe(message) for message in parser.parse(raw)], expected_messages(expected))


def brings_as_expected(
    parser: Parsing,
    brought: Received,
    expected: Any,
    describe: Callable[[InboundMessage], dict[str, Any]] = described,
) -> None:
    """A call brings exactly the expected messages, reports and news, or one item that nobody understands."""
    unreadable = [item for item in brought.items if isinstance(item, Unreadable)]
    if isinstance(expected, str):
        (bad,) = unreadable
        assert [bad] == list(brought.items)
        assert bad.external_id
        assert bad.raw
        with pytest.raises(UnreadableMessageError):
            parser.parse(bad.raw)
        return
    assert not unreadable
    fits([describe(m) for m in brought.items if isinstance(m, InboundMessage)], expected_messages(expected))
    fits([reported(report) for report in brought.reports], expected.get("reports", []))
    fits([announced(event) for event in brought.events], expected.get("events", []))
