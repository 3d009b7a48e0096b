"""What Meta says of our access token ("Debug-Token") and of the page's subscription (F5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.facebook.refusals import WHO, token_sentence
from connectors.facebook.settings import FacebookSettings
from connectors.facebook.values import moment
from domain.errors import ConnectionFailedError, CredentialsRejectedError, DeskError, NotConfiguredError

_WARN = timedelta(days=14)
_MESSENGER = frozenset({"pages_messaging", "pages_manage_metadata"})
_FEED = frozenset({"pages_read_engagement", "pages_read_user_content"})


def token_end(answer: Any, settings: FacebookSettings) -> datetime | None:
    """When the token or its access to data ends, None for never, for a token that serves our page.

    Raises CredentialsRejectedError when it is not valid or lacks a permission, NotConfiguredError when it is
    of another app, page or kind. The text has no word of Meta's.
    """
    data = answer.get("data")
    if not isinstance(data, dict):
        raise ConnectionFailedError(f"{WHO} answered nothing about the access token")
    if data.get("is_valid") is not True:
        raise CredentialsRejectedError(f"{WHO}: {token_sentence(_subcode(data))}")
    if str(data.get("app_id")) != settings.app_id:
        raise NotConfiguredError(f"{WHO}: the access token is of another app than app_id")
    if data.get("type") != "PAGE":
        raise NotConfiguredError(f"{WHO}: this is no page access token")
    if str(data.get("profile_id")) != settings.page_id:
        raise NotConfiguredError(f"{WHO}: the access token is of another page than page_id")
    _check_scopes(data, settings)
    ends = [moment(data.get(name)) for name in ("expires_at", "data_access_expires_at") if data.get(name)]
    return min((end for end in ends if end), default=None)


def ending_soon(until: datetime | None, now: datetime) -> DeskError | None:
    """What an operator is told of a token that ends within two weeks."""
    if until is None or until - now > _WARN:
        return None
    day = until.date().isoformat()
    return NotConfiguredError(f"{WHO}: the access token ends on {day}: authorise the page again")


def check_subscription(answer: Mapping[str, Any], settings: FacebookSettings) -> None:
    """Return when the page sends its messages to our app; raise NotConfiguredError when none ever arrives."""
    apps = answer.get("data")
    ours = [
        app
        for app in (apps if isinstance(apps, list) else ())
        if isinstance(app, dict) and str(app.get("id")) == settings.app_id
    ]
    fields = ours[0].get("subscribed_fields") if ours else None
    if not isinstance(fields, list) or "messages" not in fields:
        raise NotConfiguredError(f"{WHO}: subscribe the app to the page's messages (field `messages`)")


def _check_scopes(data: Mapping[str, Any], settings: FacebookSettings) -> None:
    scopes = data.get("scopes")
    granted = {each for each in scopes if isinstance(each, str)} if isinstance(scopes, list) else set()
    missing = (_MESSENGER | (_FEED if settings.poll_feed else frozenset())) - granted
    if missing:
        raise CredentialsRejectedError(f"{WHO}: the access token lacks {', '.join(sorted(missing))}")


def _subcode(data: Mapping[str, Any]) -> int:
    error = data.get("error")
    subcode = error.get("subcode") if isinstance(error, dict) else None
    return subcode if isinstance(subcode, int) else 0
