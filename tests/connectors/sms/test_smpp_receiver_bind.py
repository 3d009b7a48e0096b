"""The bind that receives by SMPP: how it is made, lost and ended (S10 of docs/acceptance.md)."""

import pytest

from domain.errors import ConnectionFailedError, CredentialsRejectedError
from tests.connectors.building import Build
from tests.servers.smsc import MessageCentre


def test_a_lost_bind_is_told_once_and_then_bound_anew(centre: MessageCentre, build_smpp: Build) -> None:
    desk = build_smpp()
    desk.poll("")
    centre.do("drop")
    desk.wait(20)
    with pytest.raises(ConnectionFailedError):
        desk.poll("")
    assert desk.poll("").items == []
    centre.saw("bind", times=2)


def test_a_bind_the_server_ends_is_ended_politely(centre: MessageCentre, build_smpp: Build) -> None:
    desk = build_smpp()
    desk.poll("")
    centre.do("unbind")
    centre.saw("80000006")
    desk.wait(20)
    with pytest.raises(ConnectionFailedError, match="ended the bind"):
        desk.poll("")


def test_closing_unbinds(centre: MessageCentre, build_smpp: Build) -> None:
    desk = build_smpp()
    desk.poll("")
    desk.close()
    centre.saw("unbind", role="receiver")


REFUSED = [(0x0D, "0x0d"), (0x0E, "password"), (0x0F, "user name")]


@pytest.mark.parametrize(("status", "named"), REFUSED, ids=[r[1] for r in REFUSED])
def test_a_refused_bind_is_a_matter_of_credentials(
    status: int, named: str, centre: MessageCentre, build_smpp: Build
) -> None:
    centre.rules(binds=[status])
    with pytest.raises(CredentialsRejectedError, match=named):
        build_smpp().poll("")


def test_a_bind_that_still_counts_is_waited_for(centre: MessageCentre, build_smpp: Build) -> None:
    centre.rules(binds=[0x05])
    desk = build_smpp()
    with pytest.raises(ConnectionFailedError):
        desk.poll("")
    assert desk.poll("").items == []


def test_a_wrong_password_is_refused_without_being_repeated(centre: MessageCentre, build_smpp: Build) -> None:
    with pytest.raises(CredentialsRejectedError) as refused:
        build_smpp(password="kanarya8").poll("")
    assert "kanarya8" not in str(refused.value)


def test_the_bind_says_version_and_system_type(centre: MessageCentre, build_smpp: Build) -> None:
    build_smpp(system_type="BELEDIYE").poll("")
    bind = centre.saw("bind")
    assert (bind["as"], bind["version"], bind["system_type"]) == ("receiver", 0x34, "BELEDIYE")
