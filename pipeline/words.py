"""What becomes of a message once its scans are read: words, who wrote them, and whether they can be trusted.

Pure. Contacts that stand in a letter serve its answers; they join it to nobody (`pipeline.register`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.base import TranscribedPage, Transcript
from connectors.scans.finding import Found, sender_in
from domain.messages import ILLEGIBLE, InboundMessage
from domain.urn import Urn

POSTAL_ADDRESS = "postal_address"
PAGE_BREAK = "\n\n"


def with_words(message: InboundMessage, transcripts: Sequence[Transcript]) -> InboundMessage:
    """The message with the words of its scans, and headers that say how sure they are."""
    pages = [page for transcript in transcripts for page in transcript.pages]
    text = PAGE_BREAK.join(filter(None, [message.text, *(page.text for page in pages)]))
    found = sender_in(text)
    contacts = [urn for urn in found.contacts if _is_certain(urn, pages)]
    return replace(
        message,
        text=text,
        subject=message.subject or found.subject or None,
        sender_name=message.sender_name or found.name or None,
        contacts=tuple(dict.fromkeys((*message.contacts, *contacts))),
        headers={**message.headers, **dict(_headers(transcripts, pages, found))},
    )


def _headers(
    transcripts: Sequence[Transcript], pages: Sequence[TranscribedPage], found: Found
) -> Iterator[tuple[str, str]]:
    sure = ["-" if page.confidence is None else str(page.confidence) for page in pages]
    yield "ocr_confidence", " ".join(sure)
    problems = [transcript.problem for transcript in transcripts if transcript.problem]
    if problems:
        yield "ocr_problem", "; ".join(problems)
    if problems or not all(page.clear for page in pages) or not any(page.text for page in pages):
        yield ILLEGIBLE, "1"
    if found.address:
        yield POSTAL_ADDRESS, found.address


def _is_certain(urn: Urn, pages: Sequence[TranscribedPage]) -> bool:
    """Whether an address was read without doubt: one wrong digit tells somebody else of the case."""
    compact = _compact(urn.path).removeprefix("+90")
    for page in pages:
        if compact in _compact(page.text):
            parts = (_compact(word) for word in page.doubtful)
            return page.clear and not any(part and part in compact for part in parts)
    return False


def _compact(text: str) -> str:
    return "".join(each for each in text.lower() if each.isalnum() or each in "@+")
