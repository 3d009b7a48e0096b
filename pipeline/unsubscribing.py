"""The signed page on which a citizen says, without login, that they can do without some notices.

Its address stands in the mails it is about, and in their headers for mail programs (RFC 2369, RFC 8058). It
is bound to one address and good for this alone, and for good: a mail may be opened years later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.thread_tokens import make_token, open_token
from domain.vocabulary import Medium
from notifier.updates import DECLINABLE
from pipeline.desk import Desk
from pipeline.recipients import masked_recipient
from store.records import DueNotice
from store.unit_of_work import UnitOfWork

_KIND = "wish"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whose page it is, masked, and whether they get what can be done without."""

    address: str
    wanted: bool


def stop_url(desk: Desk, uow: UnitOfWork, notice: DueNotice) -> str:
    """The page's address for a mail that can be done without; empty for any other notice."""
    if not _is_declinable(notice):
        return ""
    known = uow.wishes.of_one(notice.recipient)
    if known is None:
        return ""
    return f"{desk.settings.public_url}/bildirim/{make_token(desk.token_key, _KIND, str(known.id))}"


def unsubscribe_headers(desk: Desk, uow: UnitOfWork, told: Sequence[DueNotice]) -> dict[str, str]:
    """The headers by which mail programs offer to unsubscribe, for a mail to one address, all of which can be
    done without.

    One click without a page (RFC 8058) is offered over TLS only, as its section 3.1 has it.
    """
    url = stop_url(desk, uow, told[0]) if all(map(_is_declinable, told)) else ""
    if not url:
        return {}
    headers = {"List-Unsubscribe": f"<{url}>"}
    if url.startswith("https:"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _is_declinable(notice: DueNotice) -> bool:
    return notice.medium == Medium.EMAIL and notice.template in DECLINABLE


def looked_up(desk: Desk, token: str) -> Wanted | None:
    """What the page shows; None for a forged token, or an address that is gone. Changes nothing."""
    contact_id = _contact(desk, token)
    if contact_id is None:
        return None
    with desk.uow() as uow:
        known = uow.wishes.by_key(contact_id)
    if known is None:
        return None
    return Wanted(address=masked_recipient(known.urn), wanted=bool(DECLINABLE - set(known.declined)))


def decide(desk: Desk, token: str, *, wanted: bool) -> Wanted | None:
    """Keep whether they want them, and return what there is to show then; None as `looked_up`."""
    contact_id = _contact(desk, token)
    if contact_id is None:
        return None
    with desk.uow() as uow:
        uow.wishes.change(contact_id, declined=[] if wanted else sorted(DECLINABLE))
        uow.commit()
    return looked_up(desk, token)


def _contact(desk: Desk, token: str) -> int | None:
    found = open_token(desk.token_key, token)
    return int(found[1]) if found and found[0] == _KIND and found[1].isdigit() else None
