"""`beyazmasa ingest`, `pipe` and `parse`: every form mails lie about in, and what cannot be read."""

import mailbox
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.desk import Desk
from tests.cli.conftest import Run


def mail(name: str) -> bytes:
    return (
        f"From: Ayşe <ayse@posta.example>\r\nSubject: {name}\r\nMessage-ID: <{name}@posta.example>\r\n\r\n"
        "Kaldırım bozuk.\r\n"
    ).encode()


def one_file(folder: Path) -> Path:
    path = folder / "a.eml"
    path.write_bytes(mail("a"))
    return path


def an_mbox(folder: Path) -> Path:
    box = mailbox.mbox(folder / "arsiv.mbox")
    for name in "bc":
        box.add(mail(name))
    box.close()
    return folder / "arsiv.mbox"


def a_maildir(folder: Path) -> Path:
    box = mailbox.Maildir(folder / "Maildir")
    for name in "de":
        box.add(mail(name))
    (folder / "Maildir" / "tmp" / "half").write_bytes(b"From: half")
    return folder / "Maildir"


def a_plain_folder(folder: Path) -> Path:
    plain = folder / "letters"
    (plain / "deep" / "er").mkdir(parents=True)
    for name in ("f.eml", "deep/g.eml", "deep/er/h"):
        (plain / name).write_bytes(mail(name[-1:] + name[:1]))
    (plain / ".hidden").write_bytes(b"not a mail")
    return plain


def a_folder_of_everything(folder: Path) -> Path:
    everything = folder / "all"
    everything.mkdir()
    for make in (one_file, an_mbox, a_maildir):
        make(everything)
    (everything / "round").symlink_to(everything)
    return everything


def an_empty_folder(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (one_file, 1),
        (an_mbox, 2),
        (a_maildir, 2),
        (a_plain_folder, 3),
        (a_folder_of_everything, 5),
        (an_empty_folder, 0),
    ],
)
def test_every_form_is_read_once_and_a_second_time_brings_nothing_new(
    run: Run, desk: Desk, tmp_path: Path, make: Callable[[Path], Path], expected: int
) -> None:
    path = make(tmp_path)
    first, again = run("ingest", path, "--json"), run("ingest", path, "--json")
    assert (first.status, first.rows) == (0, [{"read": expected, "new": expected, "unreadable": 0}])
    assert again.rows == [{"read": expected, "new": 0, "unreadable": 0}]


def test_a_person_is_told_in_a_sentence(run: Run, desk: Desk, tmp_path: Path) -> None:
    done = run("ingest", one_file(tmp_path), an_mbox(tmp_path))
    assert "3 e-posta okundu: 3 yeni" in done.out


@pytest.mark.parametrize("damage", ["a maildir without its rest", "a file nobody may read"])
def test_what_cannot_be_read_is_one_line(
    run: Run, desk: Desk, tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letters"
    if damage == "a file nobody may read":
        one_file(tmp_path)
        path.symlink_to(tmp_path / "a.eml")
        monkeypatch.setattr(Path, "read_bytes", _refused)
    else:
        (path / "cur").mkdir(parents=True)
    done = run("ingest", path)
    assert done.status == 1
    assert done.err.splitlines()[-1].startswith(f"Hata: {path}")
    assert "Traceback" not in done.err


def _refused(path: Path) -> bytes:
    raise PermissionError(13, "Permission denied", str(path))


def test_a_database_that_is_away_is_one_line_and_the_mail_server_keeps_a_piped_mail(
    run: Run, desk: Desk, tmp_path: Path
) -> None:
    desk.settings.database_url = "postgresql://nobody@127.0.0.1:1/nothing"
    desk.engine.dispose()
    del desk.engine
    failed = run("ingest", one_file(tmp_path))
    assert (failed.status, failed.out) == (1, "")
    assert failed.err.startswith("Hata: veritabanına ulaşılamıyor: `make run` çalışıyor mu")
    assert len(failed.err.splitlines()) == 1
    assert run("pipe", stdin=mail("a")).status == 75


def test_a_piped_mail_is_stored(run: Run, desk: Desk) -> None:
    assert [run("pipe", stdin=mail("a")).status for _ in range(2)] == [0, 0]
    with desk.uow() as uow:
        account = uow.accounts.by_name("boru")
        assert account is not None
        assert uow.messages.count_by_account(account.id) == 1


def test_parse_shows_what_is_understood_and_needs_no_database(run: Run, tmp_path: Path) -> None:
    path = one_file(tmp_path)
    done = run("parse", path, "--json")
    assert done.status == 0
    [message] = done.rows[0]["messages"]
    assert (message["subject"], message["sender"]) == ("a", "mailto:ayse@posta.example")
    assert "Konu satırı: a" in run("parse", path).out


def test_parse_of_a_folder_is_one_line_and_says_so_in_its_status(run: Run, tmp_path: Path) -> None:
    done = run("parse", tmp_path)
    assert done.status == 1
    assert "Traceback" not in done.out + done.err
