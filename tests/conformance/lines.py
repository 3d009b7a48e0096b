"""Sources that are neither web servers nor folders: a mailbox on a real Dovecot, an operator's SMPP line."""

from collections.abc import Sequence
from contextlib import ExitStack
from email.message import EmailMessage
from itertools import count
from typing import Any, Self

from pydantic import BaseModel

from connectors.email.settings import EmailSettings
from domain.urn import Urn
from domain.vocabulary import Channel
from tests.conformance.subject import Polled, Sends
from tests.connectors.sms.accounts import smpp_settings
from tests.servers import smsc
from tests.servers.dovecot import PASSWORD, running_dovecot

REFUSED_BIND = 0x0D
_USER = "uygunluk@masa.example"


class Mailbox(Polled):
    name, channel = "email", Channel.EMAIL
    secrets = (PASSWORD,)
    spoils = False  # whatever lies in a mailbox can be read as a mail
    illnesses = ("the server is down",)
    known_by = "subject"

    def __init__(self) -> None:
        self._stack, self._serial = ExitStack(), count(1)
        self._down, self._waiting = False, list[bytes]()

    def __enter__(self) -> Self:
        self.server = self._stack.enter_context(running_dovecot())
        return self

    def __exit__(self, *raised: Any) -> None:
        self._stack.close()

    def settings(self) -> BaseModel:
        return EmailSettings.model_validate(
            {"host": "127.0.0.1", "port": self.server.port, "security": "none", "username": _USER,
             "password": PASSWORD, "timeout_seconds": 2.0}
        )  # fmt: skip

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        mails = [self._mail(text) for text in texts]
        if self._down:
            self._waiting += mails
        else:
            self.server.deliver(_USER, mails)

    def _mail(self, text: str) -> bytes:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "a@posta.example", "masa@buyuksehir.example", text
        mail["Message-ID"] = f"<{next(self._serial)}@posta.example>"
        mail.set_content(text)
        return mail.as_bytes()

    def fall_ill(self, illness: str) -> None:
        self.server.stop()
        self._down = True

    def recover(self) -> None:
        self.server.start()
        self._down = False
        self.server.deliver(_USER, self._waiting)


class Smpp(Polled, Sends):
    name, channel, recipient = "sms-smpp", Channel.SMS, Urn("tel", "+905320000001")
    secrets = (smsc.PASSWORD,)
    spoils = False
    illnesses = ("the bind is refused",)

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.centre = self._stack.enter_context(smsc.running_smsc())
        return self

    def __exit__(self, *raised: Any) -> None:
        self._stack.close()

    def settings(self) -> BaseModel:
        return smpp_settings(port=self.centre.port)

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        for text in texts:
            self.centre.deliver(text.encode("utf-16-be"), data_coding=8)

    def fall_ill(self, illness: str) -> None:
        self.centre.rules(binds=[REFUSED_BIND] * 100)

    def recover(self) -> None:
        self.centre.rules(binds=[])
