"""Files that were too large for a unit's mail: one page each, that tells and gives others nothing."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, urlsplit

import httpx
import pytest
from sqlalchemy import select, update

from domain.messages import Attachment
from domain.thread_tokens import make_token
from domain.unit_marks import ACT, FILE, UnitMark, unit_letters
from domain.vocabulary import CaseEventKind, ScanState
from pipeline.desk import Desk
from store.models import Case, MessageAttachment
from tests.pipeline.answering_units import assigned_case, history, mail_to_unit, told
from tests.pipeline.reviewing import changed
from web.unit_files import BY_CLIENT, BY_LINK

CONTENT = b"<script>alert(document.domain)</script>"
NAME = 'çöp "kutusu"\r\nX-Evil: 1.html'


@pytest.fixture
def case(desk: Desk) -> Case:
    """A case whose file has no room in its unit's mail."""
    desk.settings = desk.settings.model_copy(update={"unit_attached_mb": 0})
    return assigned_case(desk, attachments=[Attachment(name=NAME, media_type="text/html", content=CONTENT)])


def path(desk: Desk, case: Case) -> str:
    [file] = told(desk, mail_to_unit(desk, case))[0]["linked_files"]
    return str(urlsplit(file["file_url"]).path)


def downloads(desk: Desk, case: Case) -> list[dict[str, object]]:
    return [line.detail for line in history(desk, case) if line.kind == CaseEventKind.UNIT_DOWNLOADED]


def test_opening_a_link_gives_nothing_and_its_button_the_file(
    client: httpx.Client, desk: Desk, case: Case
) -> None:
    address = path(desk, case)
    for method in ("GET", "HEAD", "GET"):
        shown = client.request(method, address, headers={"Sec-Purpose": "prefetch"})
        assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert CONTENT.decode() not in shown.text
    assert case.number in shown.text
    assert client.post(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert downloads(desk, case) == []
    for _ in range(2):
        assert client.post(address).content == CONTENT
    [line] = downloads(desk, case)
    assert line["unit"] == case.unit, "once a unit and file"


def test_a_citizens_file_is_saved_and_never_shown(client: httpx.Client, desk: Desk, case: Case) -> None:
    answer = client.post(path(desk, case))
    kept = answer.headers["content-disposition"]
    assert kept.startswith('attachment; filename="')
    assert quote("çöp _kutusu_") in kept
    assert kept.count('"') == 2
    assert "x-evil" not in answer.headers
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


def withheld(desk: Desk, state: ScanState) -> None:
    with desk.uow() as uow:
        uow.session.execute(update(MessageAttachment).values(scan=None))
        [file] = uow.session.scalars(select(MessageAttachment))
        uow.files.scanned(file.id or 0, state, "Eicar")
        uow.commit()


Spoil = Callable[[Desk, Case], None]
TAKEN_AWAY: list[tuple[str, Spoil]] = [
    ("it became restricted", lambda desk, case: changed(desk, case, confidentiality="restricted")),
    (
        "its citizen is hidden by now",
        lambda desk, case: changed(desk, case, confidentiality="identity_hidden"),
    ),
    ("another unit has the case", lambda desk, case: changed(desk, case, unit="iski-kanal")),
    ("nobody could scan it", lambda desk, case: withheld(desk, ScanState.UNSCANNED)),
    ("a virus was found", lambda desk, case: withheld(desk, ScanState.INFECTED)),
]


def test_a_file_that_is_not_the_units_any_more_is_not_there(
    client: httpx.Client, desk: Desk, case: Case
) -> None:
    address, unit = path(desk, case), case.unit
    gone = client.get("/birim/dosya/x").text
    for label, spoil in TAKEN_AWAY:
        changed(desk, case, confidentiality="public", unit=unit)
        spoil(desk, case)
        for answer in (client.get(address), client.post(address)):
            assert (label, answer.status_code, answer.text == gone) == (label, 404, True)
    assert downloads(desk, case) == []


def test_forged_expired_and_foreign_links_are_told_apart_by_nothing(
    client: httpx.Client, desk: Desk, case: Case
) -> None:
    other = assigned_case(desk)
    token = path(desk, case).rpartition("/")[2]
    file_id = token.split(".")[1].rpartition("-")[2]
    until = desk.now().date() + timedelta(days=1)

    def mark(case: Case, unit: str, days: int = 0, rest: str = file_id) -> str:
        own = UnitMark(
            case_id=case.id or 0, unit=unit_letters(unit), until=until + timedelta(days=days), rest=rest
        )
        return own.value

    genuine = mark(case, case.unit)
    assert client.get(f"/birim/dosya/{make_token(desk.token_key, FILE, genuine)}").status_code == 200
    tokens = [
        make_token(b"x" * 32, FILE, genuine),
        make_token(desk.token_key, ACT, genuine),
        make_token(desk.token_key, FILE, mark(case, case.unit, days=-2)),
        make_token(desk.token_key, FILE, mark(case, "iski-kanal")),
        make_token(desk.token_key, FILE, mark(other, other.unit)),
        make_token(desk.token_key, FILE, mark(case, case.unit, rest="r0")),
        token[:-1] + ("a" if token[-1] != "a" else "b"),
    ]
    answers = [client.request(how, f"/birim/dosya/{each}") for each in tokens for how in ("GET", "POST")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert case.number not in answers[0].text


def test_a_link_is_taken_so_often_in_whatever_letters(client: httpx.Client, desk: Desk, case: Case) -> None:
    """Marks are read without regard to case, since mail programs change it."""
    head, token = path(desk, case).rsplit("/", 1)
    codes = [client.post(f"{head}/{each}").status_code for each in [token] * BY_LINK.times + [token.upper()]]
    assert codes == [200] * BY_LINK.times + [429]


def test_who_tries_many_links_is_stopped(client: httpx.Client) -> None:
    codes = [client.get("/birim/dosya/file.x").status_code for _ in range(BY_CLIENT.times + 1)]
    assert codes == [404] * BY_CLIENT.times + [429]
