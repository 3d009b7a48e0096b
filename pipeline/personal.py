"""Personal data in what is shown: found once when a message is processed, masked whenever it is shown.

A message's own text is never changed. Subjects, names of files and the like are short and looked at as they
are shown.
"""

from collections.abc import Collection, Iterable

from domain.messages import own_words
from domain.personal import PersonalSpan, mask, may_be_seen, without_names
from domain.vocabulary import Confidentiality, PersonalData
from router.personal_data import LONGEST_TEXT, find_personal_data
from store.models import Case, Message
from store.records import Claimed, Outcome
from store.unit_of_work import UnitOfWork

NAME_SIGN = "x"
"""No system takes an asterisk in the name of a file."""


def personal_spans(claimed: Iterable[Claimed], done: Iterable[Outcome]) -> dict[int, list[PersonalSpan]]:
    """Where personal data stands in the messages that are done, by their keys."""
    ids = {outcome.message_id for outcome in done}
    return {each.id: find_personal_data(each.message.text) for each in claimed if each.id in ids}


def masked(text: str, seen: Collection[PersonalData] = ()) -> str:
    """A short text with its personal data masked, save the kinds that may be `seen`."""
    return mask(text, find_personal_data(text), seen=seen)


def masked_name(name: str, seen: Collection[PersonalData] = ()) -> str:
    """The name of a file, masked so that every system still takes it."""
    return mask(name, find_personal_data(name), seen=seen, sign=NAME_SIGN)


def masked_words(message: Message, seen: Collection[PersonalData] = ()) -> str:
    """A message's text with its personal data masked; one that nobody has looked at yet is looked at now."""
    stored = message.personal_spans
    if stored is None:
        return masked(message.text, seen)
    spans = [PersonalSpan(PersonalData(kind), start, end) for kind, start, end in stored]
    return mask(message.text, spans, seen=seen)


def masked_own_words(message: Message, seen: Collection[PersonalData] = ()) -> str:
    """The same without what the message quotes of earlier ones. What stands behind a quote too long to be
    looked through is looked at now."""
    own = own_words(masked_words(message, seen), [(start, end) for start, end in message.quoted_spans])
    return masked(own, seen) if len(message.text) > LONGEST_TEXT else own


def as_unit_reads(uow: UnitOfWork, case: Case, message: Message, words: str) -> str:
    """Words of a case's citizen as its unit may read them: where the identity is hidden, without their name
    as far as the desk knows it."""
    if case.confidentiality != Confidentiality.IDENTITY_HIDDEN:
        return words
    citizen = uow.citizens.get(case.citizen_id) if case.citizen_id else None
    return without_names(words, (message.sender_name or "", (citizen and citizen.name) or ""))


def seen_by_unit(uow: UnitOfWork, case: Case) -> frozenset[PersonalData]:
    """What a case's unit sees unmasked: what its topic needs, as far as its confidentiality allows."""
    topic = uow.taxonomy.topic(case.topic) if case.topic else None
    return may_be_seen(topic.needed if topic else (), Confidentiality(case.confidentiality))
