"""Tells the web processes that a chat has something new. A bell that nobody heard is no loss: they look now
and then, and the rows are the truth."""

import time
from collections.abc import Callable
from functools import cached_property
from threading import Event

from redis import Redis
from redis.exceptions import RedisError

from pipeline.desk import Desk
from pipeline.log import get_logger

CHANNEL = "beyazmasa:chats"
LINES, TYPING, AGENT_TYPING = "lines", "typing", "agent-typing"
_TIMEOUT_SECONDS = 1.0
_REST_SECONDS = 2.0
Heard = Callable[[str, str], None]
_log = get_logger(__name__)


class ChatBell:
    """Rings and hears by Redis' publish and subscribe."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._rests_until = 0.0

    @cached_property
    def _client(self) -> Redis:
        return Redis.from_url(
            self._url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )

    def ring(self, public_id: str, news: str = LINES) -> None:
        """Tell of news in a chat. Never raises, and holds nobody up while Redis is out."""
        if time.monotonic() < self._rests_until:
            return
        try:
            self._client.publish(CHANNEL, f"{news} {public_id}")
        except RedisError as error:
            self._rests_until = time.monotonic() + _REST_SECONDS
            _log.warning("chat_bell_unheard", error=type(error).__name__)

    def listen(self, heard: Heard, stop: Event) -> None:
        """Call `heard(chat, news)` for every bell until told to stop; an outage of Redis passes."""
        while not stop.is_set():
            try:
                self._listen_once(heard, stop)
            except (RedisError, OSError) as error:
                _log.warning("chat_bell_deaf", error=type(error).__name__)
                stop.wait(_REST_SECONDS)

    def _listen_once(self, heard: Heard, stop: Event) -> None:
        with (
            Redis.from_url(self._url, socket_connect_timeout=_TIMEOUT_SECONDS) as client,
            client.pubsub(ignore_subscribe_messages=True) as bells,
        ):
            bells.subscribe(CHANNEL)
            while not stop.is_set():
                rung = bells.get_message(timeout=0.5)
                if rung and isinstance(rung["data"], bytes):
                    news, _, public_id = rung["data"].decode("utf-8", "replace").partition(" ")
                    heard(public_id, news)


def bell_of(desk: Desk) -> ChatBell:
    """The bell of this process's desk."""
    return desk.part(_bell)


def _bell(desk: Desk) -> ChatBell:
    return ChatBell(desk.settings.redis)
