"""Every channel's account by the commands an operator has: added, tried, paused, enabled, removed."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.conformance.subject import Subject
from tests.conformance.table import SUBJECTS, params


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    with request.param() as made:
        yield made


def typed(settings: BaseModel) -> list[str]:
    """The settings as somebody types them; what is as it ships is left out."""
    fields = type(settings).model_fields
    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    return [f"{name}={_shown(value)}" for name, value in given.items() if value != fields[name].default]


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("subject", params(SUBJECTS), indirect=True)
def test_an_account_of_every_kind_lives_by_the_commands(subject: Subject, run: Run, desk: Desk) -> None:
    added = run("channel", "add", subject.channel, subject.name, *typed(subject.settings()))
    assert (added.status, added.err) == (0, "")
    for secret in subject.secrets:
        assert secret not in added.out
    tried = run("channel", "test", subject.name)
    assert (tried.status in (0, 1), "Traceback" in tried.err + tried.out) == (True, False)
    for command, enabled in (("pause", False), ("enable", True)):
        assert run("channel", command, subject.name).status == 0
        [row] = run("channel", "list", "--json").rows
        assert (row["name"], row["enabled"]) == (subject.name, enabled)
    assert run("channel", "remove", subject.name).status == 0
    assert run("channel", "list", "--json").rows == []


def test_the_list_of_kinds_names_every_one_of_the_desk(run: Run) -> None:
    kinds = {row["channel"] for row in run("channel", "kinds", "--json").rows}
    assert kinds == {subject.channel for subject in SUBJECTS}
    assert len(kinds - {"http", "phone_line"}) == 17
