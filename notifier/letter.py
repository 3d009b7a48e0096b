"""Letters: a PDF in the print folder, written whole or not at all, for whoever prints and posts it."""

import errno
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from babel.dates import format_date

from config.settings import ISTANBUL
from config.whole_files import write_whole
from domain.errors import NotConfiguredError, PermanentError, TransientError
from domain.urn import letter_lines
from notifier.contracts import Outgoing
from notifier.pdf import render_pdf

LETTER = "letter"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class LetterTransport:
    """Writes each letter into the folder under a name that sorts by time and tells nothing of anybody.

    `papers` is the deployment's folder of changed papers; `written` is called with each letter and its file's
    name once the file is there.
    """

    name = "print-folder"

    def __init__(
        self,
        folder: Path,
        now: Callable[[], datetime],
        *,
        papers: Path | None = None,
        written: Callable[[Outgoing, str], None] = lambda outgoing, name: None,
    ) -> None:
        self._folder, self._now, self._papers, self._written = folder, now, papers, written

    def send(self, outgoing: Outgoing) -> str:
        """The name of the file, the same for every retry of a notice: it is printed once.

        Raises NotConfiguredError where the folder cannot be written and TransientError for a full disk.
        """
        if outgoing.recipient.scheme != LETTER:
            raise PermanentError("a letter needs a postal address")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            there = next(letters_of(self._folder, outgoing.our_id), None)
            name = there.name if there else self._put(outgoing)
        except OSError as error:
            if error.errno in _FULL:
                raise TransientError(f"the print folder is full: {error.strerror}") from error
            raise NotConfiguredError(f"the print folder cannot be written: {error.strerror}") from error
        self._written(outgoing, name)
        return name

    def close(self) -> None:
        """Nothing is kept open here."""

    def _put(self, outgoing: Outgoing) -> str:
        now = self._now()
        name = f"{now.astimezone(ISTANBUL):%Y%m%d-%H%M%S}-{outgoing.our_id}.pdf"
        write_whole(self._folder / name, render_pdf(LETTER, _values(outgoing, now), folder=self._papers))
        return name


def letters_of(folder: Path, our_id: str) -> Iterator[Path]:
    """The files of one notice that lie in a print folder."""
    return folder.glob(f"*-{our_id}.pdf")


def _values(outgoing: Outgoing, now: datetime) -> dict[str, object]:
    rendered = outgoing.rendered
    paragraphs = [" ".join(each.split()) for each in rendered.text.split("\n\n")]
    return {
        "date": format_date(now.astimezone(ISTANBUL), "d MMMM y", locale="tr"),
        "recipient": letter_lines(outgoing.recipient),
        "subject": rendered.subject or "",
        "paragraphs": [each for each in paragraphs if each],
        "number": rendered.facts.get("number", ""),
        "security_number": rendered.facts.get("security_number", ""),
    }
