"""The page docs/channels/http.md is right: its curl lines deliver to the running site."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from config.accounts import seal
from connectors.http_channel.settings import HttpSettings
from domain.vocabulary import Channel
from pipeline.desk import Desk
from tests.fakes import process_all
from tests.servers.processes import find_program
from tests.web.serving import serving

PAGE = Path(__file__).parents[2] / "docs" / "channels" / "http.md"
SECRET = "a1b2c3d4" * 8
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
(SCRIPT,) = [text for kind, text in BLOCKS if kind == "sh" and "curl" in text]
MESSAGE, ANSWER = [text for kind, text in BLOCKS if kind == "json"]


def give_account(desk: Desk) -> None:
    settings, secrets = seal(HttpSettings.model_validate({"secret": SECRET}), desk.keyring)
    with desk.uow() as uow:
        uow.accounts.add(Channel.HTTP, "ebys", settings, secrets, desk.keyring.key_id, desk.now())
        uow.commit()


def deliver(folder: Path, hook: str, secret: str, message: str = MESSAGE) -> str:
    (folder / "message.json").write_text(message, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "SECRET": secret, "HOOK": hook, "no_proxy": "127.0.0.1"}
    done = subprocess.run(
        ["sh", "-eu", "-c", SCRIPT], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def hook(desk: Desk) -> str:
    for program in ("curl", "openssl"):
        if find_program(program) is None:
            reason = f"{program} is not installed"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    give_account(desk)
    return "/hooks/http/ebys"


def test_the_documented_call_becomes_a_case_once(desk: Desk, hook: str, tmp_path: Path) -> None:
    with serving(desk) as site:
        answers = [deliver(tmp_path, site.url + hook, SECRET) for _ in range(2)]
        assert [json.loads(answer) for answer in answers] == [json.loads(ANSWER)] * 2
        assert deliver(tmp_path, site.url + hook, SECRET[::-1]) == "forbidden"
        assert "no such account" in deliver(tmp_path, site.url + "/hooks/http/yok", SECRET)
        bad = json.loads(deliver(tmp_path, site.url + hook, SECRET, '{"id": "talep-1043"}'))
        assert bad["items"][0]["accepted"] is False
    assert process_all(desk) == 1
    with desk.uow() as uow:
        message = uow.messages.of_case(1)[0]
        assert (message.external_id, message.sender_name) == ("talep-1042", "Ayşe Yılmaz")
