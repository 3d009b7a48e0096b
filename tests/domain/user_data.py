"""Reads packed short messages by their length in septets: for the tests alone, since SMPP names none."""

from domain.gsm_decode import NO_HEADER, UserDataHeader, decode_septets, read_header, unpack_septets


def decode_user_data(data: bytes, *, length: int, has_header: bool, ucs2: bool) -> tuple[str, UserDataHeader]:
    """The text and header of a TP-User-Data field (TS 23.040, 9.2.3.24).

    `length` is TP-User-Data-Length: septets in a seven-bit message, header included, octets in UCS-2. A
    surrogate pair cut between two parts stays cut: `connectors.parts` joins it.
    """
    header = read_header(data) if has_header else NO_HEADER
    body = data[header.octets :]
    if ucs2:
        body = body[: max(0, length - header.octets)]
        return body[: len(body) // 2 * 2].decode("utf-16-be", "surrogatepass"), header
    fill_bits = -header.octets * 8 % 7
    skipped = (header.octets * 8 + fill_bits) // 7
    return decode_septets(unpack_septets(body, max(0, length - skipped), fill_bits), header), header
