"""Long messages that come in parts, through the store: S4, test 24 of docs/acceptance.md."""

from datetime import timedelta
from hashlib import sha256
from itertools import count, permutations

import pytest

from domain.messages import InboundMessage, PartOf
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, MessageState, Queue
from pipeline.accept import Intake, accept
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.parts import complete_overdue
from store.models import Message
from tests.fakes import Bells, Clock, add_account, process_all
from tests.pipeline.looking import case_of, kinds

TEXTS = ("Kadıköy Moda Caddesi'nde ", "çöp kutuları taşıyor, ", "üç gündür alınmıyor.")
WHOLE = "".join(TEXTS)
WAIT = timedelta(minutes=10)
_serial = count(1)


def part(number: int, text: str | None = None, *, reference: int = 7, total: int = 3) -> InboundMessage:
    words = TEXTS[number - 1] if text is None else text
    serial = next(_serial)
    return InboundMessage(
        channel=Channel.SMS,
        external_id=f"delivery-{serial}",
        sender=Urn("tel", "+905320000001"),
        recipients=(Urn("tel", "+905320001530"),),
        text=words,
        raw=f"original {serial}".encode(),
        part=PartOf(reference=reference, total=total, number=number, wait=WAIT),
    )


def take(desk: Desk, account: int, *parts: InboundMessage) -> list[int]:
    return accept(desk, Intake(items=[(account, one) for one in parts]))


def stored(desk: Desk, account: int) -> list[Message]:
    with desk.uow() as uow:
        added = [row for number in range(1, 50) if (row := uow.messages.get(number))]
    return [row for row in added if row.account_id == account]


def texts(desk: Desk, account: int) -> list[str]:
    return [row.text for row in stored(desk, account)]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))), ids=str)
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "in three"])
def test_parts_become_one_message_in_every_order(desk: Desk, order: tuple[int, ...], together: bool) -> None:
    account = add_account(desk, Channel.SMS)
    parts = [part(number) for number in order]
    for batch in [parts] if together else [[one] for one in parts]:
        take(desk, account, *batch)
    (message,) = stored(desk, account)
    assert (message.text, message.state, message.sender) == (WHOLE, MessageState.READY, "tel:+905320000001")
    in_order = [one.raw for _, one in sorted(zip(order, parts, strict=True), key=lambda pair: pair[0])]
    assert desk.blobs.get(message.raw_sha256) == b"\n".join(in_order)


def test_a_part_alone_is_no_message_and_rings_nobody(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    assert take(desk, account, part(2)) == []
    assert stored(desk, account) == []
    assert isinstance(desk.ring, Bells)
    assert desk.ring.rung == []


def test_the_last_part_rings_for_work(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1), part(2))
    assert len(take(desk, account, part(3))) == 1
    assert isinstance(desk.ring, Bells)
    assert desk.ring.rung == [Queue.INBOUND]


def test_the_same_delivery_twice_and_the_same_part_twice_add_nothing(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    first = part(1)
    take(desk, account, first, first)
    take(desk, account, first, part(1), part(2))
    take(desk, account, part(3), part(3))
    take(desk, account, part(2))
    assert texts(desk, account) == [WHOLE]


def test_repeated_parts_are_not_delivered_again_when_their_time_is_over(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1), part(2), part(3), part(1))
    take(desk, account, part(2))
    for _ in range(3):
        clock.step(hours=13)
        complete_overdue(desk)
    assert texts(desk, account) == [WHOLE]


def test_two_messages_under_one_reference_stay_two_even_in_one_batch(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    second = [part(1, "Yeni "), part(2, "mesaj "), part(3, "bu.")]
    take(desk, account, part(1), part(2), part(3), *second)
    assert texts(desk, account) == [WHOLE, "Yeni mesaj bu."]


def test_a_reference_that_comes_round_too_early_costs_no_word(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1), part(2))
    take(desk, account, part(1, "Yeni "))
    take(desk, account, part(3, "bu."), part(2, "mesaj "))
    assert texts(desk, account) == [TEXTS[0] + TEXTS[1] + "[3/3. parça eksik]", "Yeni mesaj bu."]


def test_a_missing_part_is_marked_when_it_is_time_and_not_before(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1))
    clock.step(minutes=5)
    take(desk, account, part(3))
    clock.step(minutes=4, seconds=59)
    complete_overdue(desk)
    assert texts(desk, account) == []
    clock.step(seconds=1)
    complete_overdue(desk)
    complete_overdue(desk)
    assert texts(desk, account) == [TEXTS[0] + "[2/3. parça eksik]" + TEXTS[2]]
    assert complete_overdue in SWEEPS


def test_a_late_part_completes_the_case_that_was_opened_without_it(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1), part(3))
    clock.step(minutes=10)
    complete_overdue(desk)
    process_all(desk)
    (marked,) = stored(desk, account)
    case = case_of(desk, marked.id or 0)
    clock.step(hours=20)
    assert take(desk, account, part(2)) == []
    (whole,) = stored(desk, account)
    assert (whole.id, whole.text, whole.case_id) == (marked.id, WHOLE, marked.case_id)
    assert desk.blobs.get(whole.raw_sha256).count(b"\n") == 2
    assert kinds(desk, case)[-1] == CaseEventKind.MESSAGE_COMPLETED
    assert kinds(desk, case).count(CaseEventKind.MESSAGE_COMPLETED) == 1


def test_a_late_part_completes_a_message_that_still_waits_for_its_turn(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1), part(2))
    clock.step(minutes=10)
    complete_overdue(desk)
    take(desk, account, part(3))
    process_all(desk)
    (message,) = stored(desk, account)
    assert (message.text, message.state) == (WHOLE, MessageState.DONE)
    assert CaseEventKind.MESSAGE_COMPLETED not in kinds(desk, case_of(desk, message.id or 0))


def test_a_part_that_comes_after_a_day_is_a_message_of_its_own(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1), part(3))
    clock.step(minutes=10)
    complete_overdue(desk)
    clock.step(hours=24)
    take(desk, account, part(2))
    clock.step(minutes=10)
    complete_overdue(desk)
    assert texts(desk, account)[1:] == ["[1/3. parça eksik]" + TEXTS[1] + "[3/3. parça eksik]"]


def test_parts_that_nobody_looked_after_for_days_are_delivered_all_the_same(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1))
    clock.step(days=9)
    complete_overdue(desk)
    assert texts(desk, account) == [TEXTS[0] + "[2/3. parça eksik][3/3. parça eksik]"]


def test_parts_whose_original_is_lost_hold_up_no_others(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    lost = part(1, "Kayıp", reference=1)
    take(desk, account, lost, part(1, reference=2))
    desk.blobs.remove(sha256(lost.raw).hexdigest())
    clock.step(minutes=10)
    complete_overdue(desk)
    assert texts(desk, account) == [TEXTS[0] + "[2/3. parça eksik][3/3. parça eksik]"]


def test_half_a_letter_in_each_of_two_parts_is_a_letter_again(desk: Desk) -> None:
    account = add_account(desk, Channel.SMS)
    take(desk, account, part(1, "Teşekkürler \ud83d", total=2))
    take(desk, account, part(2, "\udc4d\x00!", total=2))
    assert texts(desk, account) == ["Teşekkürler 👍!"]


def test_the_same_reference_on_two_accounts_is_two_messages(desk: Desk) -> None:
    one, other = add_account(desk, Channel.SMS), add_account(desk, Channel.SMS)
    take(desk, one, part(1), part(2))
    take(desk, other, part(3))
    assert (texts(desk, one), texts(desk, other)) == ([], [])
