"""A photo that a stranger names is fetched from the public internet alone, whatever the name says (G12)."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from connectors.pinning import is_public
from connectors.public_web import fetch_public
from domain.errors import ConnectionFailedError, DeskError, PermanentError, ThrottledError
from tests.servers.standin import Answer, Call, Fault, StandIn

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HERE = ("127.0.0.0/8",)


class Site(StandIn):
    """Somebody's site: a photo, moves, and answers of every kind."""

    def respond(self, call: Call) -> Answer:
        if call.path == "/photo":
            return Answer(body=b"photo")
        if call.path == "/large":
            return Answer(body=b"x" * 2000)
        if call.path == "/zipped":
            return Answer(body=gzip.compress(bytes(10**6)), headers={"content-encoding": "gzip"})
        if call.path.startswith("/to/"):
            return Answer(status=302, headers={"location": call.path[4:].replace("_", "/")})
        if call.path == "/again":
            return Answer(status=301, headers={"location": "/again"})
        return Answer(status=int(call.path.strip("/") or 404))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def fetch(address: str, most: int = 1000, networks: tuple[str, ...] = HERE, **names: str) -> bytes:
    return fetch_public(
        address,
        most,
        timeout_seconds=2.0,
        networks=networks,
        now=NOW,
        names=lambda host: names.get(host.replace(".", "_"), "127.0.0.1").split(),
    )


def test_a_photo_is_fetched_by_name_and_behind_a_move(site: Site) -> None:
    port = site.url.rpartition(":")[2]
    assert fetch(f"http://foto.example:{port}/photo", foto_example="127.0.0.1") == b"photo"
    assert site.calls[-1].headers["host"] == f"foto.example:{port}"
    assert fetch(f"{site.url}/to/_photo") == b"photo"


def test_a_name_with_turkish_letters_is_asked_as_dns_knows_it(site: Site) -> None:
    port = site.url.rpartition(":")[2]
    assert fetch(f"http://büyükşehir.example:{port}/photo") == b"photo"
    assert site.calls[-1].headers["host"] == f"xn--bykehir-n2ab50h.example:{port}"


PRIVATE = [
    "http://127.0.0.1/a", "http://localhost/a", "http://[::1]/a", "http://10.0.0.1/a", "http://192.168.1.1/a",
    "http://172.16.5.4/a", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/a", "http://0.0.0.0/a",
    "http://[fd00::1]/a", "http://[fe80::1]/a", "http://[fec0::1]/a", "http://[::ffff:10.0.0.1]/a", "http://[64:ff9b::a00:1]/a",
    "http://[2002:a00:1::]/a", "http://224.0.0.1/a", "http://255.255.255.255/a", "http://93.184.216.34:6379/",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_a_network_of_ours_is_asked(address: str) -> None:
    with pytest.raises(PermanentError, match="outside the public internet"):
        fetch(address, networks=())


@pytest.mark.parametrize("found", ["10.0.0.1", "93.184.216.34 127.0.0.1", "::1", "::ffff:192.168.0.1"])
def test_a_name_with_one_private_address_is_not_asked(found: str) -> None:
    with pytest.raises(PermanentError, match="outside the public internet"):
        fetch("http://foto.example/a", networks=(), foto_example=found)


MOVES = ["http:__10.0.0.1_a", "file:___etc_passwd", "gopher:__foto.example", "http:__[10.0.0.1"]


@pytest.mark.parametrize("where", MOVES)
def test_a_move_into_a_network_of_ours_or_to_nowhere_is_not_followed(site: Site, where: str) -> None:
    with pytest.raises(PermanentError):
        fetch(f"{site.url}/to/{where}")


NO_ADDRESS = ["", "photo", "ftp://foto.example/a", "http://", "http://user@foto.example/", "http://foto.example:x/",
              "http://foto.example:99999/", "http://[::1", "http://foto.example:0/", "http://foto.example/\x01",
              "http://foto.example\\@10.0.0.1/a", "http://\u2603.example/a"]  # fmt: skip


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(PermanentError):
        fetch(address)


ANSWERS: list[tuple[str, str, type[DeskError]]] = [
    ("too large", "/large", PermanentError),
    ("moved for ever", "/again", PermanentError),
    ("gone", "/404", PermanentError),
    ("refused", "/403", PermanentError),
    ("out of order", "/502", ConnectionFailedError),
    ("asked to wait", "/429", ThrottledError),
]


@pytest.mark.parametrize(("path", "error"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_each_answer_is_an_error_of_ours(site: Site, path: str, error: type[DeskError]) -> None:
    with pytest.raises(error):
        fetch(f"{site.url}{path}")


def test_what_was_packed_unasked_is_not_unpacked(site: Site) -> None:
    assert len(fetch(f"{site.url}/zipped", most=5000)) < 5000


def test_a_broken_line_may_be_tried_again(site: Site) -> None:
    site.fail_next(Fault(drop=True))
    with pytest.raises(ConnectionFailedError):
        fetch(f"{site.url}/photo")


def test_public_addresses_are_public() -> None:
    assert all(
        is_public(ip_address(one)) for one in ("93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8")
    )
