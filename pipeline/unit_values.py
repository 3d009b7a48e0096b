"""What a unit is told of a case beside the facts: its words, where it is, its neighbours."""

from collections.abc import Collection, Sequence
from typing import Any

from domain.messages import ALBUM
from domain.vocabulary import CaseEventKind, Confidentiality, LinkKind, LinkState, PersonalData
from notifier.rhythm import MOST_TOGETHER
from pipeline.edits import Wordings, wordings
from pipeline.personal import as_unit_reads, masked_own_words, masked_words
from pipeline.photo_place import PLACE_SOURCE
from store.models import Case, Message
from store.unit_of_work import UnitOfWork

MAP_URL = "https://www.openstreetmap.org/?mlat={0:.5f}&mlon={1:.5f}#map=18/{0:.5f}/{1:.5f}"
"""Where a position is shown: a map that asks for no key and no account."""
GEO_URL = "geo:{0:.5f},{1:.5f}"
"""The same for the maps of a telephone (RFC 5870)."""


def opening_messages(messages: Sequence[Message]) -> list[Message]:
    """What a case was opened with: its first message, and the rest of the album that was part of."""
    first = messages[:1]
    album = first[0].headers.get(ALBUM) if first else None
    same = [
        m for m in messages[1:] if album and m.headers.get(ALBUM) == album and m.sender == first[0].sender
    ]
    return [*first, *same]


def added_messages(
    uow: UnitOfWork, case: Case, messages: Sequence[Message], only: Collection[int] = ()
) -> list[Wordings]:
    """What its citizen added to the case after it was opened, oldest first, as it reads now; `only` names
    the messages that are wanted, else it is all of them."""
    if only:
        return [each for each in wordings(messages) if each.message.id in only]
    joined = {
        line.detail.get("message")
        for line in uow.cases.history(case.id or 0)
        if line.kind == CaseEventKind.MESSAGE_ADDED and line.detail.get("from_citizen")
    }
    joined -= {message.id for message in opening_messages(messages)}
    return [each for each in wordings(messages) if each.message.id in joined]


def shown_additions(
    uow: UnitOfWork, case: Case, added: Sequence[Wordings], seen: Collection[PersonalData]
) -> list[dict[str, str]]:
    """The last of the same as templates show it: when each came, its words masked save what may be `seen`.

    What they quote is left out: our own mails tell citizens of other cases, too.
    """
    return [
        {
            "text": as_unit_reads(uow, case, each.message, masked_own_words(each.last, seen)),
            "received_at": each.message.received_at.isoformat(),
        }
        for each in added[-MOST_TOGETHER:]
    ]


def told_to_unit(
    uow: UnitOfWork,
    case: Case,
    messages: Sequence[Message],
    seen: Collection[PersonalData],
) -> dict[str, Any]:
    """The values of a unit's notice that come from messages and links; each variant shows what it may."""
    citizen = uow.citizens.get(case.citizen_id) if case.citizen_id else None
    first = messages[0] if messages else None
    reached = [urn for urn in (first.sender, *first.contacts) if urn] if first else []
    return {
        "text": _opening_words(uow, case, wordings(messages)[0].last, seen) if first else "",
        "citizen_name": (first and first.sender_name) or (citizen and citizen.name) or "",
        "citizen_contact": ", ".join(dict.fromkeys(urn.partition(":")[2] for urn in reached)),
        **_position(uow, case, first),
        **_neighbours(uow, case),
    }


def _opening_words(uow: UnitOfWork, case: Case, message: Message, seen: Collection[PersonalData]) -> str:
    """What the case was opened with. Where that answers a mail about another case, its quotes are left out:
    they tell of that one, which may be hidden or restricted, beside its citizen's name."""
    related = bool(message.quoted_spans) and uow.cases.has_line(
        case.id or 0, CaseEventKind.POSSIBLY_RELATED, {}
    )
    words = masked_own_words(message, seen) if related else masked_words(message, seen)
    return as_unit_reads(uow, case, message, words)


def _position(uow: UnitOfWork, case: Case, first: Message | None) -> dict[str, str]:
    """The coordinates, and where a map shows them; those a photo told only for a topic that needs a place,
    since it may be a home."""
    place = case.place or {}
    latitude, longitude = place.get("latitude"), place.get("longitude")
    known = latitude is not None and longitude is not None
    topic = uow.taxonomy.topic(case.topic) if case.topic else None
    from_photo = first is not None and PLACE_SOURCE in first.headers
    if not known or (from_photo and not (topic and "place" in topic.needed)):
        return dict.fromkeys(("position", "map_url", "geo_url"), "")
    return {
        "position": f"{latitude:.5f}, {longitude:.5f}",
        "map_url": MAP_URL.format(latitude, longitude),
        "geo_url": GEO_URL.format(latitude, longitude),
    }


def _neighbours(uow: UnitOfWork, case: Case) -> dict[str, str]:
    """The numbers of linked cases; only public ones, since a link says something about both."""
    links = [
        link
        for link in (
            uow.links.of_case(case.id or 0) if case.confidentiality == Confidentiality.PUBLIC else ()
        )
        if link.confidentiality == Confidentiality.PUBLIC and link.state != LinkState.DISMISSED
    ]
    return {
        name: ", ".join(link.number for link in links if link.kind == kind)
        for name, kind in (("duplicates", LinkKind.DUPLICATE), ("same_incident", LinkKind.SAME_INCIDENT))
    }
