"""What no database takes as a text is cleaned on its way in."""

from domain.messages import Attachment, DeliveryReport, Place
from domain.urn import Urn
from domain.vocabulary import DeliveryState, MessageState
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from tests.fakes import add_account, make_message

AWKWARD = "a\x00\ud83d\x07b"
"""A NUL, half a letter and a bell: PostgreSQL takes none of the first two in a text, nor in JSON."""


def test_letters_no_database_takes_cost_a_message_nothing(desk: Desk) -> None:
    """Wherever they stand, the message is read like any other, and recognised when it comes again."""
    awkward = make_message(
        external_id=AWKWARD,
        sender_name=AWKWARD,
        subject=AWKWARD,
        text=AWKWARD,
        html=AWKWARD,
        in_reply_to=AWKWARD,
        references=[AWKWARD],
        place=Place(district=AWKWARD, address=AWKWARD, latitude=41.0),
        external_reference=AWKWARD,
        content_key=AWKWARD,
        charset=AWKWARD,
        headers={AWKWARD: AWKWARD},
        delivery_reports=[_awkward_report()],
        attachments=[
            Attachment(
                name=AWKWARD,
                media_type=AWKWARD,
                content=None,
                content_id=AWKWARD,
                note=AWKWARD,
                source=AWKWARD,
            )
        ],
    )
    account = add_account(desk)
    intake = Intake(items=[(account, awkward)], reports=[_awkward_report()])
    [added], again = [accept(desk, intake) for _ in range(2)]
    assert again == []
    with desk.uow() as uow:
        assert uow.quarantine.waiting() == []
        row = uow.messages.get(added)
    assert row is not None
    assert (row.state, row.case_id) == (MessageState.RECEIVED, None)


def _awkward_report() -> DeliveryReport:
    return DeliveryReport(
        state=DeliveryState.FAILED,
        gateway_id=AWKWARD,
        our_id=AWKWARD,
        recipient=Urn("mailto", AWKWARD),
        reason=AWKWARD,
    )
