"""Who calls our own interfaces: an app or another system, known by its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from config.accounts import unseal
from connectors.guards import same
from connectors.mobile.settings import MobileSettings
from domain.errors import ConnectionFailedError, NotConfiguredError
from pipeline.desk import Desk
from pipeline.seed import DEVELOPMENT_KEY, MOBILE_ACCOUNT
from web.services import Services


@dataclass(frozen=True, kw_only=True)
class Interface:
    """The account behind both interfaces."""

    account_id: int
    settings: MobileSettings


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whose key was shown: `client` is the key's name."""

    account_id: int
    client: str
    settings: MobileSettings


def interface(served: Services) -> Interface:
    """The account's settings. Raises ConnectionFailedError while they cannot be used."""
    found = served.reception.accounts.get(MOBILE_ACCOUNT)
    if found is None:
        raise ConnectionFailedError("the mobile interfaces have no account, or it is switched off")
    account = found.account
    try:
        settings = unseal(MobileSettings, account.settings, account.secrets, served.desk.keyring)
    except NotConfiguredError as error:
        raise ConnectionFailedError(f"the account {account.name} cannot be used: {error}") from error
    assert isinstance(settings, MobileSettings)  # noqa: S101 - tells mypy what unseal was asked for
    return Interface(account_id=account.id, settings=settings)


def caller(served: Services, key: str) -> Caller | None:
    """Who shows this key, or None. Raises ConnectionFailedError as `interface` does."""
    found = interface(served)
    name = found.settings.caller(key.strip()) if key.strip() else None
    if name is None or not _counts(served.desk, key.strip()):
        return None
    return Caller(account_id=found.account_id, client=name, settings=found.settings)


def _counts(desk: Desk, key: str) -> bool:
    # A desk that was set up for development and then went live must not keep the door of the manual open.
    return desk.settings.development or not same(key, DEVELOPMENT_KEY)


def allowed_origin(request: Request, served: Services, settings: MobileSettings) -> bool:
    """Whether the page that calls may: no page (an app, a server), one of our own, or a configured one."""
    origin = request.headers.get("origin")
    if origin is None:
        return True
    parts = urlsplit(served.desk.settings.public_url)
    own = (f"{parts.scheme}://{parts.netloc}", str(request.base_url).rstrip("/"))
    return origin in own or origin in settings.origins


def cors(request: Request, settings: MobileSettings) -> Mapping[str, str]:
    """The headers by which a browser lets a configured page read the answer (Fetch standard, 3.2)."""
    origin = request.headers.get("origin", "")
    if origin not in settings.origins:
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST, DELETE",
        "Access-Control-Allow-Headers": "Authorization, Citizen-Token, Content-Type, Idempotency-Key, Prefer",
        "Access-Control-Expose-Headers": "Location, Retry-After",
        "Access-Control-Max-Age": "600",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Origin",
    }
