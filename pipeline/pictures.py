"""Pictures for units: upright, small enough, without EXIF. The original stays as it came.

Decoding happens in a process of its own that is held to memory and time: a file made to hurt, or a decoder's
fault, costs that file and nothing else.
"""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePath
from tempfile import TemporaryFile
from threading import BoundedSemaphore

from domain.errors import UnreadableMessageError
from domain.messages import Attachment
from pipeline.jpeg import is_bare
from pipeline.picture_limits import CPU_SECONDS, UNUSABLE

REWRITTEN = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})
"""What units get anew. Multi-page scans (TIFF) and animations go as they are: they carry no position."""
LONGEST_SIDE = 2560
SMALL_BYTES = 1024 * 1024
"""A photo no larger than this that carries nothing but its picture (chats send such) goes as it is."""
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR")
_WAIT_SECONDS = 3 * CPU_SECONDS
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_AT_ONCE = BoundedSemaphore(2)


def picture_type(content: bytes) -> str | None:
    """Which of the pictures that are rewritten a file is, by its first bytes; None for any other file."""
    if content[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "image/heic" if content[4:8] == b"ftyp" and content[8:12] in _HEIF else None


def for_unit(file: Attachment) -> Attachment:
    """The file as a unit gets it: a picture anew, anything else unchanged.

    Raises UnreadableMessageError for a picture that cannot be decoded within its limits: what is in it is
    not known, so it stays with the desk.
    """
    content = file.content or b""
    found = picture_type(content)
    if found is None and file.media_type not in REWRITTEN:
        return file
    if found == "image/jpeg" and len(content) <= SMALL_BYTES and is_bare(content):
        return file
    fresh = rewrite(content, LONGEST_SIDE)
    media_type = picture_type(fresh) or "image/jpeg"
    ending = ".png" if media_type == "image/png" else ".jpg"
    name = file.name if PurePath(file.name).suffix.lower() in (ending, ".jpeg") else f"{file.name}{ending}"
    return replace(file, name=name, media_type=media_type, content=fresh)


def rewrite(content: bytes, side: int) -> bytes:
    """The picture upright, bare of metadata, no side longer than this. Raises UnreadableMessageError."""
    with TemporaryFile() as given, _AT_ONCE:
        given.write(content)
        given.seek(0)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pipeline.picture_child", str(side)],
                stdin=given,
                capture_output=True,
                timeout=_WAIT_SECONDS,
                cwd=Path(__file__).parent.parent,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnreadableMessageError("the picture took too long to decode") from None
    if done.returncode:
        why = "is too large" if done.returncode == UNUSABLE else "cannot be decoded"
        raise UnreadableMessageError(f"the picture {why}")
    return done.stdout
