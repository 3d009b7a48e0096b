"""Being called by Telegram: the proof of a call, and keeping the webhook set and watched (T1, T3)."""

import hmac
from datetime import datetime, timedelta

from connectors.base import WebhookRequest
from connectors.telegram.settings import TelegramSettings
from connectors.telegram.values import Json, moment, text, whole
from domain.errors import DeskError, NotConfiguredError, SignatureRejectedError, TransientError

HEADER = "x-telegram-bot-api-secret-token"
_RECENT = timedelta(minutes=10)


def check_call(request: WebhookRequest, settings: TelegramSettings) -> None:
    """Return for a call that holds the secret; raise SignatureRejectedError for any other, and for every call
    where no secret is configured. The comparison is constant in time."""
    expected = settings.secret_token.get_secret_value().encode()
    given = request.headers.get(HEADER, "").encode("utf-8", "replace")
    same = hmac.compare_digest(given, expected)
    if not (expected and same and request.method.upper() == "POST"):
        raise SignatureRejectedError("The call does not hold the secret token")


def foreign(info: Json, url: str) -> DeskError | None:
    """The error when the bot delivers to another address than ours; None when to ours or nowhere."""
    if text(info, "url") in ("", url):
        return None
    return NotConfiguredError("A webhook of another program is set for this bot; delete that one first")


def undelivered(info: Json, now: datetime) -> DeskError | None:
    """The error when messages wait because Telegram has just failed to deliver them (T3)."""
    waiting, failed_at = whole(info, "pending_update_count") or 0, moment(info, "last_error_date")
    if not waiting or failed_at is None or now - failed_at > _RECENT:
        return None
    why = text(info, "last_error_message")[:200]
    return TransientError(f"{waiting} updates wait because Telegram cannot deliver them: {why}")
