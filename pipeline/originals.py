"""Reads originals, as they came in and again, without a database."""

import traceback

from connectors.base import KnowingOurselves, Parsing
from connectors.registry import CONNECTORS
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage
from domain.vocabulary import Channel


def parse_original(
    channel: Channel, raw: bytes, instance: str = "", parser: Parsing | None = None
) -> list[InboundMessage]:
    """What the program understands of an original; `instance` names the desk whose own mail is a loop, and
    `parser` is an account's own where its settings matter.

    Raises UnreadableMessageError, nothing else.
    """
    try:
        parser = parser or CONNECTORS[channel].parser()
        if instance and isinstance(parser, KnowingOurselves):
            parser = parser.for_instance(instance)
        return list(parser.parse(raw))
    except UnreadableMessageError:
        raise
    except Exception as error:
        # A parser that breaks is a fault of ours; the original must reach quarantine all the same (G4).
        trace = "".join(traceback.format_exception(error))
        raise UnreadableMessageError(f"the parser broke: {type(error).__name__}\n{trace}") from error
