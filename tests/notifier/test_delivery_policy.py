"""The delivery policy as one matrix: channel x reachable media x confidentiality x public or private.

The expected side is written down independently of the policy: as words about each channel, not as code.
"""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from domain.urn import Urn, letter_lines, letter_urn
from domain.vocabulary import Channel, Confidentiality, Medium
from notifier.policy import DELIVERY, choose_route, may_invite, window_is_closed

MOBILE, MAIL = Urn("tel", "+905320000001"), Urn("mailto", "vatandas@eposta.example")
POSTAL = letter_urn("Örnek Vatandaş", "Örnek Sokağı No: 5\n34710 Kadıköy / İstanbul")
REACH = [frozenset(n for n, on in zip("SEL", bits, strict=True) if on) for bits in product((0, 1), repeat=3)]
"""Which further media are known: S an SMS number, E an e-mail address, L a postal address."""

# own: what comes first in private (C chat, E mail, S SMS, - nothing); invites: in public, where nothing else
# reaches; letters about restricted cases: who wrote one; tells: whether the desk sends this channel notices.
EXPECTED = """
channel        own  window  invites  restricted-letter  tells
email           E     -       no        no               yes
sms             S     -       no        no               yes
whatsapp        C     24      no        no               yes
facebook        C     24      yes       no               yes
x               C     -       yes       no               yes
telegram        C     -       no        no               yes
bip             C     -       no        no               yes
webchat         C     -       no        no               yes
webform         -     -       no        no               yes
mobile          -     -       no        no               yes
call_centre     -     -       no        no               yes
phone_line      -     -       no        no               yes
contact_point   -     -       no        no               yes
field           -     -       no        no               yes
post            -     -       no        yes              yes
fax             -     -       no        no               yes
http            -     -       no        no               yes
cimer           -     -       no        no               no
behak           -     -       no        no               no
"""
ROWS = {line.split()[0]: line.split()[1:] for line in EXPECTED.strip().splitlines()[1:]}
CASES = list(product(ROWS, REACH, Confidentiality, (True, False)))


def sender_of(channel: str) -> Urn:
    """Somebody who wrote by the channel, with nothing known of them but that."""
    own = {"E": Urn("mailto", "yazan@eposta.example"), "S": Urn("tel", "+905320000009")}
    return own.get(ROWS[channel][0], Urn(channel, "4711"))


def expected(channel: str, reach: frozenset[str], confidentiality: Confidentiality, private: bool) -> str:
    """The media in order, one letter each."""
    own, _, _, restricted_letter, tells = ROWS[channel]
    if tells == "no":
        return ""
    phones = ("S" if own == "S" else "") + ("S" if "S" in reach else "")
    mails = ("E" if own == "E" else "") + ("E" if "E" in reach else "")
    kept_back = confidentiality is Confidentiality.RESTRICTED and restricted_letter == "no"
    letter = "L" if "L" in reach and not kept_back else ""
    if private and own == "C":
        return "C" + phones + mails + letter
    if private and own == "E":
        return "E" + phones + mails[1:] + letter
    return phones + mails + letter


def letters(route: list[tuple[Medium, Urn]]) -> str:
    return "".join(medium[0].upper() for medium, _ in route)


def test_the_table_has_a_row_for_every_channel() -> None:
    assert set(ROWS) == set(Channel) == set(DELIVERY)


@pytest.mark.parametrize("channel", ROWS)
def test_every_channels_citizens_are_told_as_the_desk_promises(channel: str) -> None:
    wrong = []
    for name, reach, confidentiality, private in CASES:
        if name != channel:
            continue
        sender = sender_of(channel)
        contacts = [urn for n, urn in (("S", MOBILE), ("E", MAIL)) if n in reach]
        route = choose_route(
            Channel(channel),
            sender,
            contacts,
            private=private,
            confidentiality=confidentiality,
            postal=POSTAL if "L" in reach else None,
        )
        wanted = expected(channel, reach, confidentiality, private)
        if letters(route) != wanted:
            wrong.append((sorted(reach), confidentiality, private, letters(route), wanted))
    assert wrong == []


