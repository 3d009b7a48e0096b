"""Accidents that happen to originals: to their JSON where they are JSON, to their bytes otherwise."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

_ODD: Sequence[Any] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 10**400, 1.5, -0.0, 1e308, float("inf"), float("nan"),
    "", " ", "x", "0", "-1", "\x00", "\ud83d", "İ", "ı", "a" * 5000, "05320000001", "+90", "2026-05-04",
    "9999-12-31T23:59:59+14:00", "0000-00-00", "\u202e", [], {}, [[]], [None], {"": None},
)  # fmt: skip
_PIECES: Sequence[bytes] = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r\n", b"\n\n", b";", b",", b":", b"=", b"&", b"%00",
    b"%", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\u0000", b"\\ud800", b"--", b"=?utf-8?Q?", b"?=", b"<",
    b"1e999", b"-", b"\xc4\xb0", b"\xdd", b"\x1b", b"PK\x03\x04", b"%PDF-", b"II*\x00", b"MM\x00*",
    b"Content-Type: multipart/mixed; boundary=x\r\n", b"charset=utf-16", b"&lol;", b"<!DOCTYPE",
)  # fmt: skip
_DEEPEST = 60


def mutate(raw: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    """The original after one to four accidents. `others` lend it their parts."""
    for _ in range(random.randint(1, 4)):
        value = _json(raw) if random.random() < 0.7 else None
        raw = _bytes(raw, random, others) if value is None else _value(value, random, others)
    return raw


def _json(raw: bytes) -> Any:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) and value else None


def _value(value: Any, random: Random, others: Sequence[bytes]) -> bytes:
    places = list(_places(value, 0))
    holder, key = random.choice(places)
    match random.randrange(6):
        case 0:
            del holder[key]
        case 1:
            holder[key] = [holder[key], holder[key]]
        case 2 if isinstance(holder, list):
            holder.insert(key, holder[key])
        case 3 if lent := [found for other in [random.choice(others)] if (found := _json(other))]:
            holder[key] = lent[0]
        case 4:
            other_holder, other_key = random.choice(places)
            holder[key], other_holder[other_key] = other_holder[other_key], holder[key]
        case _:
            holder[key] = random.choice(_ODD)
    try:
        return json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return b"{}"  # two places that hold each other


def _places(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key], depth + 1)


def _bytes(raw: bytes, random: Random, others: Sequence[bytes]) -> bytes:
    start = random.randint(0, len(raw))
    end = random.randint(start, min(len(raw), start + 200))
    put = random.choice(_PIECES) if random.random() < 0.6 else random.randbytes(random.randint(1, 8))
    match random.randrange(6):
        case 0:
            return raw[:start] + raw[end:]
        case 1:
            return raw[:end] + raw[start:]
        case 2:
            return raw[:start] + put + raw[start:]
        case 3:
            return raw[:start] + put + raw[end:]
        case 4:
            return raw[:start]
        case _:
            return raw[:start] + random.choice(others)[start:]
