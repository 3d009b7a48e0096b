"""Each account of a chat keeps its pace, and danger to life queues behind nobody (W12)."""

from domain.urn import Urn
from domain.vocabulary import Medium
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from tests.fakes import Clock, make_message
from tests.pipeline.chat_windows import PERSON, account_at, message, outbox
from tests.pipeline.looking import take_in
from tests.servers.whatsapp_cloud import WhatsAppCloudServer


def test_one_account_keeps_its_pace_and_nobody_sleeps_w12(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    account = account_at(desk, whatsapp, messages_per_second=2.0)
    people = [Urn("whatsapp", f"9053200001{n:02}") for n in range(6)]
    take_in(desk, *[message(sender=urn, contacts=()) for urn in people], account=account)
    began = clock()
    left: list[float] = []
    for _ in range(40):
        notify_batch(desk)
        left += [(clock() - began).total_seconds()] * (len(whatsapp.sent) - len(left))
        clock.step(seconds=0.25)
    assert len(left) == 6
    for moment in left:
        assert sum(moment <= other < moment + 1 for other in left) <= 2 + 1  # a quarter second's grace
    assert left[-1] >= 2.0


def test_danger_to_life_queues_behind_nobody(desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer) -> None:
    account = account_at(desk, whatsapp, messages_per_second=0.5)
    people = [Urn("whatsapp", f"9053200003{n:02}") for n in range(3)]
    take_in(desk, *[message(sender=urn, contacts=()) for urn in people], account=account)
    notify_batch(desk)
    assert len(whatsapp.sent) == 1
    danger = "Üsküdar'da sokakta çok ağır gaz kokusu var, korkuyoruz!"
    take_in(desk, message(text=danger, contacts=()), account=account)
    notify_batch(desk)
    assert [sent["to"] for sent in whatsapp.sent][1:] == [PERSON.path]


def test_another_account_is_not_slowed_down_by_a_paced_one(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    slow = account_at(desk, whatsapp, messages_per_second=1.0)
    people = [Urn("whatsapp", f"9053200002{n:02}") for n in range(3)]
    take_in(desk, *[message(sender=urn, contacts=()) for urn in people], account=slow)
    take_in(desk, make_message())
    notify_batch(desk)
    assert len(whatsapp.sent) == 1
    assert [entry.medium for entry in outbox(desk)].count(Medium.EMAIL) >= 1
