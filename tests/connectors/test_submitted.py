"""What the originals of our own pages and interfaces have in common."""

from pathlib import Path

import pytest

from connectors.base import Parsing
from connectors.intake import IntakeParser
from connectors.mobile.connector import MobileParser
from connectors.webform import WebformParser
from domain.vocabulary import Channel

IDS = [
    ("intake", IntakeParser(Channel.CALL_CENTRE), "3rZ0kq9mQx7LwB2c.b500ac1fdac60dc5"),
    ("webform", WebformParser(), "3rZ0kq9mQx7LwB2c.0fd12d9f5ad05c41"),
    ("mobile", MobileParser(), "uygulama.api.1ba972dfbd9283652c9feb34ae6286a9"),
]


@pytest.mark.parametrize(("channel", "parser", "external_id"), IDS, ids=[row[0] for row in IDS])
def test_an_original_read_again_after_an_update_is_the_same_delivery(
    channel: str, parser: Parsing, external_id: str
) -> None:
    """Ids are hashes of the fields in their order: another order would make a second case of a repetition."""
    [message] = parser.parse((Path(__file__).parent / channel / "samples" / "full.json").read_bytes())
    assert message.external_id == external_id
