"""Reads originals, as they came in and again, without a database."""

import traceback
from functools import cache

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
        known = _knowing(instance, parser) if parser else _parser(channel, instance)
        return list(known.parse(raw))
    except UnreadableMessageError:
        raise
    except Exception as error:
        # A parser that breaks is a fault of ours; the original must reach quarantine all the same (G4).
        trace = "".join(traceback.format_exception(error))
        raise UnreadableMessageError(f"the parser broke: {type(error).__name__}\n{trace}") from error


@cache
def _parser(channel: Channel, instance: str) -> Parsing:
    return _knowing(instance, CONNECTORS[channel].parser())


def _knowing(instance: str, parser: Parsing) -> Parsing:
    if instance and isinstance(parser, KnowingOurselves):
        return parser.for_instance(instance)
    return parser
