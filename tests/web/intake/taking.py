"""What came of what an agent took down, for the tests of the intake."""

import re
from collections.abc import Callable

import httpx
import pypdfium2 as pdfium

from domain.urn import Urn
from domain.vocabulary import Channel
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from store.models import Case, Message
from tests.fakes import add_account, make_message, process_all
from tests.web.forms import query

Workers = Callable[[], int]


def only_case(desk: Desk) -> tuple[Case, list[Message]]:
    (number,) = query(desk, "SELECT number FROM cases")
    with desk.uow() as uow:
        case = uow.cases.by_number(number)
        assert case is not None
        return case, uow.messages.of_case(case.id or 0)


def number_on(page: httpx.Response) -> str | None:
    found = re.search(r'id="basvuru-no">([\d-]+)<', page.text)
    return found[1] if found else None


def telling(desk: Desk, text: str, urn: str = "tel:+905321234567", **given: object) -> None:
    """A message from an address by a channel that proves it becomes a case."""
    message = make_message(channel=Channel.SMS, sender=Urn.parse(urn), text=text, **given)
    account = add_account(desk, Channel.SMS)
    accept(desk, Intake(items=[(account, message)]))
    process_all(desk)


def pdf_text(content: bytes) -> str:
    document = pdfium.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def security_of(desk: Desk, number: str) -> str:
    (sealed,) = query(desk, f"SELECT security_number FROM cases WHERE number = '{number}'")
    return desk.keyring.decrypt(sealed)
