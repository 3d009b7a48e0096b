"""A channel account's settings, split for storage: what may be read, and what is encrypted."""

import json
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from config.keyring import Keyring
from domain.errors import NotConfiguredError


def seal(settings: BaseModel, keyring: Keyring) -> tuple[dict[str, Any], str | None]:
    """The settings as (readable JSON, ciphertext of the secret ones; None when there are none)."""
    secret_names = {n for n in type(settings).model_fields if isinstance(getattr(settings, n), SecretStr)}
    secrets = {name: getattr(settings, name).get_secret_value() for name in sorted(secret_names)}
    readable = settings.model_dump(mode="json", exclude=secret_names)
    return readable, keyring.encrypt(json.dumps(secrets)) if secrets else None


def unseal(
    model: type[BaseModel], readable: dict[str, Any], ciphertext: str | None, keyring: Keyring
) -> BaseModel:
    """The settings again. Raises NotConfiguredError, naming the fields but never their values."""
    secrets = json.loads(keyring.decrypt(ciphertext)) if ciphertext else {}
    try:
        return model.model_validate(readable | secrets)
    except ValidationError as error:
        raise NotConfiguredError(f"the account's settings do not fit: {_fields(error)}") from None


def _fields(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
