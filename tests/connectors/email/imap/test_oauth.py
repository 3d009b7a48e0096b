"""OAuth 2.0 mailboxes: tokens from a provider, both SASL envelopes, refresh tokens that rotate (test 29)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import RotatingSecrets
from connectors.email.connector import EmailConnector
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    ThrottledError,
)
from tests.connectors.email.imap.desk import Desk, numbers
from tests.connectors.polling import sweep
from tests.servers.dovecot import ACCESS_TOKEN
from tests.servers.silent_imap import SilentImap
from tests.servers.token_endpoint import TokenEndpoint


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    """A provider's token endpoint that grants what Dovecot accepts."""
    server = TokenEndpoint(ACCESS_TOKEN)
    yield server
    server.close()


def connector(desk: Desk, endpoint: TokenEndpoint, **changes: Any) -> EmailConnector:
    """A connector that logs in with the endpoint's tokens."""
    usual = {
        "password": None,
        "auth": "xoauth2",
        "oauth_token_url": endpoint.url,
        "oauth_client_id": endpoint.client_id,
        "oauth_client_secret": endpoint.client_secret,
        "oauth_refresh_token": "refresh-1",
        "oauth_scope": "https://posta.example/IMAP offline_access",
    }
    return desk.connector(**(usual | changes))


@pytest.mark.parametrize("auth", ["xoauth2", "oauthbearer"])
def test_mail_is_read_with_an_access_token(desk: Desk, endpoint: TokenEndpoint, auth: str) -> None:
    """The refresh token is exchanged with client, secret and scope (RFC 6749, section 6)."""
    desk.deliver([1])
    assert numbers(sweep(connector(desk, endpoint, auth=auth))[0]) == [1]
    assert endpoint.requests == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-1",
            "client_id": endpoint.client_id,
            "client_secret": endpoint.client_secret,
            "scope": "https://posta.example/IMAP offline_access",
        }
    ]


def test_without_a_refresh_token_the_client_asks_for_itself(desk: Desk, endpoint: TokenEndpoint) -> None:
    """Client credentials (RFC 6749, section 4.4): Microsoft 365's way for programs without a user."""
    desk.deliver([1])
    assert numbers(sweep(connector(desk, endpoint, oauth_refresh_token=None))[0]) == [1]
    assert endpoint.requests[0]["grant_type"] == "client_credentials"


def test_a_rotated_refresh_token_is_handed_out_before_any_mail_is_read(
    desk: Desk, endpoint: TokenEndpoint
) -> None:
    """Test 29: the old one is void; dying before the new one is stored would end the account."""
    endpoint.rotates = True
    desk.deliver([1])
    reader = connector(desk, endpoint)
    assert isinstance(reader, RotatingSecrets)
    first = reader.poll("")
    assert (list(first.items), first.cursor, first.more) == ([], "", True)
    rotated = reader.take_rotated()
    assert rotated == {"oauth_refresh_token": endpoint.refresh_token}
    assert reader.take_rotated() == {}
    reader.close()
    assert numbers(sweep(connector(desk, endpoint, **rotated))[0]) == [1]
    with pytest.raises(CredentialsRejectedError, match="authorised anew"):
        connector(desk, endpoint).poll("")


def test_the_same_process_goes_on_with_the_rotated_token(desk: Desk, endpoint: TokenEndpoint) -> None:
    """The next refresh, an hour later, uses it."""
    endpoint.rotates = True
    desk.deliver([1])
    reader = connector(desk, endpoint)
    items, cursor = sweep(reader)
    reader.close()
    desk.clock.moment += timedelta(hours=2)
    desk.deliver([2])
    more, _ = sweep(reader, cursor)
    assert numbers([*items, *more]) == [1, 2]
    assert [form["refresh_token"] for form in endpoint.requests] == ["refresh-1", "refresh-2"]


def test_an_access_token_is_kept_until_a_minute_before_its_end(desk: Desk, endpoint: TokenEndpoint) -> None:
    """The provider is not asked at every reconnection."""
    reader = connector(desk, endpoint)
    asked = []
    for step in (timedelta(0), timedelta(minutes=58), timedelta(minutes=1, seconds=1)):
        desk.clock.moment += step
        reader.poll("")
        reader.close()
        asked.append(len(endpoint.requests))
    assert asked == [1, 1, 2]


