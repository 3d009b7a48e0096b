"""What citizens add leaves in as few mails as can be, in the rhythm of the unit, and each of it once."""

from functools import partial

import pytest

from domain.urn import Urn
from domain.vocabulary import (
    MailRhythm,
    NotificationState,
    Priority,
)
from notifier.rhythm import SETTLING, next_mail
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from tests.fakes import Clock
from tests.pipeline.adding import addition, brought, mails, one_office, owed, rhythm
from tests.pipeline.answering_units import assigned_case
from tests.pipeline.looking import send_all, take_in
from tests.pipeline.reviewing import changed
from tests.pipeline.timing import three_clocks


@pytest.fixture(autouse=True)
def offices(desk: Desk) -> None:
    one_office(desk)


def test_several_in_a_short_time_are_one_mail_and_a_later_one_another(desk: Desk, clock: Clock) -> None:
    case = brought(desk)
    for number in range(3):
        take_in(desk, addition(case, f"Ek {number}."))
        clock.step(seconds=40)
    clock.step(seconds=1)
    send_all(desk)
    take_in(desk, addition(case, "Son söz."))
    clock.step(minutes=2)
    send_all(desk)
    both = [[f"Ek {number}." in mail.text for number in range(3)] for mail in mails(desk)]
    assert both == [[True] * 3, [False] * 3]
    assert {row.state for row in owed(desk, case)} == {NotificationState.SENT}


RHYTHMS = [
    (MailRhythm.AT_ONCE, Priority.NORMAL, "settled"),
    (MailRhythm.HOURLY, Priority.NORMAL, "hour"),
    (MailRhythm.AT_ONCE, Priority.LIFE_SAFETY, "now"),
    (MailRhythm.HOURLY, Priority.LIFE_SAFETY, "now"),
]


def test_it_leaves_in_the_units_rhythm_and_at_once_where_lives_are_at_stake(desk: Desk, clock: Clock) -> None:
    for wanted, priority, when in RHYTHMS:
        rhythm(desk, clock, MailRhythm.AT_ONCE)
        case = brought(desk)
        changed(desk, case, priority=priority)
        rhythm(desk, clock, wanted)
        take_in(desk, addition(case))
        [row] = owed(desk, case)
        now = clock()
        expected = {"settled": now + SETTLING, "hour": next_mail(MailRhythm.HOURLY, 8, now), "now": now}
        assert (wanted, priority, row.due_at) == (wanted, priority, expected[when])


def test_new_cases_and_additions_of_an_hour_are_one_mail(desk: Desk, clock: Clock) -> None:
    old = [brought(desk), brought(desk, sender=Urn("mailto", "v@eposta.example"))]
    rhythm(desk, clock, MailRhythm.HOURLY)
    take_in(desk, addition(old[0], "Ek bir."))
    take_in(desk, addition(old[0], "Ek iki."))
    take_in(desk, addition(old[1], "Ek üç.", sender=Urn("mailto", "v@eposta.example")))
    new = assigned_case(desk, sender=Urn("mailto", "w@eposta.example"))
    clock.step(hours=1)
    send_all(desk)
    [mail] = mails(desk)
    assert (mail.subject or "").startswith("1 yeni başvuru, 2 başvuruya ek bilgi")
    assert [mail.text.count(each) for each in ("Ek bir.", "Ek iki.", "Ek üç.", new.number)] == [1, 1, 1, 2]


def test_three_notifiers_at_once_tell_it_once(desk: Desk, clock: Clock) -> None:
    cases = [brought(desk, sender=Urn("mailto", f"v{n}@eposta.example")) for n in range(6)]
    for n, case in enumerate(cases):
        sender = Urn("mailto", f"v{n}@eposta.example")
        take_in(desk, *[addition(case, f"Ek {n}-{m}.", sender=sender) for m in range(3)])
    clock.step(minutes=2)
    three_clocks(partial(notify_batch, desk), rounds=4)
    clock.step(minutes=1)
    send_all(desk)
    told = "\n".join(mail.text for mail in mails(desk))
    assert [told.count(f"Ek {n}-{m}.") for n in range(6) for m in range(3)] == [1] * 18
