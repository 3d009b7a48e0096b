"""Tells whether a word of a text is a form of a stem, in Turkish and however the text spells its letters.

A stem is a prefix of its forms: `konteyner` of `konteynerleri`. Three things are added to that. A last
consonant softens before a vowel: `sokak`, `sokağı`. Stems of up to three letters must be followed by endings,
or `su` would find `sürücü`. And where the writer does use ç ğ ö ş ü, they are believed: `çok` is no form of
`çök`.
"""

import re

from router.tokens import folded

_ENDINGS = """
lar ler im um imiz umuz miz muz m in un iniz unuz si su i u yi yu ni nu da de ta te dan den tan ten nda nde
ndan nden nin nun a e ya ye na ne la le yla yle li lu siz suz ki dir dur tir tur di du ti tu mis mus yor iyor
uyor miyor muyor ecek acak eceg acag er ar ir ur r mek mak me ma mi mu en an il ul ip up se sa mez maz sin sun
k ik uk iz uz dig dug tig tug dik duk tik tuk
"""
_CHAIN = re.compile(f"(?:{'|'.join(sorted(_ENDINGS.split(), key=len, reverse=True))})*")
_LONGEST_CHAIN = 14  # the pattern is ambiguous: a hostile word must not make it try for ever
_SOFTENED = {"k": "gğ", "p": "b", "ç": "c", "t": "d"}
_TURKISH = re.compile("[çğöşü]")
_PLAIN = str.maketrans("ıâîû", "iaiu")
_SHORT = 3
_VOWELS = frozenset("aeiou")


def uses_turkish_letters(lowered: str) -> bool:
    """Whether a lower-case text was written with ç ğ ö ş ü, so that a plain c is meant as c."""
    return _TURKISH.search(lowered) is not None


def beginnings(stem: str) -> tuple[str, ...]:
    """How the forms of a lower-case stem begin, folded: whatever begins otherwise is no form of it."""
    key = folded(stem)
    soft = _SOFTENED.get(key[-1:]) if len(key) > _SHORT else None
    return (key, key[:-1] + soft[0]) if soft else (key,)


def is_form(token: str, stem: str, *, strict: bool) -> bool:
    """Whether a lower-case token is a form of a lower-case stem.

    `strict` says that the text around the token uses Turkish letters: short stems are then compared by them.
    """
    size = len(stem)
    word, key = folded(token), folded(stem)
    if not word.startswith(key) and not _softened(word, key):
        return False
    if len(key) <= _SHORT and not (len(word) - size <= _LONGEST_CHAIN and _CHAIN.fullmatch(word, size)):
        return False
    believed = uses_turkish_letters(token) or (strict and size <= _SHORT + 1)
    return not believed or _same_letters(token[:size], stem)


def _softened(word: str, key: str) -> bool:
    """`sokak` in `sokagi`, `kitap` in `kitabi`: only longer stems, and only before a vowel."""
    soft = _SOFTENED.get(key[-1]) if len(key) > _SHORT else None
    size = len(key)
    return soft is not None and word[size : size + 1] in _VOWELS and word.startswith(key[:-1] + soft[0])


def _same_letters(written: str, stem: str) -> bool:
    left, right = written.translate(_PLAIN), stem.translate(_PLAIN)
    return left == right or (left[:-1] == right[:-1] and left[-1] in _SOFTENED.get(right[-1], ""))
