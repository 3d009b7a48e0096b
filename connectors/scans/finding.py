"""The sender's name, address, phone and mail address in the words of a letter, where it gives them.

Pure. What stands behind a label ("Tel:", "Adres:") is believed anywhere; without one only the closing block
counts, since a letter also names others: whom it goes to, whom it is about. What stands under a heading of
theirs ("Şikayet edilen:") is not looked at: they would be sent the answer. What is found here is anybody's
claim: it serves answers and joins the letter to nobody.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import phonenumbers

from domain.text import fold
from domain.urn import Urn, can_receive_sms, mail_urn, phone_urn

_CLOSING_LINES, _LAST_LINES = 10, 5
_MOST_LINES, _LONGEST_LINE = 100, 500
"""So many lines are looked at from the beginning and from the end."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_FEW_WORDS = 2
"""A line with more words beside a number speaks of it: the number may be somebody else's."""
_CLOSING = re.compile(r"sayg\w*|arz ed\w*|arz ve talep|rica ed\w*|bilgilerinize|gereginin yapilmasi")
_OTHERS = re.compile(
    r"\W*(?:sikayet (?:edilen|olunan|ettigim)|sikayetli|ihbar (?:edilen|olunan)|davali|supheli|sanik"
    r"|karsi taraf|komsu)\w*(?:[^:.!?]{0,30}:|\W*\w*\W*$)"
)
_SENDERS = re.compile(
    r"\W*(?:sikayet eden|sikayetci|ihbar eden|basvuran|basvuru sahibi|dilekce sahibi|talep eden|musteki"
    r"|davaci|gonderen|konu|aciklama|olay|talep|sonuc|ek(?:ler)?\b)"
)
"""Headings in folded words: of whom a letter is about, and what ends that."""
_PROSE_WORDS = 8
_LABELS = {
    "name": r"ad[iı]?(?:m)?\s*(?:ve|,|-|/)?\s*soyad[iı]?(?:m)?|isim|ad[ıi] soyad[ıi]|başvuru sahibi|gönderen",
    "address": r"(?:ev |iş |açık |posta |yazışma |tebligat )?adres[iı]?(?:m)?",
    "phone": r"(?:cep |ev |iş )?(?:telefon|tel|gsm|cep)(?:u|um)?\.?(?:\s*(?:no|numarası|numaram))?\.?",
    "mail": r"e-?\s?posta(?: adresi[m]?)?|e-?mail|mail",
    "other": r"t\.?\s?c\.?\s*(?:kimlik)?\s*(?:no|numarası)?|tarih|imza|ek(?:ler)?|fax|faks|doğum tarihi",
    "subject": r"konu",
}
_ANY_LABEL = "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items())
_LABELLED = re.compile(rf"^\W*(?:{_ANY_LABEL})\s*[:;=]\s*(?P<rest>.*)$", re.IGNORECASE)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NAME = re.compile(r"^(?:[A-ZÇĞİÖŞÜÂÎÛ][\w'’.-]*)(?: [A-ZÇĞİÖŞÜÂÎÛ][\w'’.-]*){1,3}$")
_ADDRESS_LINES = 3
_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_SUBJECT = 60, 300, 200


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a letter says of its sender and its subject; empty where it says nothing."""

    name: str = ""
    subject: str = ""
    address: str = ""
    contacts: tuple[Urn, ...] = ()


def sender_in(text: str) -> Found:
    """The sender's particulars in a letter's text, one mobile number before landlines, one mail address."""
    lines = [" ".join(line.split())[:_LONGEST_LINE] for line in text.splitlines()]
    lines = list(_without_others(lines[:_MOST_LINES] + lines[_MOST_LINES:][-_MOST_LINES:]))
    told = list(_told(lines))
    closing = _closing(lines)
    short = [line for line in closing if len(_WORD.findall(_MAIL.sub("", line))) <= _FEW_WORDS]
    phones = [*_phones([rest for label, rest in told if label == "phone"]), *_phones(short)]
    mails = [*_mails([rest for label, rest in told if label == "mail"]), *_mails(short)]
    phone = next(iter(sorted(phones, key=lambda urn: not can_receive_sms(urn))), None)
    # A heading may be whom the letter goes to: an address below the closing words is the sender's before it.
    placed = [rest for label, rest in (*_told(_below(lines)), *told) if label == "address" and rest]
    named = next((_clean_name(rest) for label, rest in told if label == "name" and rest), "")
    return Found(
        name=named or _signed(closing),
        subject=next((rest for label, rest in told if label == "subject"), "")[:_LONGEST_SUBJECT],
        address=placed[0][:_LONGEST_ADDRESS] if placed else "",
        contacts=tuple(urn for urn in (phone, mails[0] if mails else None) if urn),
    )


def _without_others(lines: Sequence[str]) -> Iterator[str]:
    """The lines but those under a heading of whom the letter is about, up to what is not theirs any more."""
    others = False
    for line in lines:
        folded = fold(line)
        if _OTHERS.match(folded):
            others = True
        elif others:
            told_at_length = not _LABELLED.match(line) and len(_WORD.findall(line)) > _PROSE_WORDS
            others = not (_SENDERS.match(folded) or _CLOSING.search(folded) or told_at_length)
        if not others:
            yield line


def _told(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What stands behind labels; an address goes on in the next lines until something else begins."""
    for number, line in enumerate(lines):
        match = _LABELLED.match(line)
        if match is None:
            continue
        label = next(name for name in _LABELS if match[name])
        rest = match["rest"].strip()
        if label == "address":
            rest = "\n".join(filter(None, [rest, *_going_on(lines[number + 1 :], bool(rest))]))
        yield label, rest


def _going_on(lines: Sequence[str], begun: bool) -> Iterator[str]:
    for line in lines[: _ADDRESS_LINES - begun]:
        if not line or _LABELLED.match(line) or _MAIL.search(line) or _phones([line]):
            return
        yield line


def _closing(lines: Sequence[str]) -> list[str]:
    """The lines below the last closing words, or the last few of a letter without any."""
    written = [line for line in lines if line]
    return _below(written)[:_CLOSING_LINES] or written[-_LAST_LINES:]


def _below(lines: list[str]) -> list[str]:
    """The lines below the last closing words; none of a letter without any."""
    after = [number for number, line in enumerate(lines) if _CLOSING.search(fold(line))]
    return lines[after[-1] + 1 :] if after else []


def _signed(closing: Sequence[str]) -> str:
    """A line of the closing block that looks like a name and is no label."""
    names = (line for line in closing if _NAME.match(line) and not _LABELLED.match(f"{line}:"))
    return _clean_name(next(names, ""))


def _clean_name(text: str) -> str:
    name = text.strip(" .,;:_-")
    return name if len(name) <= _LONGEST_NAME and not re.search(r"\d|@", name) else ""


def _phones(texts: Sequence[str]) -> list[Urn]:
    found = [
        phone_urn(match.raw_string)
        for text in texts
        for match in phonenumbers.PhoneNumberMatcher(text, "TR", leniency=phonenumbers.Leniency.VALID)
    ]
    return [urn for urn in found if urn and urn.path.startswith("+")]


def _mails(texts: Sequence[str]) -> list[Urn]:
    found = [mail_urn(match[0].rstrip(".")) for text in texts for match in _MAIL.finditer(text)]
    return [urn for urn in found if urn]
