"""How much one may chat."""

from datetime import timedelta

from pipeline.limits import Limits, Rule

CONNECTIONS = Rule(name="chat-connections", times=240, window=timedelta(minutes=10))
"""Generous: a mobile operator puts thousands of citizens behind one address, whose phones change networks."""
CHATS = Rule(name="chat-new", times=60, window=timedelta(minutes=10))
LINES = Rule(name="chat-lines", times=20, window=timedelta(minutes=1))
LINES_OF_CLIENT = Rule(name="chat-lines-client", times=300, window=timedelta(minutes=1))
FRAMES, FRAMES_SECONDS = 60, 10.0
"""Of one connection, whatever they say: nobody types or sees so fast."""


def may_speak(limits: Limits, public_id: str, client: str) -> bool:
    """Count one line; whether it may come in."""
    return limits.hit(LINES, public_id) and limits.hit(LINES_OF_CLIENT, client)
