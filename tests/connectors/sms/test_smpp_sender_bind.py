"""The bind that sends by SMPP: its patience, its window, its other end (S10 of docs/acceptance.md)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connectors.base import Checking
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    NotConfiguredError,
)
from tests.connectors.building import Build
from tests.connectors.sms.smpp import LONG
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.smsc import MessageCentre
from tests.servers.tls_front import tls_front


def test_the_window_is_kept(centre: MessageCentre, build_smpp: Build, outgoing: Build) -> None:
    desk = build_smpp(window=4)
    desk.send(outgoing("ilk"))
    centre.rules(hold=1)
    with ThreadPoolExecutor(9) as senders:
        calls = [senders.submit(desk.send, outgoing(f"mesaj {n}", our_id=f"n-{n}")) for n in range(9)]
        centre.saw("submit", times=5)
        centre.do("enquire")
        centre.saw("80000015")  # whatever else was on the line has been read by now
        assert len(centre.all("submit")) == 5
        centre.rules(hold=0)
        centre.do("release")
        assert len({call.result() for call in calls}) == 9


def test_the_bind_stays_open_between_texts_and_both_sides_enquire(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp(enquire_seconds=0.5)
    desk.send(outgoing("bir"))
    centre.saw("enquire", times=2, role="transmitter")
    centre.do("enquire")
    assert centre.saw("80000015")["status"] == 0
    desk.send(outgoing("iki"))
    assert len(centre.all("bind")) == 1


def test_a_server_that_answers_no_enquiry_is_left(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp(enquire_seconds=0.3, timeout_seconds=1.0)
    desk.send(outgoing("bir"))
    centre.rules(mute=1)
    centre.saw("gone", role="transmitter")
    desk.send(outgoing("iki"))
    assert len(centre.all("bind")) == 2


def test_a_server_that_answers_no_submission_is_left_in_time(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp(timeout_seconds=1.0)
    centre.rules(hold=1)
    with pytest.raises(ConnectionFailedError):
        desk.send(outgoing("bir"))
    centre.saw("gone", role="transmitter")


def test_a_lost_bind_is_bound_anew_by_the_next_text(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp()
    desk.send(outgoing("bir"))
    centre.do("drop")
    for text in ("iki", "üç"):  # whether the first of them meets the old line is a matter of luck
        try:
            desk.send(outgoing(text))
            break
        except ConnectionFailedError:
            continue
    assert len(centre.all("bind")) == 2


def test_two_transceivers_leave_deliveries_to_the_one_that_stores_them(
    centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    desk = build_smpp(binds="transceiver")
    desk.send(outgoing("Merhaba"))
    assert centre.saw("bind")["as"] == "transceiver"
    centre.deliver(b"Lamba yanmiyor")
    assert centre.saw("answered")["status"] == 0x64  # later, please


def test_closing_unbinds(centre: MessageCentre, build_smpp: Build, outgoing: Build) -> None:
    desk = build_smpp()
    desk.send(outgoing("bir"))
    desk.close()
    centre.saw("unbind", role="transmitter")
    desk.send(outgoing("iki"))  # whoever sends after all binds anew


def test_checking_binds_and_lets_go(centre: MessageCentre, build_smpp: Build) -> None:
    desk = build_smpp()
    assert isinstance(desk, Checking)
    desk.check()
    assert centre.saw("bind")["as"] == "transmitter"
    centre.saw("unbind")
    with pytest.raises(CredentialsRejectedError):
        build_smpp(password="yanlis").check()


def test_nobody_at_the_port_is_a_failed_connection(build_smpp: Build, outgoing: Build) -> None:
    with pytest.raises(ConnectionFailedError, match="cannot be reached"):
        build_smpp(port=1).send(outgoing("Merhaba"))


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return make_certificates(tmp_path)


def test_tls_is_spoken_to_whom_our_authority_vouches_for(
    certificates: Certificates, centre: MessageCentre, build_smpp: Build, outgoing: Build
) -> None:
    with tls_front(certificates, centre.port) as port:
        desk = build_smpp(port=port, tls=True, tls_ca_file=str(certificates.authority), host="localhost")
        desk.send(outgoing(LONG))
        desk.close()
        assert centre.saw("submit", times=5)
        with pytest.raises(ConnectionFailedError, match="cannot be reached"):
            build_smpp(port=port, tls=True, host="localhost").send(outgoing("Merhaba"))
    with pytest.raises(NotConfiguredError, match="tls_ca_file"):
        build_smpp(tls=True, tls_ca_file="/nirgends/ca.pem").send(outgoing("Merhaba"))
