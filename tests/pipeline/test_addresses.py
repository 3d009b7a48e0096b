"""Which addresses notices go to again, and which never; and what is none."""

import json
from random import Random
from string import ascii_lowercase

from connectors.http_channel.items import item_message
from domain.urn import Urn
from domain.vocabulary import Verdict
from pipeline.desk import Desk
from tests.fakes import Clock, make_message
from tests.pipeline.looking import case_of, notices_of, take_in

FULL, UNWILLING = Urn("mailto", "dolu@eposta.example"), Urn("mailto", "dur@eposta.example")
BOTH = [str(FULL), str(UNWILLING)]


def closed(desk: Desk) -> set[str]:
    with desk.uow() as uow:
        return uow.citizens.closed_to_notices(BOTH)


def test_an_address_that_writes_again_is_answered_again_unless_its_owner_wants_no_notices(
    desk: Desk, clock: Clock
) -> None:
    take_in(desk, make_message(sender=FULL), make_message(sender=UNWILLING))
    with desk.uow() as uow:
        uow.citizens.mark_undeliverable(str(FULL), clock())
        uow.citizens.stop(str(UNWILLING), clock())
        uow.commit()
    take_in(desk, make_message(sender=FULL, verdict=Verdict.AUTO_REPLY))
    assert closed(desk) == set(BOTH)
    again, unwilling = take_in(desk, make_message(sender=FULL), make_message(sender=UNWILLING))
    assert closed(desk) == {str(UNWILLING)}
    answered = [n for m in (again, unwilling) for n in notices_of(desk, case_of(desk, m)) if n.automatic]
    assert [n.recipient for n in answered] == [str(FULL)]


def test_what_is_longer_than_any_address_keeps_no_message_from_being_a_case(desk: Desk) -> None:
    """The register cannot hold it; the message still says it."""
    absurd = "".join(Random(1).choices(ascii_lowercase, k=6000)) + "@eposta.example"
    item = {"id": "1", "text": "Çöp alınmadı", "sender": {"phone": "05321234567", "email": absurd}}
    message = item_message(json.dumps(item).encode())
    case = case_of(desk, take_in(desk, message)[0])
    assert case is not None
    assert message.headers["sender_email"] == absurd
