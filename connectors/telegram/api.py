"""The few calls the desk makes, through python-telegram-bot's `Bot`, synchronous and under a deadline."""

import weakref
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import quote

from telegram import Bot, LinkPreviewOptions
from telegram.error import TelegramError

from connectors.telegram.loop import LoopThread
from connectors.telegram.refusals import WHO, Refused
from connectors.telegram.settings import TelegramSettings
from connectors.telegram.values import Json, text, whole
from connectors.telegram.wire import Wire, answer_box
from domain.errors import ConnectionFailedError, PermanentError

PAGE = 100
"""The most updates one call brings."""
_MAX_CONNECTIONS = 10
_DOWNLOAD_SECONDS = 180.0
"""Twenty megabytes at 1 Mbit/s."""


class _Session:
    """A bot with its connections and the thread they live in. Holds nothing of its owner: it ends with it."""

    def __init__(self, settings: TelegramSettings, now: Callable[[], datetime]) -> None:
        token, api = settings.token.get_secret_value(), settings.base_url
        self.wire = Wire(settings.timeout_seconds, now)
        self.files = f"{api}/file/bot{token}"
        self.bot = Bot(
            token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            request=self.wire,
            get_updates_request=self.wire,
        )
        self.thread = LoopThread("telegram", self.wire.shutdown)


class TelegramApi:
    """One bot's calls. Each raises a DeskError. May be shared by threads."""

    def __init__(self, settings: TelegramSettings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._lock = Lock()
        self._open: _Session | None = None
        self._closing: weakref.finalize[Any, Any] | None = None

    def me(self) -> Json:
        """The bot itself."""
        return _object(self._call(lambda bot: bot.get_me()))

    def webhook_info(self) -> Json:
        """The webhook that is set, and what waits for it."""
        return _object(self._call(lambda bot: bot.get_webhook_info()))

    def set_webhook(self, url: str) -> None:
        """Have updates delivered to the address. What waits already is delivered too (T2)."""
        settings = self._settings
        self._call(
            lambda bot: bot.set_webhook(
                url,
                max_connections=_MAX_CONNECTIONS,
                allowed_updates=settings.allowed_updates,
                secret_token=settings.secret_token.get_secret_value(),
            )
        )

    def updates(self, offset: int | None, seconds: int, *, limit: int = PAGE) -> Sequence[Any]:
        """Updates from the offset on, as JSON values, as soon as there are some, at the latest after so many
        seconds. Those before it are confirmed by that, and forgotten by Telegram."""
        allowed = self._settings.allowed_updates
        found = self._call(
            lambda bot: bot.get_updates(offset=offset, limit=limit, timeout=seconds, allowed_updates=allowed),
            longer=seconds,
        )
        if not isinstance(found, list):
            raise ConnectionFailedError(f"{WHO} answered something else than a list of updates")
        return found

    def send(self, chat: int, words: str) -> tuple[int, int]:
        """Send a text as it stands, without mark-up (T6); the chat it went to, and its number there."""
        try:
            sent = _object(self._call(lambda bot: _sending(bot, chat, words)))
        except _MovedError as moved:  # a group became a supergroup, which has another number
            chat = moved.to
            sent = _object(self._call(lambda bot: _sending(bot, chat, words)))
        return chat, whole(sent, "message_id") or 0

    def download(self, file_id: str, max_bytes: int) -> bytes:
        """A file by its id, from this server alone."""
        path = text(_object(self._call(lambda bot: bot.get_file(file_id))), "file_path")
        session = self._session()
        path = path.removeprefix(session.files).lstrip("/")  # the library makes it an address
        if not path or "://" in path or ".." in path.split("/"):
            raise PermanentError(f"{WHO} names no path for this file that can be fetched")
        # where a local server names a path of its own disk, this asks it over HTTP all the same
        download = session.wire.download(f"{session.files}/{quote(path)}", max_bytes)
        return session.thread.run(download, _DOWNLOAD_SECONDS)

    def close(self) -> None:
        """End running calls and drop connections. Never raises; a later call opens new ones."""
        with self._lock:
            self._open, closing, self._closing = None, self._closing, None
        if closing:
            closing()

    def _session(self) -> _Session:
        with self._lock:
            if self._open is None:
                self._open = _Session(self._settings, self._now)
                # whoever forgets to close leaves no thread behind
                self._closing = weakref.finalize(self, self._open.thread.close)
            return self._open

    def _call(self, method: Callable[[Bot], Awaitable[object]], *, longer: float = 0) -> Any:
        session = self._session()
        try:
            return session.thread.run(
                _answer(method, session.bot), self._settings.timeout_seconds * 2 + longer
            )
        except Refused as refused:
            if refused.migrated_to is not None:
                raise _MovedError(refused.migrated_to) from None
            raise refused.error from None  # whose own cause may name the address
        except TelegramError as error:
            raise ConnectionFailedError(f"{WHO} cannot be reached ({type(error).__name__})") from None


class _MovedError(PermanentError):
    def __init__(self, to: int) -> None:
        super().__init__(f"{WHO} answered 400: this group has another number now")
        self.to = to


async def _answer(method: Callable[[Bot], Awaitable[object]], bot: Bot) -> Any:
    """The method's result as JSON. A good answer is one even if the library cannot make its objects of it: a
    list of updates would never be left behind, a text that was sent would be sent again and again."""
    box: dict[str, Any] = {}
    answer_box.set(box)
    try:
        await method(bot)
    except TelegramError:
        raise
    except Exception as error:
        if "result" not in box:
            raise ConnectionFailedError(f"{WHO} answered something unreadable") from error
    return box["result"]


def _sending(bot: Bot, chat: int, words: str) -> Awaitable[object]:
    return bot.send_message(chat, words, link_preview_options=LinkPreviewOptions(is_disabled=True))


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise ConnectionFailedError(f"{WHO} answered something else than an object")
    return value