@pytest.mark.parametrize("channel", ROWS)
def test_no_route_leads_where_others_read(channel: str) -> None:
    for reach, confidentiality in product(REACH, Confidentiality):
        contacts = [urn for n, urn in (("S", MOBILE), ("E", MAIL)) if n in reach]
        route = choose_route(
            Channel(channel), sender_of(channel), contacts, private=False, confidentiality=confidentiality
        )
        assert not {medium for medium, _ in route} & {Medium.CHAT, Medium.PUBLIC}


@pytest.mark.parametrize("channel", ROWS)
def test_only_public_posts_of_some_channels_are_answered_by_an_invitation(channel: str) -> None:
    assert may_invite(channel, private=False) is (ROWS[channel][2] == "yes")
    assert may_invite(channel, private=True) is False


@pytest.mark.parametrize("channel", ["cimer", "behak"])
def test_a_feeds_citizens_are_told_where_its_account_asks_for_it(channel: str) -> None:
    route = choose_route(Channel(channel), None, [MOBILE, MAIL], asked_for=True)
    assert letters(route) == "SE"


def test_an_address_that_wants_no_notices_is_no_way_and_the_next_one_is() -> None:
    sender = Urn("whatsapp", "905320000001")
    route = choose_route(Channel.WHATSAPP, sender, [MOBILE, MAIL], postal=POSTAL, unusable={sender, MOBILE})
    assert letters(route) == "EL"


NOW = datetime(2026, 11, 24, 11, 5, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("label", "window", "ago", "told", "closed"),
    [
        ("just written", DAY, timedelta(0), None, False),
        ("a second before its end", DAY, DAY - timedelta(seconds=1), None, False),
        ("at its end", DAY, DAY, None, True),
        ("long ago", DAY, timedelta(days=40), None, True),
        ("no window", None, timedelta(days=400), None, False),
        ("the service said so", DAY, timedelta(hours=1), NOW, True),
        ("the service said so where there is no window", None, timedelta(hours=1), NOW, True),
    ],
)
def test_a_window_is_over_after_its_time_or_by_the_services_word(
    label: str, window: timedelta | None, ago: timedelta, told: datetime | None, closed: bool
) -> None:
    assert window_is_closed(window, NOW - ago, told, NOW) is closed, label


@pytest.mark.parametrize("channel", ROWS)
def test_windows_are_as_long_as_the_services_say(channel: str) -> None:
    hours = ROWS[channel][1]
    assert DELIVERY[channel].window == (None if hours == "-" else timedelta(hours=int(hours)))


@pytest.mark.parametrize(
    ("label", "name", "address", "lines"),
    [
        ("lines", "Ad Soyad", "Örnek Sk. 5\n34710 Kadıköy", ["Ad Soyad", "Örnek Sk. 5", "34710 Kadıköy"]),
        ("no name", None, "Örnek Sk. 5\n34710 Kadıköy", ["Örnek Sk. 5", "34710 Kadıköy"]),
        ("a bar", "Ad", "Örnek | Sk. 5", ["Ad", "Örnek / Sk. 5"]),
        ("white space", "Ad", "  Örnek \t Sk.  \n\n\n 5 ", ["Ad", "Örnek Sk.", "5"]),
        ("a name is no address", "Ad Soyad", "", None),
        ("a number is none either", "Ad", "34710", None),
        ("too many lines", "Ad", "\n".join(["satır bir"] * 20), ["Ad", *["satır bir"] * 5]),
        ("a line too long", None, "a" * 200, ["a" * 60]),
    ],
)
def test_a_postal_address_is_what_stands_on_an_envelope(
    label: str, name: str | None, address: str, lines: list[str] | None
) -> None:
    urn = letter_urn(name, address)
    assert (letter_lines(Urn.parse(str(urn))) if urn else None) == lines, label
