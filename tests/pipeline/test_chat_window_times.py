"""When the window of a chat opens and when it is over (W7)."""

from datetime import timedelta

from domain.vocabulary import Channel
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from tests.fakes import Clock
from tests.pipeline.chat_windows import PERSON, account_at, message, window
from tests.pipeline.looking import take_in
from tests.servers.whatsapp_cloud import WhatsAppCloudServer


def test_an_old_delivery_that_comes_late_opens_no_window(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    account = account_at(desk, whatsapp)
    take_in(desk, message(sent_at=clock() - timedelta(hours=30)), account=account)
    notify_batch(desk)
    assert whatsapp.sent == []


def test_a_clock_ahead_of_ours_does_not_lengthen_a_window(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    account = account_at(desk, whatsapp)
    take_in(desk, message(sent_at=clock() + timedelta(days=30)), account=account)
    assert window(desk, account).last_inbound_at == clock()


def test_a_closed_window_of_one_account_says_nothing_of_another(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        for name in ("bir", "iki"):
            uow.accounts.add(Channel.WHATSAPP, name, {}, None, desk.keyring.key_id, clock())
        one, two = (account.id for account in uow.accounts.all())
        uow.windows.heard([(str(PERSON), one, clock()), (str(PERSON), two, clock())], timedelta(hours=24))
        uow.windows.close(str(PERSON), one, clock())
        uow.commit()
        first, second = uow.windows.of(str(PERSON), one), uow.windows.of(str(PERSON), two)
    assert first is not None
    assert second is not None
    assert (first.closed_at is None, second.closed_at is None) == (False, True)


def test_a_batch_is_one_statement_and_a_message_that_is_late_changes_nothing(
    desk: Desk, clock: Clock
) -> None:
    day = timedelta(hours=24)
    with desk.uow() as uow:
        account = uow.accounts.add(Channel.WHATSAPP, "bir", {}, None, desk.keyring.key_id, clock()).id

        def hear(*hours: float) -> tuple[float, float]:
            times = [clock() + timedelta(hours=h) for h in hours]
            uow.windows.heard([(str(PERSON), account, at) for at in times], day)
            row = uow.windows.of(str(PERSON), account)
            assert row is not None
            hour = timedelta(hours=1)
            return (row.opened_at - clock()) / hour, (row.last_inbound_at - clock()) / hour

        for label, heard, expected in [
            ("the first two", (0, 1), (0, 1)),
            ("within the window", (10,), (0, 10)),
            ("late", (5,), (0, 10)),
            ("at the window's very end: a new one", (34,), (34, 34)),
            ("long after", (100, 101), (100, 101)),
        ]:
            assert hear(*heard) == expected, label
