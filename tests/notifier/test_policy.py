"""Whom a notice goes to, by what, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import ISTANBUL
from domain.urn import Urn
from domain.vocabulary import Channel, Medium, Priority, Verdict
from notifier.policy import choose_route, leave_at, may_answer, over_cap

MAIL = Urn("mailto", "ayse@eposta.example")
OTHER_MAIL = Urn("mailto", "ayse.yilmaz@is.example")
MOBILE = Urn("tel", "+905321234567")
LANDLINE = Urn("tel", "+902123456789")
SHORT_CODE = Urn("tel", "1530")
SMS, EMAIL, CHAT = Medium.SMS, Medium.EMAIL, Medium.CHAT


def istanbul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ISTANBUL)


@pytest.mark.parametrize(
    ("due", "leaves"),
    [
        ("2026-11-24 21:59:59", "2026-11-24 21:59:59"),
        ("2026-11-24 22:00:00", "2026-11-25 08:00:00"),
        ("2026-11-24 23:59:59", "2026-11-25 08:00:00"),
        ("2026-11-25 00:00:00", "2026-11-25 08:00:00"),
        ("2026-11-25 02:30:00", "2026-11-25 08:00:00"),
        ("2026-11-25 07:59:59", "2026-11-25 08:00:00"),
        ("2026-11-25 08:00:00", "2026-11-25 08:00:00"),
        ("2026-12-31 23:00:00", "2027-01-01 08:00:00"),
        ("2028-02-28 22:30:00", "2028-02-29 08:00:00"),
    ],
)
def test_a_citizens_sms_waits_for_the_end_of_the_quiet_hours(due: str, leaves: str) -> None:
    at = leave_at(SMS, Priority.NORMAL, istanbul(due), quiet_from=22, quiet_until=8, to_unit=False)
    assert at == istanbul(leaves)
    assert at.tzinfo is UTC


@pytest.mark.parametrize(
    ("label", "medium", "priority", "to_unit"),
    [
        ("e-mail wakes nobody", EMAIL, Priority.LOW, False),
        ("life safety knows no quiet hours", SMS, Priority.LIFE_SAFETY, False),
        ("a unit's alert is not held back", SMS, Priority.NORMAL, True),
    ],
)
def test_quiet_hours_do_not_hold_back(label: str, medium: Medium, priority: Priority, to_unit: bool) -> None:
    due = istanbul("2026-11-24 23:30:00")
    assert leave_at(medium, priority, due, quiet_from=22, quiet_until=8, to_unit=to_unit) == due, label


@pytest.mark.parametrize(
    ("label", "quiet", "due", "leaves"),
    [
        ("hours within one day, inside", (1, 6), "2026-11-24 01:00:00", "2026-11-24 06:00:00"),
        ("hours within one day, outside", (1, 6), "2026-11-24 23:00:00", "2026-11-24 23:00:00"),
        ("until midnight", (20, 0), "2026-11-24 23:00:00", "2026-11-25 00:00:00"),
        ("equal hours mean none", (8, 8), "2026-11-24 08:30:00", "2026-11-24 08:30:00"),
    ],
)
def test_other_quiet_hours(label: str, quiet: tuple[int, int], due: str, leaves: str) -> None:
    start, end = quiet
    at = leave_at(SMS, Priority.HIGH, istanbul(due), quiet_from=start, quiet_until=end, to_unit=False)
    assert at == istanbul(leaves), label


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
    st.integers(0, 23),
    st.integers(0, 23),
    st.sampled_from(Medium),
    st.sampled_from(Priority),
    st.booleans(),
)
def test_leaving_is_never_early_never_within_quiet_hours_and_settles(
    due: datetime, start: int, end: int, medium: Medium, priority: Priority, to_unit: bool
) -> None:
    def again(at: datetime) -> datetime:
        return leave_at(medium, priority, at, quiet_from=start, quiet_until=end, to_unit=to_unit)

    at = again(due)
    assert due <= at <= due + timedelta(hours=25)
    assert again(at) == at


@pytest.mark.parametrize(
    ("label", "channel", "sender", "contacts", "expected"),
    [
        (
            "mail is answered by mail, then by SMS",
            Channel.EMAIL,
            MAIL,
            [MOBILE],
            [(EMAIL, MAIL), (SMS, MOBILE)],
        ),
        ("SMS is answered by SMS, then by mail", Channel.SMS, MOBILE, [MAIL], [(SMS, MOBILE), (EMAIL, MAIL)]),
        ("the form prefers SMS", Channel.WEBFORM, None, [MAIL, MOBILE], [(SMS, MOBILE), (EMAIL, MAIL)]),
        ("the form's sender is a contact", Channel.WEBFORM, MAIL, [MOBILE], [(SMS, MOBILE), (EMAIL, MAIL)]),
        ("a landline gets no SMS", Channel.WEBFORM, None, [LANDLINE, MAIL], [(EMAIL, MAIL)]),
        ("who wrote by SMS can read SMS", Channel.SMS, LANDLINE, [], [(SMS, LANDLINE)]),
        ("a short code cannot be answered", Channel.SMS, SHORT_CODE, [], []),
        (
            "each address once, the sender's first",
            Channel.EMAIL,
            MAIL,
            [MAIL, OTHER_MAIL],
            [(EMAIL, MAIL), (EMAIL, OTHER_MAIL)],
        ),
        ("nobody is nobody", Channel.EMAIL, None, [], []),
        ("machines get no mail (E14)", Channel.EMAIL, Urn("mailto", "MAILER-DAEMON@mx.example"), [], []),
        ("no-reply addresses neither", Channel.EMAIL, Urn("mailto", "No-Reply@kurum.example"), [], []),
        ("a broken address is no way", Channel.EMAIL, Urn("mailto", "ayse@"), [MOBILE], [(SMS, MOBILE)]),
        ("unknown schemes are no way yet", Channel.WEBFORM, Urn("telegram", "42"), [], []),
    ],
)
def test_the_way_back_to_a_citizen(
    label: str, channel: Channel, sender: Urn | None, contacts: list[Urn], expected: list[tuple[Medium, Urn]]
) -> None:
    assert choose_route(channel, sender, contacts) == expected, label


def test_what_failed_or_opted_out_is_no_way_and_the_next_one_is_taken() -> None:
    assert choose_route(Channel.SMS, MOBILE, [MAIL], unusable={MOBILE}) == [(EMAIL, MAIL)]
    assert choose_route(Channel.SMS, MOBILE, [MAIL], unusable={MOBILE, MAIL}) == []


_urns = st.sampled_from([MAIL, OTHER_MAIL, MOBILE, LANDLINE, SHORT_CODE, Urn("bip", "x"), Urn("mailto", "x")])


@given(st.sampled_from(Channel), st.none() | _urns, st.lists(_urns), st.sets(_urns))
def test_a_route_repeats_nothing_and_uses_nothing_unusable(
    channel: Channel, sender: Urn | None, contacts: list[Urn], unusable: set[Urn]
) -> None:
    route = choose_route(channel, sender, contacts, unusable=unusable)
    assert len(set(route)) == len(route)
    assert not {urn for _, urn in route} & unusable
    assert {urn for _, urn in route} <= {sender, *contacts}
    assert all(urn.scheme == {EMAIL: "mailto", SMS: "tel", CHAT: "bip"}[medium] for medium, urn in route)


@pytest.mark.parametrize(
    ("sent", "same", "over"),
    [(0, 0, False), (9, 1, False), (10, 0, True), (11, 0, True), (2, 2, True), (9, 2, True), (1, 1, False)],
)
def test_automatic_mail_has_a_hard_cap_e16(sent: int, same: int, over: bool) -> None:
    assert over_cap(sent, same) is over


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_people_are_answered_e14(verdict: Verdict) -> None:
    assert may_answer(verdict) is (verdict in (Verdict.ORDINARY, Verdict.OPT_OUT))
