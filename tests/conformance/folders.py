"""What is dropped into folders: scans of letters and faxes, batches of other institutions."""

import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from connectors.registry import CONNECTORS
from domain.vocabulary import Channel
from tests.conformance.subject import Polled
from tests.web.forms import png


class InFolder(Polled):
    """A drop folder of its own; ill is a folder that is not there, as when a share is not mounted."""

    illnesses = ("the folder is gone",)

    def __init__(self) -> None:
        self._serial = count(1)
        self._temporary = tempfile.TemporaryDirectory(prefix="conformance")
        self.folder = Path(self._temporary.name) / "gelen"
        self._inbox.mkdir(parents=True)

    @property
    def _inbox(self) -> Path:
        return self.folder / "yeni"

    def __exit__(self, *raised: Any) -> None:
        self._temporary.cleanup()

    def fall_ill(self, illness: str) -> None:
        self.folder.rename(self.folder.with_name("weg"))

    def recover(self) -> None:
        self.folder.with_name("weg").rename(self.folder)

    def put(self, name: str, content: bytes) -> None:
        """Drop one file, be the folder mounted or not."""
        here = self._inbox if self.folder.exists() else self.folder.with_name("weg") / "yeni"
        (here / name).write_bytes(content)


class Scans(InFolder):
    known_by = "(SELECT split_part(name, '.png', 1) FROM attachments WHERE message_id = messages.id)"

    def settings(self) -> BaseModel:
        return CONNECTORS[self.channel].settings.model_validate({"folder": self.folder, "settle_seconds": 1})

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        if bad:
            self.put("bozuk.pdf", b"bozuk: bu bir tarama degil")
        for text in texts:
            self.put(f"{text}.png", png(next(self._serial)))


class Post(Scans):
    name, channel = "post", Channel.POST


class Fax(Scans):
    name, channel = "fax", Channel.FAX


class Feed(InFolder):
    known_by = "CASE WHEN external_reference IS NULL THEN '' ELSE text END"
    _HEAD: ClassVar[str] = "Başvuru No;Başvuru Metni;Başvuru Tarihi\r\n"

    def settings(self) -> BaseModel:
        return CONNECTORS[self.channel].settings.model_validate({"folder": self.folder, "settle_seconds": 1})

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        rows = [f"{self.name.upper()}-{next(self._serial)};{text};04.05.2026" for text in texts]
        if bad:
            rows.insert(len(rows) // 2, ";bozuk;04.05.2026")
        name = f"liste-{next(self._serial)}.csv"
        self.put(name, (self._HEAD + "\r\n".join(rows) + "\r\n").encode("cp1254"))


class Cimer(Feed):
    name, channel = "cimer", Channel.CIMER


class Behak(Feed):
    name, channel = "behak", Channel.BEHAK
