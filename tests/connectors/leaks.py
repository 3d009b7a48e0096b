"""Whether secrets or citizens' words come before whoever reads errors, logs and settings (G10, test 30)."""

import traceback
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from pydantic import BaseModel

from domain.errors import DeskError
from tests.servers.standin import Answer, Fault, StandIn


def faults(*answers: Answer) -> list[Any]:
    """Rows for `fault`: none at all, silence, a broken connection, and each of these answers."""
    return [
        pytest.param(None, id="none"),
        pytest.param(Fault(silent=True), id="silence"),
        pytest.param(Fault(drop=True), id="a broken connection"),
        *(pytest.param(Fault(answer=answer), id=str(answer.status)) for answer in answers),
    ]


def everything(error: BaseException) -> str:
    """All that an error tells."""
    return "".join([*traceback.format_exception(error), repr(error), str(error)])


def told_by(
    attempts: Iterable[Callable[[], object]], server: StandIn | None = None, fault: Fault | None = None
) -> list[str]:
    """All that the errors of these attempts tell; the fault, if there is one, meets each of them."""
    told: list[str] = []
    for attempt in attempts:
        if server and fault:
            server.fail_next(fault)
        try:
            attempt()
        except DeskError as error:
            told.append(everything(error))
        assert not (server and server.faults), "the attempt asked nobody"
    return told


def shown(settings: BaseModel) -> str:
    """Settings in every form in which somebody may see them."""
    forms = (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump()))
    return "\n".join(forms)


def leaked(secrets: Iterable[str], *texts: str) -> list[str]:
    """The secrets that stand in one of the texts."""
    return [secret for secret in secrets if any(secret in text for text in texts)]
