"""Files that come with the form (V3): how many, how large, and what they really are.

A file keeps its bytes: place and time in a photo (EXIF) are evidence. What a unit gets to see of it is
decided where it is sent. Nothing uploaded is ever served from these pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from connectors.media_types import sniff
from domain.text import storable
from web.templating import say

MOST_FILES = 5
MOST_FILE_MB, MOST_TOTAL_MB = 10, 20
_MB = 1024 * 1024
BODY_BYTES = 2 * MOST_TOTAL_MB * _MB
"""What is read of a form at all: above the limit, so that too much is answered on the page, in words."""
_LONGEST_NAME = 150


@dataclass(frozen=True, kw_only=True)
class Upload:
    """One file that may come in: `media_type` is what its content says."""

    name: str
    media_type: str
    content: bytes


async def read_uploads(files: Sequence[object]) -> tuple[list[Upload], list[str]]:
    """The files and what is wrong with them, as sentences. A file field that was left empty is no file."""
    given = [(f, _plain_name(f.filename or "")) for f in files if isinstance(f, UploadFile)]
    present = [(f, name) for f, name in given if name or f.size]
    if error := _sizes_error([f for f, _ in present]):
        return [], [error]
    uploads, errors = [], []
    for file, name in present:
        content = await file.read()
        media_type = await run_in_threadpool(sniff, content)  # others' calls go on meanwhile
        if error := _error(name, content, media_type):
            errors.append(error)
        else:
            uploads.append(Upload(name=name, media_type=media_type, content=content))
    return uploads, errors


def _sizes_error(files: Sequence[UploadFile]) -> str:
    if len(files) > MOST_FILES:
        return say("form_errors", "files_many", limit=MOST_FILES)
    if sum(file.size or 0 for file in files) > MOST_TOTAL_MB * _MB:
        return say("form_errors", "files_large", limit=MOST_TOTAL_MB)
    return ""


def _error(name: str, content: bytes, media_type: str) -> str:
    if not content:
        return say("form_errors", "file_empty", name=name)
    if len(content) > MOST_FILE_MB * _MB:
        return say("form_errors", "file_large", name=name, limit=MOST_FILE_MB)
    return "" if media_type else say("form_errors", "file_type", name=name)


def _plain_name(name: str) -> str:
    return storable(PurePosixPath(name.replace("\\", "/")).name)[-_LONGEST_NAME:]
