"""Turkish text that was spoilt before it was encoded, put right where that is certain."""

import re

_PAIR = re.compile("[ÃÄÅ][\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸĞİŞğış]")
_LOOKALIKE = str.maketrans("ýþðÝÞÐ", "ışğİŞĞ")
_MISREAD = re.compile("[ýþðÝÞÐ](?=[A-Za-zçöü])|(?<=[A-Za-zçöü])[ýþðÝÞÐ]")
_GENUINE = re.compile("[ışğİŞĞæÆáéíóúÁÉÍÓÚ]")
_COMPANION = re.compile("[öüçÖÜÇ]")


def repaired(text: str) -> tuple[str, str]:
    """The text and its charset's label; `utf-8` and the text itself unless it was certainly misread before.

    Two mistakes are known: utf-8 read as windows-125x and encoded again (`Ã§Ã¶p`), and windows-1254 read as
    windows-1252 (`Ýþ ýþýðý`). The first is certain when all of it can be turned back; the second when several
    such letters stand in words beside Turkish ö ü ç, and no letter of Turkish or of Icelandic or Czech does.
    """
    if ("Ã" in text or "Ä" in text or "Å" in text) and len(_PAIR.findall(text)) >= 2:
        return _encoded_twice(text)
    if len(_MISREAD.findall(text)) >= 3 and _COMPANION.search(text) and not _GENUINE.search(text):
        return text.translate(_LOOKALIKE), "utf-8+windows-1254"
    return text, "utf-8"


def _encoded_twice(text: str) -> tuple[str, str]:
    for codec, label in (("cp1252", "windows-1252"), ("cp1254", "windows-1254"), ("latin-1", "iso-8859-1")):
        try:
            return text.encode(codec).decode("utf-8"), f"utf-8+{label}"
        except UnicodeError:
            continue
    return text, "utf-8"
