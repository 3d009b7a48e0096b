"""Mail handed over by the mail server over LMTP (RFC 2033): one answer a recipient, after storing (E23).

Nothing is ever refused for good: what we cannot take now gets 451, and the mail server keeps it.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from connectors.email.pipe import exit_code_for

Accept = Callable[[bytes, str], None]
"""Stores one mail for the account that one recipient's address belongs to, or raises."""
_LONGEST_LINE = 64 * 1024 * 1024
_STORED = "250 2.0.0 Stored"
_LATER = "451 4.3.0 Not stored, offer it again"


class LmtpServer:
    """Listens for a mail server on the same machine or network; it must not be reachable for others.

    `accept(raw, recipient)` runs in a thread and must return only when the mail is committed.
    """

    def __init__(self, accept: Accept, *, workers: int = 4) -> None:
        self._accept = accept
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="lmtp")
        self._server: asyncio.Server | None = None
        # At INFO aiosmtpd writes addresses, at DEBUG whole mails.
        logging.getLogger("mail.log").setLevel(logging.WARNING)

    async def start(self, host: str, port: int) -> int:
        """Listen on the address; returns the port, chosen by the system when 0 was given."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Conversation(self), host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no new connection; mails being stored are stored."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await asyncio.to_thread(self._threads.shutdown)

    async def handle_DATA(self, server: LMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook: the answers for all recipients, in their order."""
        raw = _with_return_path(envelope)
        return "\r\n".join([await self._answer(raw, recipient) for recipient in envelope.rcpt_tos])

    async def _answer(self, raw: bytes, recipient: str) -> str:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, self._accept, raw, recipient)
        except Exception as error:
            return _LATER if exit_code_for(error) else _STORED
        return _STORED


def serve(accept: Accept, *, host: str = "127.0.0.1", port: int = 2424) -> None:
    """Listen until SIGTERM or SIGINT, then finish what is being stored and return."""
    asyncio.run(_until_told(LmtpServer(accept), host, port))


async def _until_told(server: LmtpServer, host: str, port: int) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await server.start(host, port)
    await told.wait()
    await server.stop()


class _Conversation(LMTP):
    line_length_limit = _LONGEST_LINE

    def __init__(self, handler: LmtpServer) -> None:
        # The mail server that feeds us has set the limit of size.
        super().__init__(handler, data_size_limit=None, enable_SMTPUTF8=True, hostname="beyazmasa")

    async def push(self, status: str | bytes) -> None:
        """Answer; a refusal for good becomes one for now, or the mail server would return the mail."""
        text = status.decode() if isinstance(status, bytes) else status
        await super().push(f"451 4.3.0 {text[4:]}" if text.startswith("5") else text)


def _with_return_path(envelope: Envelope) -> bytes:
    # Final delivery adds it (RFC 5321, section 4.4); without it a bounce is not known as one.
    sender = (envelope.mail_from or "").strip("<>")
    content = envelope.original_content or b""
    return b"Return-Path: <" + sender.encode("utf-8", "replace") + b">\r\n" + content
