"""What an account of a feed may be told, and what its check says."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.base import ConnectorContext
from connectors.feeds.connector import FeedConnector
from connectors.registry import CONNECTORS
from domain.errors import NotConfiguredError
from domain.vocabulary import Channel

REFUSED = [
    ("answers into the drop folder", {"folder": "/a", "answer_folder": "/a/cevap"}, "outside folder"),
    ("a sender that is no address", {"mail_senders": ["kurum"]}, "no address: kurum"),
    ("a mapping that is no TOML", {"mapping": "columns = 1 2"}, "is no TOML"),
    ("a column of ours that is none", {"mapping": '[columns]\nreferans = "a"'}, "referans"),
    ("a reference without a column", {"mapping": "[columns]\nreference = []"}, "must name reference"),
    ("a pattern that is none", {"mapping": "sequence = '('"}, "no regular expression"),
    ("a sequence without numbers", {"mapping": "sequence = 'a'"}, r"needs \(\?P<number>"),
    ("a kind that is none", {"mapping": '[kinds]\n"a" = "dert"'}, "complaint"),
    ("two signs between columns", {"mapping": 'delimiter = ";;"'}, "delimiter"),
    ("an hour that is none", {"answer_hour": 24}, "answer_hour"),
    ("a setting that is none", {"klasor": "/a"}, "klasor"),
]


def connector(channel: Channel = Channel.CIMER, **given: Any) -> FeedConnector:
    spec = CONNECTORS[channel]
    context = ConnectorContext(
        account_id=1,
        name="kurum",
        settings=spec.settings.model_validate(given),
        now=lambda: datetime(2026, 11, 23, 9, tzinfo=UTC),
    )
    built = spec.build(context)
    assert isinstance(built, FeedConnector)
    return built


@pytest.mark.parametrize(("label", "given", "said"), REFUSED, ids=[each[0] for each in REFUSED])
def test_wrong_settings_are_refused_by_name(label: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CONNECTORS[Channel.BEHAK].settings.model_validate(given)


@pytest.mark.parametrize("channel", [Channel.CIMER, Channel.BEHAK])
def test_nothing_must_be_given_and_what_is_stored_is_read_back(channel: Channel) -> None:
    model = CONNECTORS[channel].settings
    settings = model.model_validate({"mapping": 'sequence = ""\n[columns]\nreference = "No"'})
    again = model.model_validate(settings.model_dump(mode="json"))
    assert again == settings
    assert CONNECTORS[channel].polls(settings) is False
    assert CONNECTORS[channel].polls(model.model_validate({"folder": "/a"})) is True


def test_a_check_makes_the_folders_and_leaves_no_trace(tmp_path: Path) -> None:
    answers = tmp_path / "cevap"
    answers.mkdir()
    (tmp_path / "gelen").mkdir()
    made = connector(folder=tmp_path / "gelen", answer_folder=answers)
    made.check()
    made.close()
    assert (tmp_path / "gelen" / "yeni").is_dir()
    assert list(answers.iterdir()) == []


@pytest.mark.parametrize("missing", ["folder", "answer_folder"])
def test_a_check_says_which_folder_is_missing(tmp_path: Path, missing: str) -> None:
    given: dict[str, Any] = {missing: tmp_path / "yok"}
    made = connector(**given)
    with pytest.raises(NotConfiguredError, match="yok"):
        made.check()
    made.close()


def test_a_feed_without_a_folder_is_not_polled() -> None:
    with pytest.raises(NotConfiguredError, match="no folder"):
        connector().poll("")
