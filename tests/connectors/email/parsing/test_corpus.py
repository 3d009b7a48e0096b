"""Tests 10, 11, 13 and 16 of docs/acceptance.md: each sample mail means what was written beside it."""

from typing import Any

import pytest

from connectors.email.parse import parse_mail
from domain.messages import InboundMessage
from tests.connectors.email.samples.building import Sample
from tests.connectors.email.samples.corpus import CORPUS, QUOTES

_BY_NAME = [pytest.param(sample, id=sample.name) for sample in CORPUS]


def meaning(message: InboundMessage, sample: Sample) -> dict[str, Any]:
    """The fields of a message in the form in which samples state them."""
    return {
        "text": message.text,
        "subject": message.subject,
        "sender": message.sender.path if message.sender else None,
        "sender_name": message.sender_name,
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "charset": message.charset,
        "verdict": message.verdict.value,
        "html": message.html,
        "files": [(f.name, f.media_type, f.content, f.inline) for f in message.attachments],
        "quoted": [message.text[start:end] for start, end in message.quoted_spans],
        "contacts": [urn.path for urn in message.contacts],
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "reports": [
            (r.state.value, r.recipient.path if r.recipient else None, r.our_id, r.permanent)
            for r in message.delivery_reports
        ],
        "kept": {key: message.headers.get(key) for key in sample.kept},
    }


def expected(sample: Sample) -> dict[str, Any]:
    """What the sample says its mail means."""
    names = [name for name in sample.__dataclass_fields__ if name not in ("name", "raw")]
    listed = ("files", "quoted", "contacts", "references", "reports")
    return {name: list(getattr(sample, name)) if name in listed else getattr(sample, name) for name in names}


@pytest.mark.parametrize("sample", _BY_NAME)
def test_a_sample_mail_means_byte_for_byte_what_is_written_beside_it(sample: Sample) -> None:
    message = parse_mail(sample.raw)
    assert meaning(message, sample) == expected(sample)
    assert message.raw == sample.raw


@pytest.mark.parametrize("sample", [pytest.param(sample, id=sample.name) for sample in QUOTES])
def test_what_is_stripped_and_what_is_removed_make_up_the_original(sample: Sample) -> None:
    """Test 16: the full text stays retrievable, stripping is a view (E20)."""
    message = parse_mail(sample.raw)
    pieces, position = [], 0
    for start, end in message.quoted_spans:
        assert position <= start < end <= len(message.text)
        pieces += [message.text[position:start], message.text[start:end]]
        position = end
    pieces.append(message.text[position:])
    assert "".join(pieces) == message.text
    assert message.own_words == "".join(pieces[::2]).strip()


def test_the_corpus_is_large_and_no_name_stands_in_it_twice() -> None:
    names = [sample.name for sample in CORPUS]
    assert len(names) >= 120
    assert len(set(names)) == len(names)
    assert sum(name.startswith("quote: ") for name in names) >= 13
