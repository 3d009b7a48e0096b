"""What a file is, by its first octets; what a mail declares only counts where they cannot tell.

An own table, since it is asked for every attachment: the kept libraries walk hundreds of signatures. What
could run in a browser (HTML, SVG, XML) is always found, whatever it is called (E19, G12).
"""

import re

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
)
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"msf1": "image/heic",
    b"avif": "image/avif", b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4",
    b"3gp4": "video/3gpp", b"3gp5": "video/3gpp", b"3gp6": "video/3gpp", b"3g2a": "video/3gpp2",
}  # fmt: skip
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_MARKUP = re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe|svg|\?xml)\b", re.IGNORECASE)
_SVG = re.compile(rb"<svg\b", re.IGNORECASE)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_BY_ENDING = {
    "docx": _OFFICE[b"word/"], "xlsx": _OFFICE[b"xl/"], "pptx": _OFFICE[b"ppt/"],
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "udf": "application/zip", "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint", "msg": "application/vnd.ms-outlook",
}  # fmt: skip
_ZIP_LIKE = re.compile(r"application/(?:vnd\.(?:openxml|oasis)|epub|java-archive)")
_OLE_LIKE = re.compile(r"application/(?:msword|vnd\.ms-(?:excel|powerpoint|outlook|project)|vnd\.visio)")
UNKNOWN = "application/octet-stream"
ENDINGS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
    "image/heic": ".heic",
    "image/tiff": ".tif", "image/bmp": ".bmp", "image/svg+xml": ".svg", "application/pdf": ".pdf",
    "application/zip": ".zip", "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics",
    "text/vcard": ".vcf", "message/rfc822": ".eml", "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt", "application/rtf": ".rtf", "audio/mpeg": ".mp3", "audio/amr": ".amr",
    "audio/ogg": ".ogg", "video/mp4": ".mp4", "video/3gpp": ".3gp", "video/quicktime": ".mov",
    "application/pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m", "application/ms-tnef": ".dat",
    "application/xml": ".xml", "text/xml": ".xml", "text/csv": ".csv",
}  # fmt: skip


def media_type(content: bytes, declared: str, name: str = "") -> str:
    """The media type of a file. `declared` counts only where the octets allow it and cannot tell better."""
    found = _by_magic(content)
    ending = name.rpartition(".")[2].lower()
    if found == "application/zip":
        return _zip_based(content, declared, ending)
    if found == "application/x-ole-storage":
        return declared if _OLE_LIKE.match(declared) else _BY_ENDING.get(ending, found)
    if found is not None:
        return found
    if _BINARY.search(content[:1000]) is None and _MARKUP.search(content[:1000]):
        return _markup(content, declared)
    return declared if "/" in declared else UNKNOWN


def _by_magic(content: bytes) -> str | None:
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    for magic, kind in _MAGIC:
        if content.startswith(magic) and (kind != "image/bmp" or content[6:10] == b"\0\0\0\0"):
            return kind
    return "application/pdf" if b"%PDF-" in content[:1024] else None


def _zip_based(content: bytes, declared: str, ending: str) -> str:
    for inside, kind in _OFFICE.items():
        if inside in content[:4096]:
            return kind
    return declared if _ZIP_LIKE.match(declared) else _BY_ENDING.get(ending, "application/zip")


def _markup(content: bytes, declared: str) -> str:
    if _SVG.search(content[:4096]):
        return "image/svg+xml"
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:5].lower() == b"<?xml":
        return (
            declared if declared.endswith(("+xml", "/xml")) and "svg" not in declared else "application/xml"
        )
    return "text/html"
