"""Files of the Cloud API: W10 and G12 of docs/acceptance.md."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors.whatsapp.cloud import CloudWhatsApp
from connectors.whatsapp.cloud_api import CloudApi
from connectors.whatsapp.cloud_media import CloudMedia
from domain.errors import ConnectionFailedError, DeskError, NotConfiguredError, PermanentError, ThrottledError
from tests.connectors.building import NOW, Build
from tests.connectors.whatsapp.accounts import cloud_settings
from tests.servers.standin import Fault, json_answer
from tests.servers.whatsapp_cloud import TOKEN, WhatsAppCloudServer, error_body

PICTURE = b"\xff\xd8\xff\xe0resim" * 50


def test_a_file_is_fetched_in_two_steps_with_our_token(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    cloud_server.attach("8101", "image/jpeg", PICTURE)
    assert cloud.fetch("media:8101", 10_000) == PICTURE
    assert [c.path for c in cloud_server.calls] == [
        "/v25.0/8101",
        "/whatsapp_business/attachments/8101",
    ]
    assert {c.headers["authorization"] for c in cloud_server.calls} == {f"Bearer {TOKEN}"}
    assert "appsecret_proof" not in cloud_server.calls[1].query


def test_an_address_that_ended_is_asked_for_anew(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    """It lasts five minutes, so it is never kept: each try starts at the id."""
    cloud_server.attach("8101", "image/jpeg", PICTURE)
    cloud_server.fail_next(Fault(after_effect=True), Fault(answer=json_answer(404, {})))
    with pytest.raises(PermanentError):
        cloud.fetch("media:8101", 10_000)
    assert cloud.fetch("media:8101", 10_000) == PICTURE


TOLD: list[tuple[str, dict[str, Any], type[DeskError] | None]] = [
    ("a hash in hexadecimal", {}, None),
    ("a hash in base64", {"sha256": base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()}, None),
    ("no hash", {"sha256": None}, None),
    ("a hash of a kind nobody knows", {"sha256": "abc"}, None),
    ("another file's hash", {"sha256": hashlib.sha256(b"x").hexdigest()}, ConnectionFailedError),
    (
        "another file's hash in base64",
        {"sha256": base64.b64encode(b"\0" * 32).decode()},
        ConnectionFailedError,
    ),
    ("a size that is too large", {"file_size": "99999"}, PermanentError),
    ("a size as a number", {"file_size": 99999}, PermanentError),
    ("a size that is none", {"file_size": "büyük"}, None),
    ("a size below the truth", {"file_size": "1"}, None),
    ("no address", {"url": None}, PermanentError),
    ("an address that is none", {"url": {"x": 1}}, PermanentError),
]


@pytest.mark.parametrize(("label", "told", "expected"), TOLD, ids=[r[0] for r in TOLD])
def test_what_the_api_says_of_a_file_is_checked(
    label: str,
    told: dict[str, Any],
    expected: type[DeskError] | None,
    cloud: CloudWhatsApp,
    cloud_server: WhatsAppCloudServer,
) -> None:
    cloud_server.attach("8101", "image/jpeg", PICTURE, **told)
    if expected is None:
        assert cloud.fetch("media:8101", 1000) == PICTURE
        return
    with pytest.raises(expected):
        cloud.fetch("media:8101", 1000)


def test_a_file_announced_too_large_is_not_even_asked_for(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    cloud_server.attach("8101", "image/jpeg", PICTURE)
    with pytest.raises(PermanentError, match="larger than 100"):
        cloud.fetch("media:8101", 100)
    assert len(cloud_server.calls) == 1


def test_a_file_that_grows_beyond_its_announcement_is_cut_off(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    cloud_server.attach("8101", "image/jpeg", b"x" * 101, file_size="3", sha256=None)
    with pytest.raises(PermanentError, match="larger than 100"):
        cloud.fetch("media:8101", 100)


ELSEWHERE = [
    ("another host", "http://evil.example/x"),
    ("Meta's host without TLS", "http://lookaside.fbsbx.com/x"),
    ("a host that only ends alike", "https://evilfbsbx.com/x"),
    ("a host with Meta's name in front", "https://lookaside.fbsbx.com.evil.example/x"),
    ("Meta's name as a user", "https://lookaside.fbsbx.com@evil.example/x"),
    ("the metadata service", "http://169.254.169.254/latest"),
    ("this machine", "http://127.0.0.1:1/x"),
    ("a local file", "file:///etc/passwd"),
    ("nothing", ""),
]


@pytest.mark.parametrize(("label", "url"), ELSEWHERE, ids=[r[0] for r in ELSEWHERE])
def test_a_file_elsewhere_is_never_fetched_told_or_redirected(
    label: str, url: str, cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    cloud_server.attach("8101", "image/jpeg", PICTURE, url=url)
    with pytest.raises(PermanentError, match="outside Meta"):
        cloud.fetch("media:8101", 1000)
    first = f"{cloud_server.url}/once"
    cloud_server.attach("8102", "image/jpeg", PICTURE, url=first)
    cloud_server.redirects["/once"] = url or "/once"
    with pytest.raises(PermanentError):
        cloud.fetch("media:8102", 1000)


def test_a_redirect_within_meta_is_followed_but_not_for_ever(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    cloud_server.attach("8101", "image/jpeg", PICTURE)
    cloud_server.told["8101"]["url"] = f"{cloud_server.url}/a"
    cloud_server.redirects["/a"] = "/whatsapp_business/attachments/8101"
    assert cloud.fetch("media:8101", 1000) == PICTURE
    cloud_server.redirects["/a"] = "/a"
    with pytest.raises(PermanentError, match="without end"):
        cloud.fetch("media:8101", 1000)


HOSTS = [
    ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
    ("https://graph.facebook.com/v25.0/x", True),
    ("https://mmg.whatsapp.net/x", False),
    ("https://scontent.xx.fbcdn.net/x", False),
]


@pytest.mark.parametrize(("url", "told"), HOSTS)
def test_the_token_goes_only_to_hosts_that_ask_for_it(url: str, told: bool) -> None:
    settings = cloud_settings()
    media = CloudMedia(settings, CloudApi(settings, lambda: NOW), lambda: NOW)
    assert ("Authorization" in media._headers(urlsplit(url))) is told


SOURCES = [
    "",
    "8101",
    "media:",
    "media:../../me",
    "media:81/01",
    "media:8101?x=1",
    "https://evil.example",
    "media:ç",
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_that_is_no_id_is_refused_before_any_call(
    source: str, cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    with pytest.raises(PermanentError):
        cloud.fetch(source, 1000)
    assert cloud_server.calls == []


FAILURES: list[tuple[str, Fault, type[DeskError]]] = [
    ("silence", Fault(silent=True), ConnectionFailedError),
    ("a broken connection", Fault(drop=True), ConnectionFailedError),
    ("out of order", Fault(answer=json_answer(500, {})), ConnectionFailedError),
    ("too fast", Fault(answer=json_answer(429, {}, **{"Retry-After": "7"})), ThrottledError),
    ("gone", Fault(answer=json_answer(400, error_body(100, "x", 33))), NotConfiguredError),
]


@pytest.mark.parametrize("step", [0, 1], ids=["asking", "fetching"])
@pytest.mark.parametrize(("label", "fault", "expected"), FAILURES, ids=[r[0] for r in FAILURES])
def test_every_trouble_on_the_way_has_its_class(
    label: str,
    fault: Fault,
    expected: type[DeskError],
    step: int,
    build_cloud: Build,
    cloud_server: WhatsAppCloudServer,
) -> None:
    cloud_server.attach("8101", "image/jpeg", PICTURE)
    cloud_server.fail_next(*[Fault(after_effect=True)] * step, fault)
    desk = build_cloud(timeout_seconds=1.0)
    with pytest.raises(DeskError) as failed:
        desk.fetch("media:8101", 1000)
    assert isinstance(failed.value, PermanentError if (step, label) == (1, "gone") else expected)
    assert desk.fetch("media:8101", 1000) == PICTURE


def test_a_file_that_comes_too_slowly_is_given_up(
    build_cloud: Callable[..., CloudWhatsApp], cloud_server: WhatsAppCloudServer
) -> None:
    cloud_server.attach("8101", "image/jpeg", PICTURE)
    hours = count()
    desk = build_cloud(now=lambda: NOW + timedelta(hours=next(hours)))
    with pytest.raises(ConnectionFailedError, match="too slowly"):
        desk.fetch("media:8101", 1000)
