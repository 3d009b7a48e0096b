"""Secrets from files: named by a setting as NAME_FILE, or made on the first start by a development desk."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from domain.errors import NotConfiguredError


class SecretFiles(PydanticBaseSettingsSource):
    """The content of the file that NAME_FILE names, for every secret setting NAME, as containers mount them.

    NAME_FILE may stand in the environment or in `.env`. Raises NotConfiguredError for a file that is none.
    """

    def __init__(self, settings: type[BaseSettings], *sources: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        self._sources = sources

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """(the secret or None, its setting's name, False)."""
        variable = f"{field_name}_file"
        named = [str(found) for s in self._sources if (found := getattr(s, "env_vars", {}).get(variable))]
        if field.annotation is not SecretStr or not named:
            return None, field_name, False
        return _content(named[0], variable.upper()), field_name, False

    def __call__(self) -> dict[str, Any]:
        """The secrets that files hold, by setting."""
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in found.items() if value is not None}


def _content(path: str, variable: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotConfiguredError(f"{variable} names a file that cannot be read: {error}") from None


def read_or_make_secrets(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """The named secrets from the folder's files, each made there first when it is missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {name: _read_or_make(folder / name) for name in names}


def _read_or_make(path: Path) -> str:
    # Several processes may start at once: a complete file is linked into place, and the first one stays.
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(Fernet.generate_key().decode("ascii"), encoding="ascii")
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
