"""A real SMTP server on loopback that takes mails, and misbehaves where a test tells it to."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, AnyStr, Self, cast

from aiosmtpd.smtp import MISSING, SMTP, AuthResult
from pydantic import SecretStr

DROP = "drop the connection"
TAKE_AND_DROP = "take the mail and drop the connection before answering"
SILENT = "never answer"
TRICKLE = "answer a byte at a time, for ever"
_DSN_PARAMETERS = frozenset({"ENVID", "RET", "NOTIFY", "ORCPT"})


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One mail as the server took it."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...]
    encrypted: bool
    user: str | None


class MailServer:
    """Answers as real servers do. `answers` maps a command (or GREETING, or RCPT and an address) to a
    reply or a misbehaviour.

    `tls` speaks TLS from the first byte, `starttls` offers it; with a `password` mails need AUTH, and
    `refuse_login` is then the answer to every password.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        password: str | None = None,
        refuse_login: str | None = None,
        utf8: bool = True,
        dsn: bool = False,
    ) -> None:
        self.tls, self.starttls, self.password, self.refuse_login = tls, starttls, password, refuse_login
        self.utf8, self.dsn = utf8, dsn
        self.answers: dict[str, str] = {}
        self.deliveries: list[Delivery] = []
        self.connections = 0
        self.port = 0
        self._protocols: set[_Protocol] = set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def settings(self) -> dict[str, Any]:
        """What a desk whose mails are to leave by this server has in its settings."""
        signed_in = {"smtp_username": "beyazmasa", "smtp_password": SecretStr(self.password or "")}
        plain = {"smtp_host": "localhost", "smtp_port": self.port, "smtp_security": "none"}
        return plain | (signed_in if self.password else {})

    def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._listen())

    def stop(self) -> None:
        """Stop listening and drop every connection."""
        self._run(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def drop_connections(self) -> None:
        """Cut every open connection and go on listening."""
        self._run(self._drop())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _listen(self) -> None:
        def make() -> _Protocol:
            protocol = _Protocol(self, self._loop)
            self._protocols.add(protocol)
            self.connections += 1
            return protocol

        self._server = await self._loop.create_server(
            make, "127.0.0.1", self.port, ssl=self.tls, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _shut(self) -> None:
        self._server.close()
        await self._drop()
        await self._server.wait_closed()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drop(self) -> None:
        for protocol in self._protocols:
            if protocol.transport is not None:
                protocol.wire.abort()
        self._protocols.clear()
        await asyncio.sleep(0)


class _Protocol(SMTP):
    def __init__(self, owner: MailServer, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            _Handler(owner),
            hostname="mx.example",
            enable_SMTPUTF8=owner.utf8,
            tls_context=owner.starttls,
            require_starttls=owner.starttls is not None,
            auth_require_tls=False,
            authenticator=_Handler(owner).authenticate,
            loop=loop,
        )
        self._owner = owner
        self._greeted = False

    @property
    def wire(self) -> asyncio.Transport:
        """The connection, in clear or encrypted."""
        return cast(asyncio.Transport, self.transport)

    async def push(self, status: AnyStr) -> None:
        if not self._greeted:
            self._greeted = True
            greeting = await misbehave(self._owner.answers.get("GREETING"), self)
            if greeting:
                await super().push(greeting)
                self.wire.close()
                return
        await super().push(status)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        found = super()._getparams(params)
        if found is None or not self._owner.dsn:
            return found
        return {name: value for name, value in found.items() if name not in _DSN_PARAMETERS}


class _Handler:
    def __init__(self, owner: MailServer) -> None:
        self._owner = owner

    def authenticate(
        self, server: SMTP, session: Any, envelope: Any, mechanism: str, login: Any
    ) -> AuthResult:
        if self._owner.refuse_login:
            return AuthResult(success=False, handled=False, message=self._owner.refuse_login)
        right = login.password.decode() == self._owner.password
        return AuthResult(success=right, handled=False, auth_data=login.login.decode())

    async def handle_EHLO(
        self, server: _Protocol, session: Any, envelope: Any, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        if self._owner.password is None:
            lines = [line for line in lines if not line.startswith("250-AUTH")]
        return [*lines[:-1], "250-DSN", lines[-1]] if self._owner.dsn else lines

    async def handle_NOOP(self, server: _Protocol, session: Any, envelope: Any, arg: str) -> Any:
        return await self._answer("NOOP", server)

    async def handle_MAIL(
        self, server: _Protocol, session: Any, envelope: Any, address: str, options: list[str]
    ) -> Any:
        if self._owner.password is not None and not session.authenticated:
            return "530 5.7.0 authentication required"
        answer = await self._answer("MAIL", server)
        if answer is MISSING:
            envelope.mail_options.extend(options)
            envelope.mail_from = address
            return "250 OK"
        return answer

    async def handle_RCPT(
        self, server: _Protocol, session: Any, envelope: Any, address: str, options: list[str]
    ) -> Any:
        named = f"RCPT {address}"
        answer = await self._answer(named if named in self._owner.answers else "RCPT", server)
        if answer is MISSING:
            envelope.rcpt_options.extend(options)
            envelope.rcpt_tos.append(address)
            return "250 OK"
        return answer

    async def handle_DATA(self, server: _Protocol, session: Any, envelope: Any) -> Any:
        wanted = self._owner.answers.get("DATA")
        if wanted in (None, TAKE_AND_DROP):
            self._take(server, session, envelope)
        return await self._answer("DATA", server)

    def _take(self, server: _Protocol, session: Any, envelope: Any) -> None:
        secured = server.wire.get_extra_info("ssl_object") is not None
        self._owner.deliveries.append(
            Delivery(
                sender=envelope.mail_from,
                recipients=tuple(envelope.rcpt_tos),
                content=envelope.original_content,
                options=(*envelope.mail_options, *envelope.rcpt_options),
                encrypted=secured,
                user=session.auth_data if session.authenticated else None,
            )
        )

    async def _answer(self, command: str, server: _Protocol) -> Any:
        return await misbehave(self._owner.answers.get(command), server) or MISSING


async def misbehave(wanted: str | None, server: _Protocol) -> str | None:
    """The reply to give, None for the usual one; does not return where the connection is to hang or end."""
    if wanted == TRICKLE:
        with contextlib.suppress(ConnectionError):
            while not server.wire.is_closing():
                server.wire.write(b"2")
                await asyncio.sleep(0.02)
    if wanted in (DROP, TAKE_AND_DROP):
        server.wire.abort()
    if wanted in (DROP, TAKE_AND_DROP, SILENT, TRICKLE):
        await asyncio.Event().wait()  # ends with the connection, which cancels it
    return wanted
