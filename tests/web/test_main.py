"""The process itself: started as the Procfile starts it, it serves, says nothing of citizens, and stops."""

import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from config.settings import get_settings
from pipeline.desk import Desk
from tests.servers import processes
from tests.web.forms import filled, posted, query


def test_the_process_serves_keeps_citizens_out_of_its_log_and_stops_when_told(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, log = free_port(), tmp_path / "web.log"
    monkeypatch.setenv("WEB_PORT", str(port))
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    get_settings.cache_clear()
    web = processes.start([sys.executable, "-m", "web"], log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            processes.wait_until(lambda: is_ready(client), f"the web process, see {log}")
            sent = posted(client, filled(name="Ayşe Yılmaz", text="Kimseye söylemeyin"))
            assert sent.status_code == 303
            client.get(sent.headers["location"] + "?kez=6")
            client.post("/durum", data={"number": "2026-0000001-5", "security": "123456"})
    finally:
        processes.stop(web, signal.SIGTERM)
    assert query(desk, "SELECT text FROM messages") == ["Kimseye söylemeyin"]
    said = log.read_text(encoding="utf-8")
    assert "accepted" in said
    told = ("Ayşe", "söylemeyin", "5321234567", "0532", "123456", sent.headers["location"][10:40])
    assert [word for word in told if word in said] == []
    assert "Traceback" not in said


def is_ready(client: httpx.Client) -> bool:
    """Whether the process calls itself ready."""
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
