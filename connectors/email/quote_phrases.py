"""What mail programs write above what they quote, in folded letters (`domain.text.fold`).

Written from the forms themselves: Gmail, Apple Mail and iPhone, Outlook (desktop, web, phone), Yahoo,
Thunderbird, Yandex, Samsung, Hotmail, Roundcube, Zimbra and Proton, in Turkish and English. Programs change
their words; so an attribution is known by what it must say (somebody, at some time, "wrote") rather than
word by word.
"""

import re

_MONTH = (
    r"(?:oca|sub|mar|nis|may|haz|tem|agu|eyl|eki|kas|ara|jan|feb|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
)
_DATE = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ .]+{_MONTH},? +\d{{4}}|\b{_MONTH} +\d{{1,2}}(?:st|nd|rd|th)?,? +\d{{4}}"
    r"|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"
)
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+")
_WROTE = re.compile(r"\b(?:yazdi|yazmis|yazdilar|wrote|schrieb|a ecrit)\s*(?:\([^()]{6,60}\)\s*)?:$")
_SAID_WHEN = re.compile(r"\b(?:tarihinde|tarihli|tarihinden|on|saat|yazdi \()")
_NAMELESS_VERB = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{4},? \d{1,2}:\d{2}.{0,200}<?[^\s<>@]+@[^\s<>@]+>?\s*:$")

_SEPARATOR = re.compile(
    r"[-_=*\s]{2,}(?:orijinal|ozgun|asil|original|onceki)\s+(?:ileti|mesaj|message|e-?posta|posta|mail)\w*[-_=*:\s]*"
)
_FORWARD = re.compile(
    r"[-_=*\s]*(?:yonlendirilen|yonlendirilmis|iletilen|iletilmis|forwarded)\s+"
    r"(?:ileti|mesaj|message|e-?posta|posta|mail)\w*(?:\s+(?:basi|baslangici))?[-_=*:\s]*"
    r"|begin forwarded message:|[-_=*\s]*(?:basladi|baslangic)\s*:\s*iletilen ileti[-_=*\s]*"
)
_RULE = re.compile(r"[-_=*]{5,}")
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|ilt|ynl|iletilen|yonlendirilen)\s*:")

_LABELS = {
    "from": "kimden gonderen from von",
    "date": "gonderilen gonderildi gonderilenler gonderildigi gonderme gonderim tarih date sent datum",
    "to": "kime alici alicilar to an",
    "cc": "bilgi cc bcc gizli",
    "subject": "konu subject betreff",
}
_KIND_OF = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}
_ANY_LABEL = re.compile(r"[\s*_|]*[a-z][a-z -]{1,24}[\s*_]*:")
_LABEL = re.compile(r"[\s*_|]*([a-z]+)(?: (?:tarih|tarihi|zamani))?[\s*_]*:")


def is_attribution(folded: str) -> bool:
    """Whether a line says that somebody wrote something at some time: `... tarihinde sunu yazdi:`."""
    if _WROTE.search(folded) is None:
        return _NAMELESS_VERB.match(folded) is not None
    if _DATE.search(folded) is None:
        return False
    return bool(_ADDRESS.search(folded) or (_SAID_WHEN.search(folded) and _TIME.search(folded)))


def ends_like_attribution(folded: str) -> bool:
    """Whether a line can be the last one of an attribution that may be wrapped."""
    return says_wrote(folded) or folded.endswith((">:", "> :"))


def says_wrote(folded: str) -> bool:
    """Whether a line ends with "wrote:", whoever and whenever it was."""
    return _WROTE.search(folded) is not None


def is_separator(folded: str) -> bool:
    """`-----Orijinal Ileti-----` and its kin."""
    return _SEPARATOR.fullmatch(folded) is not None


def is_forward(folded: str) -> bool:
    """`---------- Yonlendirilen ileti ---------` and its kin: what follows is content, not a quote."""
    return _FORWARD.fullmatch(folded) is not None


def is_forward_subject(folded: str) -> bool:
    """`FW:`, `Fwd:`, `ILT:` as the first prefix of a subject."""
    return _FORWARD_SUBJECT.match(folded) is not None


def is_rule(folded: str) -> bool:
    """A line drawn of dashes or underscores."""
    return _RULE.fullmatch(folded) is not None


def header_kind(folded: str) -> str | None:
    """Which header a line of a quoted header block holds: from, date, to, cc, subject; None for any other."""
    match = _LABEL.match(folded)
    return _KIND_OF.get(match[1]) if match else None


def is_labelled(folded: str) -> bool:
    """Whether a line looks like some header of a quoted header block, known or not."""
    return _ANY_LABEL.match(folded) is not None
