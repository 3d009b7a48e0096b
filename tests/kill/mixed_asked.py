"""The sources that are asked: NetGSM, X, Telegram, and the drop folders of post, fax and a feed."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from connectors.registry import CONNECTORS
from domain.urn import Urn
from domain.vocabulary import Channel
from tests.connectors.sms.accounts import netgsm_settings
from tests.connectors.telegram import accounts as telegram_accounts
from tests.connectors.x import accounts as x_accounts
from tests.kill.mixed_source import PATIENCE, Asked
from tests.pipeline.feeding import batch, row
from tests.servers import netgsm, telegram, x
from tests.web.forms import png


class Netgsm(Asked):
    name, channel, phones = "netgsm", Channel.SMS, "536"

    def __init__(self) -> None:
        self.server = netgsm.NetgsmServer()

    def settings(self) -> BaseModel:
        return netgsm_settings(base_url=self.server.url, timeout_seconds=PATIENCE)

    def arrive(self, numbers: Sequence[int]) -> None:
        self.server.clock = datetime.now(UTC)
        for each in numbers:
            self.server.receive(self.phone(each)[2:], self.text(each))

    def left(self) -> Counter[str]:
        sent = [each["fields"]["messages"][0]["no"] for each in self.server.jobs.values()]
        return Counter(f"tel:+90{each}" for each in sent)


class XAccount(Asked):
    """Direct messages: in public X refuses words said twice, so that answers there cannot be counted."""

    name, channel = "x", Channel.X

    def __init__(self) -> None:
        self.server = x.XServer()

    def settings(self) -> BaseModel:
        return x_accounts.settings(base_url=self.server.url, timeout_seconds=PATIENCE)

    def arrive(self, numbers: Sequence[int]) -> None:
        with self.server.lock:
            self.server.clock = datetime.now(UTC)
            self.server.used.clear()  # a new window of a quarter of an hour
            for each in numbers:
                person = self._person(each)
                self.server.users[person] = "Ayşe Yılmaz"
                talk = f"{person}-{x.DESK}"
                self.server.message(self.text(each), sender=person, dm_conversation_id=talk)

    def _person(self, number: int) -> str:
        return str(1_600_000_000_000_000_000 + number)

    def recipient(self, number: int) -> Urn:
        return Urn("x", self._person(number))

    def left(self) -> Counter[str]:
        prefix, suffix = "/2/dm_conversations/with/", "/messages"
        calls = [each.path for each in self.server.calls if each.path.startswith(prefix)]
        return Counter(f"x:{path.removeprefix(prefix).removesuffix(suffix)}" for path in calls)


class TelegramAsked(Asked):
    name, channel = "telegram", Channel.TELEGRAM
    first = 700_000_000

    def __init__(self) -> None:
        self.server = telegram.TelegramServer()
        self.server.chats = set(range(self.first, self.first + 1000))

    def settings(self) -> BaseModel:
        return telegram_accounts.settings(base_url=self.server.url, timeout_seconds=PATIENCE)

    def arrive(self, numbers: Sequence[int]) -> None:
        for each in numbers:
            self.server.receive(self.text(each), sender=self.first + each)

    def recipient(self, number: int) -> Urn:
        return Urn("telegram", str(self.first + number))

    def left(self) -> Counter[str]:
        return Counter(f"telegram:{each['chat']['id']}" for each in self.server.sent)


class Folder(Asked):
    """A drop folder; files are moved into it whole."""

    def __init__(self, beside: Path) -> None:
        self.folder = beside / self.name
        (self.folder / "yeni").mkdir(parents=True)

    def settings(self) -> BaseModel:
        given = {"folder": self.folder, "settle_seconds": 0}
        return CONNECTORS[self.channel].settings.model_validate(given)

    def drop(self, name: str, content: bytes) -> None:
        """Put a file where people put it."""
        written = self.folder.with_suffix(".yarim")
        written.write_bytes(content)
        written.rename(self.folder / "yeni" / name)

    def waiting(self) -> list[Path]:
        """The files that are not put away yet."""
        inside = [*(self.folder / "yeni").iterdir(), *(self.folder / "islemde").rglob("*")]
        return [path for path in inside if path.is_file() and path.name != ".kilit"]


class Post(Folder):
    """Scans without a word: nobody is answered."""

    name, channel = "posta", Channel.POST
    shade = 0

    def _scan(self, number: int) -> bytes:
        return png(self.shade + number)

    def key(self, number: int) -> str:
        return hashlib.sha256(self._scan(number)).hexdigest()

    def arrive(self, numbers: Sequence[int]) -> None:
        for each in numbers:
            self.drop(f"tarama-{each}.png", self._scan(each))


class Fax(Post):
    name, channel, shade = "faks", Channel.FAX, 100


class Cimer(Folder):
    """The institution answers its citizens itself. Each file is kept as a row beside those of its lines."""

    name, channel = "cimer", Channel.CIMER

    def __init__(self, beside: Path) -> None:
        super().__init__(beside)
        self.files: list[str] = []

    def arrive(self, numbers: Sequence[int]) -> None:
        rows = [row(f"2026-{each:06d}", Başvuru_Metni=self.text(each)) for each in numbers]
        content = batch(*rows)
        self.files.append(hashlib.sha256(content).hexdigest())
        self.drop(f"toplu-{numbers[0]}.csv", content)
