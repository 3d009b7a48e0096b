"""The check digits that tell a Turkish number from any other of the same length. All take ASCII digits."""

CARD_PREFIXES = {
    15: ("34", "37"),
    16: ("2", "35", "4", "5", "6", "9792"),
    19: ("4", "62", "9792"),
}
"""Lengths of payment cards, and what their numbers begin with: American Express; Mastercard, JCB, Visa,
Maestro, Discover, UnionPay, Troy."""
_MASTERCARD_2 = range(2221, 2721)


def is_identity_number(digits: str) -> bool:
    """Whether eleven digits are a Turkish identity number, a foreigner's (99...) included (law 5490)."""
    if len(digits) != 11 or digits[0] == "0":
        return False
    values = list(map(int, digits))
    tenth = (7 * sum(values[0:9:2]) - sum(values[1:8:2])) % 10
    return values[9] == tenth and values[10] == sum(values[:10]) % 10


def is_tax_number(digits: str) -> bool:
    """Whether ten digits are a Turkish tax number (Revenue Administration, law 213)."""
    if len(digits) != 10:
        return False
    total = 0
    for place, digit in enumerate(digits[:9]):
        shifted = (int(digit) + 9 - place) % 10
        total += 9 if shifted == 9 else shifted * 2 ** (9 - place) % 9
    return int(digits[9]) == -total % 10


def is_turkish_iban(digits: str) -> bool:
    """Whether the 24 digits that follow `TR` make an IBAN (ISO 13616, modulus 97)."""
    return len(digits) == 24 and int(digits[2:] + "2927" + digits[:2]) % 97 == 1


def is_card_number(digits: str) -> bool:
    """Whether digits are a payment card's: a known beginning for the length, and Luhn (ISO/IEC 7812-1)."""
    if not digits.startswith(CARD_PREFIXES.get(len(digits), ("-",))):
        return False
    if digits[0] == "2" and int(digits[:4]) not in _MASTERCARD_2:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
