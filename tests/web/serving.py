"""The real application behind a real port, in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from pipeline.desk import Desk
from tests.servers.processes import wait_until
from web.chat import SOCKET_OPTIONS
from web.main import create_app
from web.services import Services


@dataclass(frozen=True, kw_only=True)
class Site:
    """A running web process: its address, its desk and what its pages work with."""

    url: str
    desk: Desk
    services: Services


@contextmanager
def serving(desk: Desk) -> Iterator[Site]:
    """Serve on a free port of loopback until the context ends; the accounts are known by then."""
    app = create_app(desk)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        loop="uvloop",
        http="httptools",
        proxy_headers=False,
        log_config=None,
        **SOCKET_OPTIONS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="web")
    thread.start()
    try:
        wait_until(lambda: server.started, "the web process")
        port = server.servers[0].sockets[0].getsockname()[1]
        services: Services = app.state.services
        wait_until(lambda: not services.reception.accounts.is_older_than(3600), "the accounts")
        yield Site(url=f"http://127.0.0.1:{port}", desk=desk, services=services)
    finally:
        server.should_exit = True
        thread.join()
        services.desk.engine.dispose()
