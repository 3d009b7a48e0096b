"""What a file that a citizen sends really is, and whether the desk takes such files (V3)."""

import io
import zipfile

import puremagic

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ALLOWED = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "image/gif", "image/heic",
        "video/mp4", "video/quicktime", "video/3gpp",
        "application/pdf", _DOCX,
    }
)  # fmt: skip
_MEMBER, _MOST_MEMBERS = b"PK\x01\x02", 2000
"""How an archive's list begins a member, and more members than any document has: reading a file that is
nothing but such a list takes seconds."""
_SAME = {"image/heif": "image/heic"}
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def sniff(content: bytes) -> str:
    """The allowed media type that the content is, or an empty text. Names and claims count for nothing."""
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "image/heic"  # the library knows some of these brands only (ISO/IEC 23008-12)
    try:
        matches = puremagic.magic_string(content[: 64 * 1024])
    except (puremagic.PureError, ValueError):
        return ""
    types = [_SAME.get(match.mime_type, match.mime_type) for match in matches]
    if _DOCX in types:
        return _DOCX if _is_docx(content) else ""
    return next((found for found in types[:1] if found in ALLOWED), "")


def _is_docx(content: bytes) -> bool:
    if content.count(_MEMBER) > _MOST_MEMBERS:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
