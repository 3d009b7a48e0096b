"""Which messages ask to be left alone (S7): a whole message that is one of these, by Turkish folding.

Opting out stops notices, never the intake of complaints; so a word inside a sentence means nothing here.
"""

import re

from domain.text import fold

OPT_OUT = frozenset(
    {
        "ret",
        "red",
        "iptal",
        "iptal et",
        "dur",
        "durdur",
        "cik",
        "cikis",
        "ayril",
        "abonelikten cik",
        "abonelik iptal",
        "sms iptal",
        "sms ret",
        "mesaj istemiyorum",
        "sms istemiyorum",
        # the words Twilio acts on by itself for numbers it hosts
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "opt out",
    }
)
_NO_LETTERS = re.compile(r"[\W_]+")


def is_opt_out(text: str, keyword: str = "") -> bool:
    """Whether the whole text, signs aside, is an opt-out word; a shared number's `keyword` may precede it."""
    plain = _plain(text)
    mark = _plain(keyword)
    return plain in OPT_OUT or (bool(mark) and plain.removeprefix(mark + " ") in OPT_OUT)


def _plain(text: str) -> str:
    return _NO_LETTERS.sub(" ", fold(text)).strip()
