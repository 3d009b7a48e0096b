"""By which alphabet an SMPP message is read: data_coding (SMPP 3.4, 5.2.19; TS 23.038, 4) and its header."""

from dataclasses import dataclass

from domain.gsm_decode import NO_HEADER, UserDataHeader, decode_septets, read_header, unpack_septets

_HAS_HEADER = 0x40
_CHARSETS = {1: "ascii", 3: "latin-1", 5: "iso2022_jp", 6: "iso8859-5", 7: "iso8859-8", 14: "euc_kr"}
_GSM, _BINARY, _UCS2 = "gsm7", "binary", "utf-16-be"


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What an operator's server does its own way: the alphabet behind data_coding 0 (`gsm7`, `latin-1` or
    `ascii`), and whether seven-bit text comes packed, eight letters in seven octets."""

    alphabet: str = _GSM
    packed: bool = False


@dataclass(frozen=True, kw_only=True)
class Read:
    """The text of a message or part; None for binary data, which is `data`. `charset` is how it was read."""

    text: str | None
    data: bytes
    header: UserDataHeader
    charset: str


def read_content(content: bytes, data_coding: int, esm_class: int, habits: Habits) -> Read:
    """The text in a message's user data. Never raises: what does not fit its alphabet is read by another.

    A letter cut between two UCS-2 parts stays cut: `connectors.parts` joins it."""
    header = read_header(content) if esm_class & _HAS_HEADER else NO_HEADER
    body = content[header.octets :]
    charset = _charset(data_coding, habits)
    if header.single_shift is not None or header.locking_shift is not None:
        charset = _GSM if charset in (_GSM, "latin-1", "ascii") else charset
    if charset == _BINARY:
        text = _plain(body)
    elif charset == _UCS2:
        text = body[: len(body) // 2 * 2].decode(_UCS2, "surrogatepass")
    elif charset == _GSM and (habits.packed or not _eight_bits(body)):
        text = decode_septets(_septets(body, header, packed=habits.packed), header)
    else:  # some servers say GSM and mean a page of Windows
        charset = "windows-1254" if charset in (_GSM, "ascii") and _eight_bits(body) else charset
        text = body.decode(charset, "replace")
    return Read(text=text, data=body, header=header, charset=charset)


def _charset(data_coding: int, habits: Habits) -> str:
    if data_coding == 0:
        return habits.alphabet
    if data_coding < 0x10:
        return {2: _BINARY, 4: _BINARY, 8: _UCS2}.get(data_coding) or _CHARSETS.get(data_coding, "latin-1")
    group = data_coding >> 4
    if group < 0x8:  # general data coding
        return {0: _GSM, 1: _BINARY, 2: _UCS2}.get(data_coding >> 2 & 3, _GSM)
    if group == 0xF:  # data coding and message class
        return _BINARY if data_coding & 0x04 else _GSM
    return _UCS2 if group == 0xE else _GSM


def _septets(body: bytes, header: UserDataHeader, *, packed: bool) -> list[int]:
    if not packed:
        return list(body)
    fill_bits = -header.octets * 8 % 7
    spare = (len(body) * 8 - fill_bits) % 7
    septets = unpack_septets(body, len(body) * 8, fill_bits)
    # SMPP counts octets, so seven spare bits look like one letter more.
    return septets[:-1] if not spare and septets and septets[-1] in (0, 0x0D) else septets


def _eight_bits(body: bytes) -> bool:
    return any(octet > 0x7F for octet in body)


def _plain(body: bytes) -> str | None:
    """The text in data that calls itself binary, as some gateways send all of theirs."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.replace("\n", "").replace("\r", "").isprintable() else None
