"""Turkish alphabetical order."""

from collections.abc import Iterable

from domain.text import turkish_lower

_PLACES = {letter: place for place, letter in enumerate("abcçdefgğhıijklmnoöprsştuüvyz")}


def in_order(names: Iterable[str]) -> list[str]:
    """The names as a Turkish list has them: ç after c, ğ after g, ı before i, ö after o, ş after s."""
    return sorted(names, key=lambda name: [_PLACES.get(c, -1) for c in turkish_lower(name)])
