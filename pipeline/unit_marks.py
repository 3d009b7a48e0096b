"""The signed marks of units' mails: the address and the ids that replies come back to, the addresses of
one-click pages and of files.

Each is bound to one case, one unit and one purpose, and counts until a day. Who speaks is asked elsewhere: a
mark proves that somebody has a mail that we sent to the unit, not that they are the unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from domain.decisions import Unit
from domain.messages import InboundMessage
from domain.thread_tokens import (
    claims_token,
    make_plus_address,
    make_token,
    open_token,
    read_plus_address,
    read_token,
)
from domain.unit_marks import ACT, FILE, REPLY, UnitMark, read_mark, unit_letters
from domain.vocabulary import Channel, UnitReplyKind
from pipeline.delivery import token_id
from pipeline.desk import Desk

_LETTER = {
    UnitReplyKind.ACCEPTED: "a",
    UnitReplyKind.RESOLVED: "r",
    UnitReplyKind.RETURNED: "b",
    UnitReplyKind.EXTENSION: "e",
}
_URLS = {
    "accept_url": UnitReplyKind.ACCEPTED,
    "resolve_url": UnitReplyKind.RESOLVED,
    "return_url": UnitReplyKind.RETURNED,
    "extend_url": UnitReplyKind.EXTENSION,
}
_ACT_PAGE, _FILE_PAGE = "/birim/islem/", "/birim/dosya/"
ANSWERING = (*_URLS, "links_days")
"""The values that `links` gives."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """That a mail says it is a unit's reply; `mark` is None where that is forged, and it may be `expired`.

    What answers the mail about an incident answers for no case: it names the `first` alone.
    """

    mark: UnitMark | None
    expired: bool = False
    first: int = 0

    @property
    def case_id(self) -> int:
        """The case it names, 0 for none."""
        return self.mark.case_id if self.mark else self.first


@dataclass(frozen=True, kw_only=True)
class Click:
    """What a one-click page is for: `message_id` is the reply that it confirms, 0 for none."""

    mark: UnitMark
    kind: UnitReplyKind
    message_id: int


def unit_message_id(desk: Desk, case_id: int, unit: str, rest: str, now: datetime) -> str:
    """The Message-ID of a mail to a unit; `rest` tells one mail of a case from the next."""
    return token_id(desk, REPLY, _mark(desk, case_id, unit, desk.settings.unit_reply_days, now, rest).value)


def reply_address(desk: Desk, case_id: int, unit: str, now: datetime) -> str | None:
    """Where the unit's reply is to go; None where the desk's own address is too long to carry a mark."""
    mark = _mark(desk, case_id, unit, desk.settings.unit_reply_days, now)
    try:
        return make_plus_address(desk.token_key, REPLY, mark.value, _address(desk))
    except ValueError:
        return None  # the Message-ID carries one, too


def links(desk: Desk, case_id: int, unit: str, message_id: int, now: datetime) -> dict[str, str]:
    """The addresses of the one-click pages, by their names in templates, and how many days they count."""
    days, base = desk.settings.unit_link_days, desk.settings.public_url
    tokens = {
        name: make_token(
            desk.token_key, ACT, _mark(desk, case_id, unit, days, now, f"{_LETTER[kind]}{message_id}").value
        )
        for name, kind in _URLS.items()
    }
    return {name: f"{base}{_ACT_PAGE}{token}" for name, token in tokens.items()} | {"links_days": str(days)}


def file_url(desk: Desk, case_id: int, unit: str, attachment_id: int, now: datetime) -> str:
    """The address of a file's page; it counts as long as the one-click pages do."""
    mark = _mark(desk, case_id, unit, desk.settings.unit_link_days, now, str(attachment_id))
    return f"{desk.settings.public_url}{_FILE_PAGE}{make_token(desk.token_key, FILE, mark.value)}"


def claim_of(desk: Desk, message: InboundMessage, now: datetime) -> Claim | None:
    """What a mail claims by the marks it carries; None for one that claims nothing, as most do not."""
    if message.channel is not Channel.EMAIL:
        return None
    ids = [one for one in (message.in_reply_to or "", *reversed(message.references)) if one]
    addresses = [urn.path for urn in message.recipients]
    found = read_token(desk.token_key, ids) or read_plus_address(desk.token_key, addresses)
    if found and found[0] != REPLY:
        return None
    if found:
        mark, first = read_mark(found[1]), found[1].partition("-")[0]
        if mark is None:
            return Claim(mark=None, first=int(first) if first.isdigit() else 0)
        return Claim(mark=mark, expired=mark.until < now.date())
    domains = {desk.mail_domain, _address(desk).rpartition("@")[2]}
    return Claim(mark=None) if any(claims_token(REPLY, d, ids, addresses) for d in domains) else None


def click_of(desk: Desk, token: str, now: datetime) -> Click | None:
    """What a page's token is for; None for one that is forged, expired or for another purpose."""
    found = open_token(desk.token_key, token)
    mark = read_mark(found[1]) if found and found[0] == ACT else None
    if mark is None or mark.until < now.date():
        return None
    kind = next((kind for kind, letter in _LETTER.items() if mark.rest[:1] == letter), None)
    message_id = mark.rest[1:]
    return Click(mark=mark, kind=kind, message_id=int(message_id)) if kind and message_id.isdigit() else None


def file_of(desk: Desk, token: str, now: datetime) -> tuple[UnitMark, int] | None:
    """The mark in the address of a file's page and the file's key; None as `click_of`."""
    found = open_token(desk.token_key, token)
    mark = read_mark(found[1]) if found and found[0] == FILE else None
    if mark is None or mark.until < now.date() or not mark.rest.isdigit():
        return None
    return mark, int(mark.rest)


def quotes_our_mail(text: str) -> bool:
    """Whether words that a unit wrote hold a link of a mail to it: then they hold that mail, unseen as a
    quote, and no citizen may be told them."""
    return _ACT_PAGE in text or _FILE_PAGE in text


def unit_of(mark: UnitMark, units: Mapping[str, Unit]) -> Unit | None:
    """The unit that a mark is bound to; None where it is gone."""
    return next((unit for unit in units.values() if unit_letters(unit.code) == mark.unit), None)


def _address(desk: Desk) -> str:
    return desk.part(_parsed_address)


def _parsed_address(desk: Desk) -> str:
    return parseaddr(desk.settings.reply_address or desk.settings.mail_from)[1]


def _mark(desk: Desk, case_id: int, unit: str, days: int, now: datetime, rest: str = "") -> UnitMark:
    until = now.date() + timedelta(days=days)
    return UnitMark(case_id=case_id, unit=unit_letters(unit), until=until, rest=rest)
