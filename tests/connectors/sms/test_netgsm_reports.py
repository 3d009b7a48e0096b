"""What became of texts sent by NetGSM: its reports are read in rounds. S9, G11, test 28."""

import json
from datetime import timedelta
from itertools import permutations, product
from typing import Any

import pytest

from connectors.sms.netgsm import NetgsmSms
from domain.errors import CredentialsRejectedError
from domain.messages import DeliveryReport
from domain.notices import advanced
from domain.vocabulary import DeliveryState, NotificationState
from tests.connectors.building import Build
from tests.connectors.polling import messages
from tests.servers.netgsm import NetgsmServer, refused
from tests.servers.standin import Fault

CITIZEN = "5320000001"
MINUTE = timedelta(minutes=1)

F, S, D = DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.DELIVERED
STATES: list[tuple[int, tuple[DeliveryState, str | None, bool, bool] | None]] = [
    (0, None),
    (1, (D, None, False, False)),
    (2, (F, "NetGSM 2", False, False)),
    (3, (F, "NetGSM 3", True, False)),
    (4, (F, "NetGSM 4", False, False)),
    (11, (F, "NetGSM 11", False, False)),
    (12, (F, "NetGSM 12", False, False)),
    (13, (S, "NetGSM 13", False, False)),
    (14, (F, "NetGSM 14", False, False)),
    (15, (F, "NetGSM 15", True, True)),
    (16, (F, "NetGSM 16", False, False)),
    (17, (F, "NetGSM 17", False, False)),
    (99, None),
]


@pytest.mark.parametrize(("status", "expected"), STATES, ids=[str(r[0]) for r in STATES])
def test_every_status_of_a_report_has_its_state(
    status: int,
    expected: tuple[DeliveryState, str | None, bool, bool] | None,
    netgsm: NetgsmSms,
    netgsm_server: NetgsmServer,
    outgoing: Build,
) -> None:
    job = netgsm.send(outgoing("x"))
    netgsm_server.become(job, status)
    reports, _ = report_round(netgsm, netgsm_server)
    assert [(r.state, r.reason, r.permanent, r.stopped) for r in reports] == ([expected] if expected else [])
    assert {(r.gateway_id, str(r.recipient)) for r in reports} <= {(job, "tel:+905320000001")}


def report_round(desk: NetgsmSms, server: NetgsmServer, cursor: str = "") -> tuple[list[DeliveryReport], str]:
    """The reports of a whole round, asked for once it is due."""
    server.clock += 5 * MINUTE
    reports: list[DeliveryReport] = []
    while True:
        batch = desk.poll(cursor)
        cursor = batch.cursor
        reports += batch.reports
        if not batch.more and not json.loads(cursor)["round_to"]:
            return reports, cursor
        server.clock += timedelta(seconds=10)


def test_hundreds_of_reports_are_read_page_by_page_and_told_once(
    netgsm: NetgsmSms, netgsm_server: NetgsmServer, outgoing: Build
) -> None:
    jobs = [netgsm.send(outgoing(str(n))) for n in range(250)]
    for job in jobs:
        netgsm_server.become(job, 1)
    first, cursor = report_round(netgsm, netgsm_server)
    assert [r.gateway_id for r in first] == jobs
    assert report_round(netgsm, netgsm_server, cursor)[0] == []
    netgsm_server.become(jobs[0], 12)
    (changed,) = report_round(netgsm, netgsm_server, cursor)[0]
    assert (changed.gateway_id, changed.state) == (jobs[0], F)


def test_reports_that_were_not_stored_are_told_again(
    netgsm: NetgsmSms, netgsm_server: NetgsmServer, outgoing: Build
) -> None:
    _, before = report_round(netgsm, netgsm_server)
    netgsm_server.become(netgsm.send(outgoing("x")), 1)
    netgsm_server.clock += 5 * MINUTE
    assert len(netgsm.poll(before).reports) == 1  # the database is out: the cursor stays where it was
    again = netgsm.poll(before)
    assert len(again.reports) == 1
    assert report_round(netgsm, netgsm_server, again.cursor)[0] == []


def test_two_days_of_reports_are_asked_for_and_no_more_often_than_allowed(
    netgsm: NetgsmSms, netgsm_server: NetgsmServer
) -> None:
    cursor = ""
    for _ in range(60):
        cursor = netgsm.poll(cursor).cursor
        netgsm_server.clock += timedelta(seconds=10)
    asked = [json.loads(c.body) for c in netgsm_server.calls if c.path.endswith("report")]
    assert asked[0] == {
        "startdate": "02.05.2026 12:30:00",
        "stopdate": "04.05.2026 12:30:00",
        "pagenumber": 0,
        "pagesize": 100,
    }
    assert len(asked) == 2


def test_reports_that_cannot_be_had_hold_no_message_back(
    netgsm: NetgsmSms, netgsm_server: NetgsmServer
) -> None:
    netgsm_server.receive(CITIZEN, "gelir")
    cursor = netgsm.poll("").cursor
    for answer, trouble in ((refused("80"), type(None)), (refused("30"), CredentialsRejectedError)):
        netgsm_server.clock += 5 * MINUTE
        netgsm_server.fail_next(
            Fault(answer=netgsm_server.respond(_again(netgsm_server))), Fault(answer=answer)
        )
        batch = netgsm.poll(cursor)
        assert [m.text for m in messages(batch.items)] == ["gelir"]
        assert isinstance(batch.trouble, trouble)
        assert json.loads(batch.cursor)["reports_due"] == (netgsm_server.clock + MINUTE).isoformat()


def _again(server: NetgsmServer) -> Any:
    return next(call for call in server.calls if call.path.endswith("inbox"))


@pytest.mark.parametrize("last", [1, 12])
def test_every_order_and_every_repetition_of_reports_ends_in_the_same_state(
    last: int, netgsm: NetgsmSms, netgsm_server: NetgsmServer, outgoing: Build
) -> None:
    job, read, cursor = netgsm.send(outgoing("x")), [], ""
    for status in (0, 13, last):
        netgsm_server.become(job, status)
        reports, cursor = report_round(netgsm, netgsm_server, cursor)
        read.append(reports)
    ends = set()
    for order in permutations(read):
        for times in product((1, 2), repeat=len(order)):
            state = NotificationState.SENT
            for each, count in zip(order, times, strict=True):
                for report in each * count:
                    state = advanced(state, report.state)
            ends.add(state)
    assert ends == {NotificationState.DELIVERED if last == 1 else NotificationState.FAILED}
