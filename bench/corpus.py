"""Turkish mails as citizens write them, any number of them, the same ones every time.

Mail `n` of a seed depends on nothing else, so that several feeders can make their share each.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from bench.mime import Letter, render
from config.places import load_places

SEED = "beyaz masa"
BEGUN = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
CITIZENS = 200_000
"""How many people there are to write: of 20,000 mails about one in twenty is from somebody known."""
_LENGTH = range(800, 1350)  # characters of a letter's own words
_FILE_SIZES = range(1_000, 4_000)
_CHARSETS = (["utf-8"] * 8) + ["windows-1254", "iso-8859-9"]


@dataclass(frozen=True, kw_only=True)
class _Words:
    texts: dict[str, Any]
    spots: tuple[tuple[str, str], ...]


@lru_cache
def _words() -> _Words:
    texts = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    spots = [(d, n) for d, names in load_places().neighbourhoods.items() for n in names]
    return _Words(texts=texts, spots=tuple(spots))


def mail(number: int, seed: str = SEED) -> bytes:
    """The raw mail with this number: about 3.6 kB, one in ten with a file, one in ten as HTML only."""
    return render(letter(number, seed))


def letter(number: int, seed: str = SEED) -> Letter:
    """What the mail with this number says, by whom, and how it is sent."""
    rng = Random(f"{seed} {number}")
    words = _words().texts
    citizen = rng.randrange(CITIZENS)
    matter = rng.choice(words["matters"])
    filling = _filling(rng) | {"name": words["names"][citizen % len(words["names"])]}
    charset = rng.choice(_CHARSETS)
    return Letter(
        number=number,
        token=f"{rng.getrandbits(96):024x}",
        sender=f"vatandas{citizen}@posta{citizen % 7}.example",
        name=filling["name"],
        sent_at=BEGUN + timedelta(seconds=number),
        subject=matter["subject"].format(**filling),
        text=_text(rng, words, matter, filling),
        charset=charset,
        encoding=rng.choice(("8bit", "quoted-printable", "base64")),
        html_only=number % 10 == 3,
        with_html=number % 10 == 5,
        file=_file(rng) if number % 10 == 7 else b"",
    )


def short_text(number: int, seed: str = SEED) -> str:
    """What the short message with this number says: up to two segments."""
    rng = Random(f"{seed} sms {number}")
    filling = _filling(rng)
    core = rng.choice(rng.choice(_words().texts["matters"])["cores"])
    return f"{core} {{neighbourhood}} Mah. {{street}} Sk. No:{{no}}, {{district}}".format(**filling)


def _filling(rng: Random) -> dict[str, str]:
    district, neighbourhood = rng.choice(_words().spots)
    return {
        "district": district,
        "neighbourhood": neighbourhood,
        "street": rng.choice(_words().texts["streets"]),
        "no": str(rng.randrange(1, 240)),
        "no4": f"{rng.randrange(10_000):04d}",
        "days": str(rng.randrange(2, 15)),
        "hour": f"{rng.randrange(7, 23):02d}.{rng.choice(('00', '15', '30', '45'))}",
        "line": f"{rng.randrange(10, 600)}{rng.choice('ABCEKMST')}",
    }


def _text(rng: Random, words: dict[str, Any], matter: dict[str, Any], filling: dict[str, str]) -> str:
    wanted = rng.choice(_LENGTH)
    parts = [rng.choice(words["openings"]), rng.choice(matter["cores"]), rng.choice(words["where"])]
    further = rng.sample(words["more"], len(words["more"]))
    while further and sum(map(len, parts)) < wanted - 150:
        parts.append(further.pop())
    paragraphs = [" ".join(parts[i : i + 3]) for i in range(1, len(parts), 3)]
    ending = [rng.choice(words["closings"]), rng.choice(words["signatures"])]
    return "\n\n".join([parts[0], *paragraphs, *ending]).format(**filling)


def _file(rng: Random) -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + rng.randbytes(rng.choice(_FILE_SIZES)) + b"\xff\xd9"
