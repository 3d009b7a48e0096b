"""Signed SMS webhooks at a fixed rate, whether the desk keeps up or not."""

import asyncio
import os
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from bench.corpus import short_text
from pipeline.connecting import webhook_url
from pipeline.desk import Desk
from store.records import Account

SID = "AC" + "5" * 32
TOKEN = "yalnizca-bu-olcum-icin-bir-jeton"
NUMBER = "+905000001530"
_DEADLINE = 15.0
_Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Answers:
    """Seconds that each good answer took, and how many calls were answered otherwise or not at all."""

    seconds: list[float] = field(default_factory=list)
    bad: int = 0


def requests(desk: Desk, account: Account, count: int, first: int = 0) -> list[bytes]:
    """That many calls as they go over the wire."""
    url = webhook_url(desk, account)
    return [_request(url, number) for number in range(first, first + count)]


def _request(url: str, number: int) -> bytes:
    sid = f"SM{number:032x}"
    form = {
        "ToCountry": "TR", "SmsMessageSid": sid, "NumMedia": "0", "SmsSid": sid, "SmsStatus": "received",
        "Body": short_text(number), "FromCountry": "TR", "To": NUMBER, "NumSegments": "1", "MessageSid": sid,
        "AccountSid": SID, "From": f"+90500{number % 10_000_000:07d}", "ApiVersion": "2010-04-01",
    }  # fmt: skip
    body = urlencode(form)
    head = [
        f"POST {urlsplit(url).path} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Twilio-Signature: {RequestValidator(TOKEN).compute_signature(url, form)}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode("ascii")


def call_steadily(host: str, port: int, calls: list[bytes], rate: int) -> Answers:
    """Make the calls at a rate, each when it is due."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)  # who calls sits on another machine
    try:
        return asyncio.run(_call_all(_Lines(host, port), calls, rate))
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, 0)


async def _call_all(lines: "_Lines", calls: list[bytes], rate: int) -> Answers:
    answers = Answers()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    async with asyncio.TaskGroup() as group:
        for turn, call in enumerate(calls):
            due = begun + turn / rate
            await asyncio.sleep(due - loop.time())
            group.create_task(_call(lines, call, due, answers))
    lines.close()
    return answers


async def _call(lines: "_Lines", call: bytes, due: float, answers: Answers) -> None:
    try:
        async with asyncio.timeout(_DEADLINE):
            status = await lines.exchange(call)
    except (OSError, EOFError, TimeoutError):
        status = 0
    if status == 200:
        answers.seconds.append(asyncio.get_running_loop().time() - due)
    else:
        answers.bad += 1


class _Lines:
    """Connections that are kept open, a further one whenever all are in use."""

    def __init__(self, host: str, port: int) -> None:
        self._place = (host, port)
        self._free: deque[_Line] = deque()

    async def exchange(self, call: bytes) -> int:
        """The status of the answer. Raises OSError or EOFError."""
        line = await self._line()
        reader, writer = line
        writer.write(call)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length or b"0"))
        self._free.append(line)
        return int(head.split(b" ", 2)[1])

    async def _line(self) -> _Line:
        while self._free:
            line = self._free.popleft()  # the one that rested longest: the server closes those it sees idle
            if not line[0].at_eof():
                return line
            line[1].close()
        return await asyncio.open_connection(*self._place)

    def close(self) -> None:
        """Close them all."""
        for _, writer in self._free:
            writer.close()
