"""When the day is not played, and what a person is told then."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Environment, Settings
from demo.accounts import PREFIX
from demo.readiness import check
from demo.refusal import DemoRefusedError
from domain.vocabulary import Channel
from pipeline.channels import add, enable, find
from pipeline.desk import Desk
from tests.fakes import Bells
from tests.pipeline.running import free_port
from tests.web.serving import serving

TWILIO = {
    "provider": "verimor",
    "username": "908501234567",
    "password": "sahte-parola",
    "push_secret": "sahte-bildirim-anahtari-1",
}


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    """A desk whose web process answers where its settings say."""
    first = Desk(desk_settings, ring=Bells())
    with serving(first) as site:
        port = int(site.url.rpartition(":")[2])
        made = Desk(desk_settings.model_copy(update={"web_port": port}), ring=Bells())
        yield made
        made.engine.dispose()


def refused(desk: Desk, *, force: bool = False) -> str:
    try:
        check(desk, force=force)
    except DemoRefusedError as error:
        return error.reason
    return ""


def test_a_desk_on_a_developers_machine_is_played_into(desk: Desk) -> None:
    add(desk, Channel.SMS, f"{PREFIX}verimor", TWILIO)
    assert refused(desk) == ""


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"environment": Environment.PRODUCTION}, "not_development"),
        ({"smtp_host": "posta.buyuksehir.example"}, "real_mail"),
    ],
)
def test_where_it_could_do_harm_it_is_played_by_force_only(
    desk: Desk, changed: dict[str, object], reason: str
) -> None:
    desk.settings = desk.settings.model_copy(update=changed)
    assert (refused(desk), refused(desk, force=True)) == (reason, "")


def test_an_sms_account_that_is_not_ours_must_be_switched_off(desk: Desk) -> None:
    add(desk, Channel.SMS, "1530", TWILIO)
    assert (refused(desk), refused(desk, force=True)) == ("real_sms", "")
    enable(desk, find(desk, "1530"), False)
    assert refused(desk) == ""


def test_a_desk_that_does_not_run_is_asked_for_in_words_and_by_force_too(settings: Settings) -> None:
    desk = Desk(settings.model_copy(update={"web_port": free_port()}))
    assert (refused(desk), refused(desk, force=True)) == ("not_running", "not_running")


HIDDEN = """\
import sys
from cli.main import main
sys.modules["demo"] = None
sys.argv = ["beyazmasa", "demo"]
main()
"""


def ran(*command: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | {"WEB_PORT": str(free_port())}
    return subprocess.run(command, capture_output=True, text=True, env=given, timeout=120)


def test_the_command_says_in_one_line_that_nothing_runs(settings: Settings) -> None:
    done = ran(str(Path(sys.executable).with_name("beyazmasa")), "demo", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "`make run`" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_the_checkout_the_command_says_what_is_missing(settings: Settings) -> None:
    done = ran(sys.executable, "-c", HIDDEN)
    assert (done.returncode, done.stdout) == (1, "")
    assert "kaynak kodun klasöründen" in done.stderr