def test_a_token_without_a_lifetime_serves_for_minutes(desk: Desk, endpoint: TokenEndpoint) -> None:
    """`expires_in` is only recommended (RFC 6749, section 5.1)."""
    endpoint.expires_in = None
    reader = connector(desk, endpoint)
    asked = []
    for _ in range(3):
        reader.poll("")
        reader.close()
        desk.clock.moment += timedelta(minutes=3)
        asked.append(len(endpoint.requests))
    assert asked == [1, 1, 2]


def test_a_token_revoked_before_its_time_is_replaced_once(
    desk: Desk, endpoint: TokenEndpoint, relay: SilentImap
) -> None:
    """The mail server's refusal is believed only with a fresh token."""
    desk.deliver([1])
    relay.refuse_logins, relay.refusal = 1, b"[AUTHENTICATIONFAILED] Token expired"
    assert numbers(sweep(connector(desk, endpoint, port=relay.port))[0]) == [1]
    assert len(endpoint.requests) == 2


def test_a_token_the_mail_server_never_takes_is_reported_with_its_reason(
    desk: Desk, endpoint: TokenEndpoint
) -> None:
    """The server's own words, and none of the secrets (G10)."""
    endpoint.access_token = "baska-bir-jeton"
    with pytest.raises(CredentialsRejectedError) as caught:
        connector(desk, endpoint).poll("")
    text = str(caught.value)
    assert "invalid_token" in text or "401" in text
    for secret in ("baska-bir-jeton", "refresh-1", endpoint.client_secret):
        assert secret not in text


def test_a_server_that_does_not_offer_the_mechanism_is_named(
    desk: Desk, endpoint: TokenEndpoint, relay: SilentImap
) -> None:
    """The token is not sent."""
    relay.rewrites = {b" AUTH=XOAUTH2": b""}
    with pytest.raises(NotConfiguredError, match="XOAUTH2"):
        connector(desk, endpoint, port=relay.port).poll("")
    assert relay.logins == 0


ANSWERS: list[tuple[str, int, Mapping[str, Any], type[DeskError]]] = [
    ("revoked", 400, {"error": "invalid_grant"}, CredentialsRejectedError),
    ("secret expired", 401, {"error": "invalid_client"}, CredentialsRejectedError),
    ("consent withdrawn", 400, {"error": "unauthorized_client"}, CredentialsRejectedError),
    ("wrong scope", 400, {"error": "invalid_scope"}, NotConfiguredError),
    ("wrong address", 404, {}, NotConfiguredError),
    ("out of order", 503, {}, ConnectionFailedError),
    ("says so itself", 400, {"error": "temporarily_unavailable"}, ConnectionFailedError),
    ("no token in it", 200, {"token_type": "Bearer"}, ConnectionFailedError),
    ("too often", 429, {}, ThrottledError),
]


@pytest.mark.parametrize(("label", "status", "fields", "expected"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_each_answer_of_the_token_endpoint_is_the_right_error(
    desk: Desk,
    endpoint: TokenEndpoint,
    label: str,
    status: int,
    fields: Mapping[str, Any],
    expected: type[DeskError],
) -> None:
    """Test 29: whether the account must be authorised anew is told apart from a bad moment."""
    endpoint.answer = (status, fields, {"Retry-After": "120"})
    with pytest.raises(DeskError) as caught:
        connector(desk, endpoint).poll("")
    assert type(caught.value) is expected, label
    assert endpoint.client_secret not in str(caught.value)
    if isinstance(caught.value, ThrottledError):
        assert caught.value.retry_after == timedelta(seconds=120)


def test_a_token_endpoint_that_never_answers_is_given_up_in_time(
    desk: Desk, endpoint: TokenEndpoint, silent_server: SilentImap
) -> None:
    """G8."""
    url = f"http://127.0.0.1:{silent_server.port}/token"
    with pytest.raises(ConnectionFailedError):
        connector(desk, endpoint, oauth_token_url=url, timeout_seconds=0.3).poll("")
