"""`beyazmasa crm`, as an operator types it."""

import pytest

import pipeline.desk
from config.settings import Environment
from connectors.crm import new_secret
from pipeline.crm.publishing import publish_events
from pipeline.desk import Desk
from tests.cli.conftest import Run, run
from tests.crm.world import deliver, happen, standing, subscribe
from tests.servers.crm import CrmReceiver

__all__ = ["run"]
SECRETS = ("secret", "token")


@pytest.fixture(autouse=True)
def _this_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.desk, "get_desk", lambda: desk)


def test_a_subscriber_s_whole_life(run: Run, desk: Desk, receiver: CrmReceiver, cases: list[int]) -> None:
    address = f"{receiver.url}/olay"
    [made] = run("crm", "add", "is-takip", "--url", address, "--units", "iski,iett", "--json").rows
    receiver.secret = made["secret"]
    assert run("crm", "test", "is-takip").out == "is-takip deneme olayını aldı (HTTP 204).\n"
    assert run("crm", "set", "is-takip", "--types", "merged").status == 0
    assert run("crm", "pause", "is-takip").status == 0
    happen(desk, (cases[0], "merged"))
    publish_events(desk)
    [row] = run("crm", "list", "--json").rows
    assert (row["active"], row["paused_why"], row["waiting"]) == (False, "operator", 1)
    assert run("crm", "resume", "is-takip").status == 0
    assert "1 olay yeniden gönderilecek" in run("crm", "replay", "is-takip", "--from", "0").out
    shown = run("crm", "show", "is-takip").out
    assert "Olay türleri: example.buyuksehir.beyazmasa.case.merged" in shown
    assert "Birimler: iski, iett" in shown
    assert not any(made[each] in shown for each in SECRETS)


def test_secrets_are_shown_once_and_change(run: Run, desk: Desk) -> None:
    added = run("crm", "add", "is-takip").out
    before = standing(desk)
    assert "whsec_" in added
    assert "bmc_" in added
    assert "whsec_" in run("crm", "rotate-secret", "is-takip", "--hours", "1").out
    assert "bmc_" in run("crm", "rotate-token", "is-takip").out
    after = standing(desk)
    assert before.token_hash != after.token_hash
    assert "whsec_" not in f"{after.secrets}{run('crm', 'show', 'is-takip', '--json').out}"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("add", "is-takip"), "“is-takip” adında bir dış sistem var."),
        (("add", " "), "Ad boş olamaz"),
        (("add", "x", "--url", "ftp://crm.example"), "https ile başlayan"),
        (("add", "x", "--url", "http://[::1"), "https ile başlayan"),
        (("add", "x", "--types", "nonsense"), "Bilinmeyen olay türü: nonsense"),
        (("add", "x", "--units", "nowhere"), "Bilinmeyen birim kodu: nowhere"),
        (("show", "nobody"), "“nobody” adında bir dış sistem yok."),
        (("resume", "nobody"), "“nobody” adında bir dış sistem yok."),
        (("test", "is-takip"), "adres tanımlı değil"),
        (("replay", "is-takip", "--from", "7"), "Akışta bu imleç yok"),
        (("replay", "is-takip", "--from", "x"), "İmleç yalnız rakamlardan oluşur."),
    ],
)
def test_what_cannot_be_is_refused_in_words(run: Run, command: tuple[str, ...], words: str) -> None:
    run("crm", "add", "is-takip")
    ran = run("crm", *command)
    assert ran.status != 0
    assert words in ran.err


def test_the_doctor_names_a_crm_that_takes_nothing(
    run: Run, desk: Desk, receiver: CrmReceiver, cases: list[int]
) -> None:
    subscribe(desk, receiver)
    subscribe(desk, name="cekiyor")
    happen(desk, (cases[0], "merged"))
    receiver.answer_next(503)
    deliver(desk)
    found = {row["part"]: row for row in run("doctor", "--json").rows}
    assert (found["crm/is-takip"]["mark"], found["crm/cekiyor"]["mark"]) == ("fault", "ok")
    assert "503" in found["crm/is-takip"]["detail"]


def test_a_test_that_fails_says_why(run: Run, receiver: CrmReceiver) -> None:
    run("crm", "add", "is-takip", "--url", receiver.url)
    receiver.secret = new_secret()  # of somebody else
    ran = run("crm", "test", "is-takip")
    assert (ran.status, "401" in ran.err) == (1, True)


def test_a_live_desk_posts_nothing_without_tls(run: Run, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.settings, "environment", Environment.PRODUCTION)
    assert "https ile başlayan" in run("crm", "add", "x", "--url", "http://crm.example/olay").err
    assert run("crm", "add", "x", "--url", "https://crm.example/olay").status == 0
