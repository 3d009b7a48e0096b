"""What is wrong with a batch lies in quarantine and costs nothing else (P3)."""

from pathlib import Path

import pytest

from config.settings import ISTANBUL
from connectors.feeds import connector as feed_connector
from domain.errors import ConnectionFailedError, UnreadableMessageError
from domain.vocabulary import Channel, Direction, HealthState
from pipeline import channels
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.feed_rows import SEQUENCE
from pipeline.fetch import fetch_once
from pipeline.replay import replay
from store.models import AccountNews
from tests.fakes import Clock, process_all
from tests.pipeline.disk import refusing_disk
from tests.pipeline.feeding import (
    THREE,
    batch,
    cases,
    drop,
    feed,
    messages,
    notices,
    quarantined,
    row,
    sample,
    take_in,
)


def news(desk: Desk) -> AccountNews | None:
    with desk.uow() as uow:
        return next((each for each in uow.news.all() if each.subject == SEQUENCE), None)


def test_a_folder_whose_files_cannot_be_put_away_is_told_and_not_read_over_and_over(
    desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    account = feed(desk, folder=tmp_path, settle_seconds=0)
    for number in (1, 2):
        drop(tmp_path, f"toplu-{number}.csv", batch(row(f"2026-{number}")))
    (tmp_path / "arsiv").mkdir()
    (tmp_path / "arsiv" / f"{clock().astimezone(ISTANBUL):%Y-%m-%d}").write_text("in the way")
    connector = build_connector(desk, account)
    assert not fetch_once(desk, account, connector, None)  # type: ignore[arg-type]
    with desk.uow() as uow:
        found = uow.health.get(account.id, Direction.INBOUND)
    assert found is not None
    assert (found.state, "File exists" in (found.cause or "")) == (HealthState.DEGRADED, True)
    connector.close()  # type: ignore[attr-defined]


def test_rows_that_could_not_be_stored_come_again_before_their_file_is_put_away(
    desk: Desk, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: the first slice of a large file meets a disk that refuses, the others one that is well again."""
    monkeypatch.setattr(feed_connector, "AT_ONCE", 2)
    account = feed(desk, folder=tmp_path, settle_seconds=0)
    numbers = [f"2026-00020{n}" for n in range(1, 6)]
    drop(tmp_path, "toplu.csv", batch(*map(row, numbers)))
    connector = build_connector(desk, account)
    with refusing_disk(desk), pytest.raises(ConnectionFailedError):
        fetch_once(desk, account, connector, None)  # type: ignore[arg-type]
    while fetch_once(desk, account, connector, None):  # type: ignore[arg-type]
        pass
    connector.close()  # type: ignore[attr-defined]
    process_all(desk)
    assert sorted(cases(desk)) == numbers
    assert [path.name for path in (tmp_path / "arsiv").rglob("*.csv")] == ["toplu.csv"]


def test_bad_rows_lie_in_quarantine_alone_and_each_once(desk: Desk) -> None:
    account = feed(desk)
    done = take_in(desk, account, sample("cimer_bad_rows.csv"))
    assert (done.rows, len(done.faults)) == (2, 5)
    assert sorted(cases(desk)) == THREE[:2]
    assert [entry.error.partition(":")[0] for entry in quarantined(desk)] == [
        f"row {number} of toplu.csv" for number in (3, 4, 5, 6, 7)
    ]
    take_in(desk, account, sample("cimer_bad_rows.csv") + b"\r\n", "ertesi-gun.csv")
    assert len(quarantined(desk)) == 5


def test_a_bad_row_can_be_replayed_once_the_mapping_fits(desk: Desk) -> None:
    account = feed(desk)
    take_in(desk, account, sample("cimer_bad_rows.csv"))
    entry = quarantined(desk)[1].id or 0
    with pytest.raises(UnreadableMessageError, match="is no date"):
        replay(desk, entry)
    channels.change(desk, account, {"mapping": '[columns]\nsubmitted_at = "Kayıt Günü"'})
    replay(desk, entry)
    replay(desk, entry)
    process_all(desk)
    assert sorted(cases(desk)) == [*THREE[:2], "2026-000105"]
    assert len(quarantined(desk)) == 4


def test_a_file_nobody_understood_is_taken_in_once_the_mapping_fits(desk: Desk) -> None:
    account = feed(desk)
    content = sample("cimer_other_columns.csv")
    done = take_in(desk, account, content)
    assert done.faults[0].startswith("toplu.csv: no line names a column Başvuru No")
    [entry] = quarantined(desk)
    with pytest.raises(UnreadableMessageError, match="no line names"):
        replay(desk, entry.id or 0)
    mapping = sample("other_columns.toml").decode()
    channels.change(desk, account, {"mapping": mapping})
    replay(desk, entry.id or 0)
    replay(desk, entry.id or 0)
    process_all(desk)
    assert (sorted(cases(desk)), quarantined(desk)) == (THREE, [])
    assert {m.headers.get("feed_name") for m in messages(desk)[1:]} == {"toplu.csv"}


def behak(*numbers: int) -> bytes:
    lines = ["BEHAK No;Başvuru Metni", *(f"2026/{number};Lamba yanmıyor" for number in numbers)]
    return "\n".join(lines).encode()


def test_a_gap_is_told_once_and_so_is_its_end(desk: Desk) -> None:
    desk.settings.operator_email = "operator@buyuksehir.example"
    account = feed(desk, Channel.BEHAK)
    take_in(desk, account, sample("behak_gaps.csv"))
    told = news(desk)
    assert told is not None
    assert told.state == HealthState.DEGRADED
    assert "2026: 4713-4714, 2026: 4717" in told.cause
    take_in(desk, account, behak(4713, 4714))
    told = news(desk)
    assert told is not None
    assert (told.state, "4713" in told.cause, "2026: 4717" in told.cause) == ("degraded", False, True)
    take_in(desk, account, behak(4717))
    told = news(desk)
    assert told is not None
    assert told.state == HealthState.OK
    assert [n.values["state"] for n in notices(desk, "channel_health")] == ["degraded", "ok"]
