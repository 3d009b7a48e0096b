"""The connection test of an account: it changes nothing and says what to fix."""

from typing import Any

import pytest

from domain.errors import CredentialsRejectedError, DeskError, NotConfiguredError
from tests.connectors.email.imap.desk import Desk, numbers
from tests.connectors.polling import sweep
from tests.servers.silent_imap import SilentImap

TROUBLES: list[tuple[str, dict[str, Any], type[DeskError], str]] = [
    ("wrong password", {"password": "yanlış"}, CredentialsRejectedError, "refused"),
    ("missing folder", {"folders": ["INBOX", "Yok böyle"]}, NotConfiguredError, "Yok böyle"),
    ("impossible target", {"move_to": "a//b/../c"}, NotConfiguredError, "a//b"),
    ("no TLS there", {"security": "tls"}, NotConfiguredError, "port"),
]


def test_a_good_account_passes_and_is_left_as_it_was(desk: Desk) -> None:
    """No mail taken, no flag set, no folder made."""
    desk.deliver([1])
    connector = desk.connector(move_to="İşlendi", mark_seen=True)
    connector.check()
    with desk.server.client(desk.user) as client:
        assert not client.folder_exists("İşlendi")
        client.select_folder("INBOX", readonly=True)
        assert client.search("UNSEEN") == [1]
    assert numbers(sweep(connector)[0]) == [1]


def test_an_account_that_is_fed_by_the_mail_server_has_nothing_to_check(desk: Desk) -> None:
    """E23."""
    desk.connector(host="").check()


@pytest.mark.parametrize(("label", "changes", "error", "words"), TROUBLES, ids=[row[0] for row in TROUBLES])
def test_each_mistake_is_named(
    desk: Desk, label: str, changes: dict[str, Any], error: type[DeskError], words: str
) -> None:
    """The text names the setting or the folder that is to be mended."""
    with pytest.raises(error, match=words):
        desk.connector(**changes).check()


def test_a_folder_that_may_only_be_read_is_no_place_to_move_from(desk: Desk, relay: SilentImap) -> None:
    """Rights are looked at before the first mail is stuck; reading alone needs none."""
    relay.rewrites = {b"[READ-WRITE]": b"[READ-ONLY]"}
    desk.connector(port=relay.port).check()
    with pytest.raises(NotConfiguredError, match="writable"):
        desk.connector(port=relay.port, move_to="İşlendi").check()
