"""How an address is shown to those who need not know it."""

from domain.personal import PersonalSpan, mask
from domain.urn import Urn, letter_lines
from domain.vocabulary import PersonalData


def masked_recipient(urn: str) -> str:
    """An address as it is shown: of a mail address the first letter and the last label, of a postal one the
    initials and the last line, of anything else the last two signs; no scheme."""
    try:
        address = Urn.parse(urn)
    except ValueError:
        return ""
    if address.scheme == "letter":
        name, *where = letter_lines(address)
        initials = " ".join(f"{word[:1]}." for word in name.split())
        return ", ".join([initials, *where[-1:]])
    kind = PersonalData.EMAIL if address.scheme == "mailto" else PersonalData.PHONE
    return mask(address.path, [PersonalSpan(kind, 0, len(address.path))])
