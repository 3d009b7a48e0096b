"""Phone numbers and mail addresses that stand in what somebody types."""

import re
from collections.abc import Iterable, Iterator

import phonenumbers

from domain.urn import Urn, mail_urn
from domain.vocabulary import ChatQuestion

_MAIL = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,190}")
_LONGEST = 4000
"""Characters that are looked at; nobody needs more to say how to be reached."""
_MINE = re.compile(
    r"\b(?:numaram|tel(?:efon)?um|gsm['’]?[iıİ]m|cebim|e-?postam|e-?ma[iıİ]l['’]?[iıİ]m|ma[iıİ]l['’]?[iıİ]m|adres[iıİ]m)"
    r"\b[\s:;,=–-]{0,4}(?P<address>[+(]?\d[\d\s()./-]{5,24}|[^\s@]{1,64}@[^\s@]{1,190})",
    re.IGNORECASE,
)
"""An address behind a word by which its owner names it."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEW_WORDS = 2
"""As many stand beside a number that is only a number: "telefonum", "cep numaram"."""


def find_contacts(text: str, region: str = "TR") -> tuple[Urn, ...]:
    """The addresses in a text, phone numbers first, each once, in the order they stand there."""
    text = text[:_LONGEST]
    mails = [mail_urn(found.rstrip(".!?'’")) for found in _MAIL.findall(text)]
    # What looks like a number within an address is none.
    matches = phonenumbers.PhoneNumberMatcher(_MAIL.sub(" ", text), region)
    phones = [
        Urn("tel", phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
        for match in matches
    ]
    return tuple(dict.fromkeys([*phones, *(urn for urn in mails if urn)]))


def own_contacts(lines: Iterable[tuple[str, ChatQuestion | None]]) -> tuple[Urn, ...]:
    """The addresses by which somebody wants to be reached, in lines with the question each answers.

    That is what answers the question for it, what is called one's own, and what stands alone where nothing
    was asked (to an agent). Any other may be whom the words are about: who reads there would be told both
    numbers of the case.
    """
    found = [urn for text, asked in lines for urn in _own(text[:_LONGEST], asked)]
    return tuple(sorted(dict.fromkeys(found), key=lambda urn: urn.scheme != "tel"))


def says_more(text: str) -> bool:
    """Whether an answer to how somebody wants to be reached tells something else, too."""
    return len(_WORD.findall(_MAIL.sub(" ", text[:_LONGEST]))) > _FEW_WORDS


def _own(text: str, asked: ChatQuestion | None) -> Iterator[Urn]:
    alone = asked is None and not _WORD.search(_MAIL.sub(" ", text))
    if alone or asked is ChatQuestion.CONTACT:
        yield from find_contacts(text)
    for named in _MINE.finditer(text):
        yield from find_contacts(named["address"])
