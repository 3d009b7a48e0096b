"""TLS before a server that has none, as operators put stunnel before theirs."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tests.servers.certificates import Certificates


@contextmanager
def tls_front(certificates: Certificates, behind: int) -> Iterator[int]:
    """The port at which TLS is spoken for the server at a loopback port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.certificate, certificates.key)
    front = _Front(context, behind)
    thread = Thread(target=lambda: asyncio.run(front.serve()), daemon=True)
    thread.start()
    front.ready.wait(20)
    try:
        yield front.port
    finally:
        front.loop.call_soon_threadsafe(front.over.set)
        thread.join(20)


class _Front:
    port: int
    loop: asyncio.AbstractEventLoop
    over: asyncio.Event

    def __init__(self, context: ssl.SSLContext, behind: int) -> None:
        self._context, self._behind = context, behind
        self.ready = Event()

    async def serve(self) -> None:
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0, ssl=self._context)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.over.wait()
        server.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", self._behind)
        await asyncio.gather(_pump(reader, ours), _pump(theirs, writer))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    sink.close()
