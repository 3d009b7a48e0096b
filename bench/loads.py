"""Everything at work at once, as the Procfile has it: mails at a steady rate, then webhooks besides."""

import socket
from datetime import datetime

import httpx

from bench.calls import NUMBER, SID, TOKEN, Answers, call_steadily, requests
from bench.everywhere import fork
from bench.plan import Plan
from bench.stack import Stack
from bench.steady import feed_into, feed_steadily, seconds_to_case
from config.settings import ISTANBUL
from domain.vocabulary import Channel
from pipeline.channels import add

_PROGRAMS = ("worker", "web", "connectors", "documents", "notifier", "clock")
_FIRST = 2_000_000  # mails that no other step has had
_WARM_SECONDS = 2


def night() -> dict[str, str]:
    """Settings by which citizens' SMS wait, as at night: so no gateway has to take 300 of them a second."""
    hour = datetime.now(ISTANBUL).hour
    return {"QUIET_FROM": str((hour + 22) % 24), "QUIET_UNTIL": str((hour + 12) % 24)}


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def start_everything(stack: Stack, calls: int) -> list[bytes]:
    """Add an SMS account and start all programs; returns so many signed calls for it."""
    told = {"account_sid": SID, "auth_token": TOKEN, "sender": NUMBER, "provider": "twilio", "poll": "false"}
    with stack.desk() as desk:
        account = add(desk, Channel.SMS, "1530", told)
        made = requests(desk, account, calls)
    for name in _PROGRAMS:
        stack.start(name)
    stack.wait_for("web", lambda: _is_ready(stack))
    return made


def warm_up(stack: Stack, calls: list[bytes], plan: Plan) -> None:
    """Have every program do its work for the first time."""
    _call(stack, calls, len(calls))
    seconds_to_case(stack, feed_steadily(stack.settings, _FIRST, plan.steady_rate, _WARM_SECONDS))


def steady_load(stack: Stack, plan: Plan) -> list[float]:
    """Seconds from a mail's bytes to its case, sorted, at a steady rate of mails and nothing else."""
    first = _FIRST + plan.steady_rate * _WARM_SECONDS
    due = feed_steadily(stack.settings, first, plan.steady_rate, plan.steady_seconds)
    return seconds_to_case(stack, due)


def load_with_calls(stack: Stack, calls: list[bytes], plan: Plan) -> tuple[Answers, list[float]]:
    """The answers to these calls while mails go on as before, and the mails' seconds to their cases."""
    first = _FIRST + plan.steady_rate * (_WARM_SECONDS + plan.steady_seconds)
    due = fork.SimpleQueue()
    mails = fork.Process(
        target=feed_into, args=(due, stack.settings, first, plan.steady_rate, plan.hook_seconds)
    )
    mails.start()
    answers = _call(stack, calls, plan.hook_rate)
    answers.seconds.sort()
    to_case = seconds_to_case(stack, due.get())
    mails.join()
    return answers, to_case


def _call(stack: Stack, calls: list[bytes], rate: int) -> Answers:
    return call_steadily(stack.settings.web_host, stack.settings.web_port, calls, rate)


def _is_ready(stack: Stack) -> bool:
    try:
        return httpx.get(f"http://{stack.settings.web_host}:{stack.settings.web_port}/readyz").is_success
    except httpx.HTTPError:
        return False
