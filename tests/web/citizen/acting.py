"""What citizens do on their pages, for the tests of those."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from itertools import count
from threading import Lock
from typing import Any

import httpx
from sqlalchemy import select, update
from sqlmodel import col

from domain.vocabulary import Queue
from pipeline.desk import Desk
from pipeline.outcomes import resolve_by
from store.incident_records import Answerable
from store.models import Answer, Case, CaseEvent, NotificationRow
from tests.fakes import process_all
from tests.web.forms import filled, posted

_serial = count(1)
_FORM = re.compile(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
OBJECT = "/durum/itiraz"
OBJECTION = "Kutular bir kez boşaltıldı, ertesi gün yine taştı."


class Worker:
    """Answers the bell of new messages at once, while it is awake."""

    desk: Desk

    def __init__(self) -> None:
        self.awake = True
        self._lock = Lock()

    def __call__(self, queue: Queue) -> None:
        if self.awake and queue is Queue.INBOUND:
            self.work()

    def work(self) -> None:
        """Do what waits, and return when it is done."""
        with self._lock:
            process_all(self.desk)


@dataclass(frozen=True, kw_only=True)
class Known:
    """A case, and what its citizen was told of it."""

    id: int
    number: str
    security: str
    phone: str = ""

    @property
    def wrong(self) -> str:
        """Another security number."""
        return f"{(int(self.security) + 1) % 1_000_000:06d}"


def ask(client: httpx.Client, number: str, security: str) -> httpx.Response:
    return client.post("/durum", data={"number": number, "security": security})


def hidden(page: str, action: str) -> dict[str, str]:
    """What a form of a page brings along by itself; the page must have it."""
    forms = dict(_FORM.findall(page))
    assert action in forms, sorted(forms)
    return {name: unescape(value) for name, value in _HIDDEN.findall(forms[action])}


class Citizens:
    """Opens cases, and acts on them as their citizens."""

    def __init__(self, client: httpx.Client, worker: Worker) -> None:
        self._client, self._worker, self._desk = client, worker, worker.desk

    def case(self, **given: str) -> Known:
        """A fresh case of a citizen of its own, with the district's municipality."""
        serial = next(_serial)
        phone = given.get(
            "phone", f"0532 {serial // 10_000:03d} {serial // 100 % 100:02d} {serial % 100:02d}"
        )
        own = {"key": f"a-key-of-one-page-view-{serial}", "phone": phone}
        assert posted(self._client, filled(**own | given)).status_code == 303
        self._worker.work()
        with self._desk.uow() as uow:
            last = select(Case).order_by(col(Case.id).desc()).limit(1)
            case = uow.session.scalars(last).one()
        security = self._desk.keyring.decrypt(case.security_number)
        return Known(id=case.id or 0, number=case.number, security=security, phone=phone)

    def answered(self, words: str = "Kutular boşaltıldı.", **given: str) -> Known:
        """A case that was answered just now."""
        known = self.case(**given)
        self.answer(known, words)
        return known

    def answer(self, known: Known, words: str) -> None:
        """Close a case by these words."""
        desk = self._desk
        with desk.uow() as uow:
            [case] = uow.cases.locked([known.id])
            answer = uow.answers.add(Answer(text=words, actor="test", at=desk.now()))
            closing = Answerable(
                case_id=known.id, state=case.state, confidentiality=case.confidentiality, channel=case.channel
            )
            resolve_by(desk, uow, answer, [closing], desk.now())
            uow.commit()

    def settle(self) -> None:
        """Return when everything that came in is worked on."""
        self._worker.work()

    def look(self, known: Known) -> str:
        """The page of a case, by both numbers."""
        page = ask(self._client, known.number, known.security)
        assert page.status_code == 200
        return page.text

    def act(
        self, action: str, page: str, *files: tuple[str, bytes], headers: Any = None, **fields: str
    ) -> httpx.Response:
        """Fill in a form of a page and send it as a browser does."""
        parts = [("files", file) for file in files] or [("files", ("", b""))]
        return self._client.post(action, data=hidden(page, action) | fields, files=parts, headers=headers)

    def row(self, known: Known) -> Case:
        """The case as it stands."""
        with self._desk.uow() as uow:
            found = uow.cases.get(known.id)
        assert found is not None
        return found

    def change(self, known: Known, **columns: Any) -> None:
        """Give a case other columns, as time or others would."""
        with self._desk.uow() as uow:
            uow.session.execute(update(Case).where(col(Case.id) == known.id).values(**columns))
            uow.commit()

    def history(self, known: Known) -> Sequence[CaseEvent]:
        with self._desk.uow() as uow:
            return uow.cases.history(known.id)

    def notices(self, known: Known, template: str) -> list[NotificationRow]:
        with self._desk.uow() as uow:
            return [row for row in uow.notifications.of_case(known.id) if row.template == template]


def objected(citizens: Citizens, known: Known, words: str = OBJECTION) -> int:
    """What came of objecting."""
    return citizens.act(OBJECT, citizens.look(known), objection=words).status_code
