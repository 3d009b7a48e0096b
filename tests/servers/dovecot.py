"""A real Dovecot for the tests, run by an unprivileged user on a loopback port of its own.

Any user name logs in with PASSWORD, or with ACCESS_TOKEN as its OAuth access token (Dovecot takes each for
the other, too). A mailbox comes into being with its first mail.
"""

import contextlib
import grp
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.imap_utf7 import encode

from tests.servers.certificates import make_certificates
from tests.servers.processes import find_program, wait_until

PASSWORD = "şifre-1530"
ACCESS_TOKEN = "jeton-153"
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
passdb {{
  driver = static
  args = password={token}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 50
maildir_very_dirty_syncs = no
first_valid_uid = {uid}
namespace inbox {{
  inbox = yes
}}
"""


class Dovecot:
    """One server under a temporary folder; a test may kill and restart it, its mail stays."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.port, self.tls_port = _free_port(), _free_port()
        self.certificates = make_certificates(self.folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._delivered = itertools.count(1)
        self._write_configuration()

    def start(self) -> None:
        """Start it and return when it greets."""
        drop = ["--reuid", str(self._account.pw_uid), "--regid", str(self._account.pw_gid), "--clear-groups"]
        command = ["setpriv", *(drop if os.geteuid() == 0 else ()), "--pdeathsig", "KILL"]
        self._process = subprocess.Popen(
            [*command, str(self._program), "-F", "-c", str(self.folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(self._greets, f"Dovecot, see {self.folder}/log")

    def stop(self) -> None:
        """Shut it down; open connections are ended."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL the server and all its processes: sessions break off wherever they are."""
        self._signal(signal.SIGKILL)

    def restart(self) -> None:
        """Stop it, if it runs, and start it again on the same ports and mail."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Kill it and delete everything."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, user: str) -> IMAPClient:
        """Another mail client of this user, logged in; use it with `with`."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30)
        client.plain_login(user, PASSWORD)
        return client

    def deliver(self, user: str, mails: Iterable[bytes], folder: str = "INBOX") -> int:
        """Deliver mails as a mail server does, into Maildir's `new`, in order. Returns how many."""
        new = self._maildir(user, folder)
        temporary = new.parent / "tmp"
        count = 0
        for count, mail in enumerate(mails, 1):  # noqa: B007 - returned
            name = f"1700000000.M{next(self._delivered):09d}P1.test"
            (temporary / name).write_bytes(mail)
            os.chown(temporary / name, self._account.pw_uid, self._account.pw_gid)
            (temporary / name).rename(new / name)
        return count

    def count(self, user: str, folder: str = "INBOX") -> int:
        """How many mails the folder holds now."""
        with self.client(user) as client:
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])

    def maildir(self, user: str) -> Path:
        """The user's mail as files."""
        return self.folder / "mail" / user / "Maildir"

    def _maildir(self, user: str, folder: str) -> Path:
        inbox = self.maildir(user)
        if not inbox.exists():
            with self.client(user) as client:
                client.select_folder("INBOX")
        if folder == "INBOX":
            return inbox / "new"
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
        return inbox / f".{encode(folder).decode('ascii')}" / "new"

    def _greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    def _signal(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        os.killpg(process.pid, number)
        process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        wait_until(lambda: not self._greets(), "Dovecot to end", timeout=30)

    def _write_configuration(self) -> None:
        account = self._account
        text = _CONFIGURATION.format(
            folder=self.folder,
            user=account.pw_name,
            group=grp.getgrgid(account.pw_gid).gr_name,
            uid=account.pw_uid,
            port=self.port,
            tls_port=self.tls_port,
            password=PASSWORD,
            token=ACCESS_TOKEN,
        )
        (self.folder / "dovecot.conf").write_text(text)
        (self.folder / "mail").mkdir()
        (self.folder / "run").mkdir()
        for path in (self.folder, *self.folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """A Dovecot that runs. Where it is not installed the test is skipped, and fails in CI."""
    program = find_program("dovecot")
    if program is None:
        reason = "dovecot is not installed (Debian: dovecot-imapd): `make test` installs it where it may"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    server = Dovecot(program)
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
