"""What Telegram's refusals mean for us: core.telegram.org/bots/api#making-requests, #responseparameters."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telegram.error import TelegramError

from connectors.http import http_error
from connectors.telegram.values import Json, child, text, whole
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    TransientError,
)

WHO = "Telegram"
_SEND = "sendMessage"
_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "chat_id is empty", "user_id_invalid")


class PolledElsewhereError(TransientError):
    """Somebody else takes this bot's updates: another poller, or a webhook."""


class Refused(TelegramError):
    """An error of ours on its way through the library, which lets its own kind pass unchanged."""

    def __init__(self, error: DeskError, *, migrated_to: int | None = None) -> None:
        super().__init__(type(error).__name__)
        self.error = error
        self.migrated_to = migrated_to


def read_answer(
    method: str, status: int, headers: Mapping[str, str], body: bytes, *, now: datetime
) -> dict[str, Any]:
    """The answer to a call of a method, `ok` and with a `result`. Raises Refused for any other; its error
    says what is wrong and holds none of Telegram's words, which may repeat ours. `now` is aware."""
    answer = _object(body)
    if 200 <= status < 300 and answer.get("ok") is True and "result" in answer:
        return dict(answer)
    if 200 <= status < 300:
        status = whole(answer, "error_code") or 0
    raise _refusal(method, status, headers, body, answer, now)


def _refusal(
    method: str, status: int, headers: Mapping[str, str], body: bytes, answer: Json, now: datetime
) -> Refused:
    words = text(answer, "description").casefold()
    moved = whole(child(answer, "parameters"), "migrate_to_chat_id")
    if status == 409:
        return Refused(_conflict(words))
    if status == 404:
        return Refused(CredentialsRejectedError(f"{WHO} answered 404: unknown token, or wrong base URL"))
    if status == 403 and method == _SEND:
        return Refused(RecipientRejectedError(f"{WHO} answered 403: blocked by this person", stopped=True))
    if status == 400:
        return Refused(_bad_request(method, words), migrated_to=moved)
    general = http_error(status, headers, body, who=WHO, now=now) if status >= 300 else None
    return Refused(general or ConnectionFailedError(f"{WHO} answered something that is not of its API"))


def _conflict(words: str) -> DeskError:
    if "webhook" in words:
        return PolledElsewhereError(f"{WHO} answered 409: a webhook is set for this bot; delete it to poll")
    return PolledElsewhereError(f"{WHO} answered 409: another program polls this bot; there may be one only")


def _bad_request(method: str, words: str) -> DeskError:
    if method == _SEND and any(each in words for each in _NOBODY):
        return RecipientRejectedError(f"{WHO} answered 400: it knows no such chat")
    if method == "setWebhook":
        return NotConfiguredError(
            f"{WHO} answered 400: it does not take the public URL as a webhook; it must be https, with a "
            "public host and port 443, 80, 88 or 8443"
        )
    if method == "getFile" and "too big" in words:
        return PermanentError(f"{WHO} does not hand over files of more than 20 MB")
    return PermanentError(f"{WHO} answered 400 to {method}")


def _object(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
