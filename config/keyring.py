"""Encryption at rest: Fernet with a ring of keys, the newest encrypts, any older one still decrypts.

Each ciphertext is stored with the id of its key, so that `rotate` knows what is left to re-encrypt.
"""

import hashlib
import hmac
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from domain.errors import NotConfiguredError
from domain.text import by_comma

_BLIND = b"beyazmasa blind index"


class Keyring:
    """The keys of one deployment. Raises NotConfiguredError for a key that is none."""

    def __init__(self, keys: SecretStr) -> None:
        self._keys = by_comma(keys.get_secret_value())

    @cached_property
    def _fernet(self) -> MultiFernet:
        return _ring(self._keys)

    @cached_property
    def _newest(self) -> MultiFernet:
        return _ring(self._keys[:1])

    @property
    def key_id(self) -> str:
        """The id of the key that encrypts now; it tells nothing of the key."""
        return hashlib.sha256(self._keys[0].encode()).hexdigest()[:12]

    def encrypt(self, text: str) -> str:
        """The text as ciphertext of the newest key."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def decrypt(self, ciphertext: str) -> str:
        """The text. Raises NotConfiguredError when no key of the ring fits."""
        try:
            return self._fernet.decrypt(ciphertext.encode()).decode()
        except InvalidToken:
            raise NotConfiguredError("No key in CREDENTIAL_KEYS opens this stored secret") from None

    def rotate(self, ciphertext: str) -> str:
        """The same text under the newest key. Raises NotConfiguredError when no key of the ring fits."""
        try:
            return self._fernet.rotate(ciphertext.encode()).decode("ascii")
        except InvalidToken:
            raise NotConfiguredError("No key in CREDENTIAL_KEYS opens this stored secret") from None

    def is_newest(self, ciphertext: str) -> bool:
        """Whether the key that encrypts now opens it."""
        try:
            self._newest.decrypt(ciphertext.encode())
        except InvalidToken:
            return False
        return True

    def blind_indexes(self, text: str) -> list[str]:
        """What a sealed text is found by: a keyed hash under each key of the ring, the newest key's first.

        Each key serves for nothing else, being derived by HKDF (RFC 5869).
        """
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in self._blind_keys]

    @cached_property
    def _blind_keys(self) -> list[bytes]:
        _ring(self._keys)  # something that is no key is refused here, too
        return [HKDF(SHA256(), 32, salt=None, info=_BLIND).derive(key.encode()) for key in self._keys]


def _ring(keys: list[str]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError:
        raise NotConfiguredError("CREDENTIAL_KEYS holds something that is no Fernet key") from None
