"""`beyazmasa contact preferences`, as an operator types it."""

from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import make_message
from tests.pipeline.looking import take_in


def test_wishes_are_shown_changed_and_refused_in_words(desk: Desk, run: Run) -> None:
    message = make_message()
    take_in(desk, message)
    address = message.sender.path if message.sender else ""
    ask = ("contact", "preferences", address)
    changed = run(*ask, "--medium", "sms", "--quiet", "21-9", "--decline", "still_in_work", "--stop")
    for words in ("Önce: SMS", "Sessiz saatler: 21–09", "birimde olduğu bildirildi", "durduruldu"):
        assert words in changed.out
    assert run(*ask, "--reopen", "--json").rows[0]["stopped_at"] is None
    wrong = run(*ask, "--decline", "received")
    assert (wrong.status, "alındı bildirimi kapatılamaz" in wrong.err) == (1, True)
    assert "kayıtlı değil" in run("contact", "preferences", "kimse@posta.example").err
