"""How notices stand, as operators are told: why one waits, what became of it, whose address it went to."""

from datetime import timedelta
from typing import Any

import pytest

from domain.vocabulary import Medium, NoticeStanding, NoticeTrouble, NotificationState
from pipeline.letters import RETURNED
from pipeline.notice_rows import notice_rows
from pipeline.suppression import CLOSED, DECLINED, OVER
from store.gathering import DAILY_LIMIT
from store.models import NotificationRow
from tests.fakes import MONDAY_NOON

_S, _N, _T = NotificationState, NoticeStanding, NoticeTrouble
LATER = {"due_at": MONDAY_NOON + timedelta(hours=1)}
LETTER = {"medium": Medium.LETTER, "state": _S.SENT}

STANDINGS: list[tuple[dict[str, Any], NoticeStanding, NoticeTrouble | None]] = [
    ({}, _N.WAITING, None),
    (LATER, _N.QUIET, None),
    (LATER | {"template": "routed_to_unit"}, _N.WAITING, None),
    (LATER | {"values": {"slot": "x"}}, _N.PACED, None),
    (LATER | {"error": DAILY_LIMIT}, _N.NEXT_DAY, None),
    (LATER | {"error": "ThrottledError: 429"}, _N.TRIED_AGAIN, _T.SLOW),
    ({"state": _S.SENDING}, _N.LEAVING, None),
    ({"state": _S.SENT}, _N.LEFT, None),
    ({"state": _S.DELIVERED}, _N.ARRIVED, None),
    ({"state": _S.FAILED, "error": "RecipientRejectedError: 550 no such user"}, _N.LOST, _T.REFUSED),
    ({"state": _S.FAILED, "error": "mailbox full"}, _N.LOST, _T.SAID),
    ({"state": _S.FAILED, "error": RETURNED} | {"medium": Medium.LETTER}, _N.LOST, _T.RETURNED),
    ({"state": _S.SUPPRESSED, "error": CLOSED}, _N.WITHHELD, _T.CLOSED),
    ({"state": _S.SUPPRESSED, "error": DECLINED}, _N.WITHHELD, _T.DECLINED),
    ({"state": _S.SUPPRESSED, "error": OVER}, _N.WITHHELD, _T.OVER),
    (LETTER, _N.PRINTED, None),
    (LETTER | {"posted_at": MONDAY_NOON}, _N.POSTED, None),
]


def row(**given: Any) -> NotificationRow:
    values: dict[str, Any] = {
        "id": 1,
        "dedupe_key": "k",
        "medium": Medium.SMS,
        "recipient": "tel:+905321112233",
        "template": "outcome",
        "values": {},
        "due_at": MONDAY_NOON,
        "correlation_id": "c",
    }
    return NotificationRow(**values | given)


@pytest.mark.parametrize(("given", "standing", "trouble"), STANDINGS)
def test_how_a_notice_stands_and_why(
    given: dict[str, Any], standing: NoticeStanding, trouble: NoticeTrouble | None
) -> None:
    [shown] = notice_rows([row(**given)], MONDAY_NOON, whole=False)
    assert (shown["state"], shown["why"]) == (standing, trouble)


def test_what_took_another_way_says_so() -> None:
    failed, instead = row(state=_S.FAILED, error="RecipientRejectedError"), row(id=2, fallback_of=1)
    shown = notice_rows([failed, instead], MONDAY_NOON, whole=False)
    assert [each["state"] for each in shown] == [_N.REPLACED, _N.WAITING]


@pytest.mark.parametrize(
    ("recipient", "masked"),
    [
        ("mailto:ayse@posta.example", "a***@*****.example"),
        ("tel:+905321112233", "+**********33"),
        ("whatsapp:905321112233", "**********33"),
        ("letter:Ayşe Yılmaz|Örnek Sokağı 5|34710 Kadıköy", "A. Y., 34710 Kadıköy"),
        ("no address", ""),
    ],
)
def test_addresses_are_masked_unless_they_are_asked_for_whole(recipient: str, masked: str) -> None:
    given = row(recipient=recipient)
    assert [notice_rows([given], MONDAY_NOON, whole=w)[0]["recipient"] for w in (False, True)] == [
        masked,
        recipient,
    ]
