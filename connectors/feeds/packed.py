"""Opens ZIP archives, and workbooks, which are such archives, within bounds; nothing goes to disk."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath

from connectors.feeds.limits import MOST_MEMBERS, MOST_RATIO, MOST_UNPACKED, SMALL_MEMBER, too_much
from domain.errors import UnreadableMessageError
from domain.text import storable

_MEMBER, _PARTS_OF_MEMBERS = b"PK\x01\x02", 50
"""How a list of members begins each of them; members may be archives with lists of their own."""


def is_packed(content: bytes) -> bool:
    """Whether the bytes begin as a ZIP archive does."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_workbook(content: bytes) -> bool:
    """Whether an archive is an XLSX workbook. Raises UnreadableMessageError for a damaged one."""
    return any(info.filename.startswith("xl/") for info in opened(content).infolist())


def opened(content: bytes) -> zipfile.ZipFile:
    """The archive, once what it claims of itself lies within the bounds; a member never yields more than it
    claims. Raises UnreadableMessageError."""
    if content.count(_MEMBER) > MOST_MEMBERS * _PARTS_OF_MEMBERS:  # reading a million takes half a minute
        raise too_much("members", MOST_MEMBERS)
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except Exception as error:
        raise UnreadableMessageError(f"the archive is damaged: {storable(str(error))}") from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise too_much("members", MOST_MEMBERS)
    if sum(info.file_size for info in members) > MOST_UNPACKED:
        raise too_much("bytes once unpacked", MOST_UNPACKED)
    for info in members:
        if info.flag_bits & 1:
            raise UnreadableMessageError("the archive is protected by a password: send it without one")
        if info.file_size > SMALL_MEMBER and info.file_size > MOST_RATIO * max(1, info.compress_size):
            raise UnreadableMessageError(
                f"{storable(info.filename)} would unpack to more than {MOST_RATIO} times its size: refused"
            )
    return archive


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of an archive by their bare names, in its order. Raises UnreadableMessageError; one archive
    in another is refused, workbooks are not."""
    archive = opened(content)
    for info in archive.infolist():
        name = PurePosixPath(info.filename.replace("\\", "/")).name
        # Not by `is_dir`, which breaks over a member that has no name at all.
        if info.filename.endswith("/") or name.startswith(".") or info.filename.startswith("__MACOSX/"):
            continue
        try:
            inside = archive.read(info)
        except Exception as error:  # zipfile raises what each way of packing makes of damage
            raise UnreadableMessageError(
                f"{storable(name)} in the archive is damaged: {storable(str(error))}"
            ) from error
        if is_packed(inside) and not is_workbook(inside):
            raise UnreadableMessageError(f"{storable(name)} is an archive within the archive: refused")
        yield storable(name), inside
