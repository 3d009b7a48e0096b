"""A filled-in form, small real files, and what became of both."""

import struct
import zlib
from typing import Any

import httpx
import psycopg

from pipeline.desk import Desk
from tests.fakes import RUBBISH

PHONE = "0532 123 45 67"


def filled(**given: str) -> dict[str, str]:
    """What a citizen types, changed by what is given."""
    return {"key": "a-key-of-one-page-view", "text": RUBBISH, "phone": PHONE} | given


def png(shade: int = 0) -> bytes:
    """A real picture of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def posted(
    client: httpx.Client, fields: dict[str, str], *files: tuple[str, bytes], **more: Any
) -> httpx.Response:
    """Send the form as a browser does: multipart, with an empty file field where no file was chosen."""
    parts = [("files", (name, content)) for name, content in files] or [("files", ("", b""))]
    return client.post("/", data=fields, files=parts, **more)


def query(desk: Desk, statement: str) -> list[Any]:
    """What the database says; a single column comes without its tuples."""
    with psycopg.connect(desk.settings.database) as connection:
        rows = connection.execute(statement.encode()).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]
