"""Kinds of settings that several channels' accounts have. Their errors never repeat what was given."""

from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr


def _web_address(value: str) -> str:
    if not value.startswith(("https://", "http://")):
        raise ValueError("must start with https:// (or http:// on a trusted network)")
    return value.rstrip("/")


def _web_address_if_any(value: str) -> str:
    return _web_address(value) if value else value


def _listed(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


def _networks(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(ip_network(each.strip(), strict=False)) for each in value if each.strip())


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""A base URL; it loses a slash at its end."""

OptionalWebAddress = Annotated[str, AfterValidator(_web_address_if_any)]
"""A base URL, or nothing where the provider's own counts."""

Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""Several texts, which may be given as one with commas between them."""

Networks = Annotated[Listed, AfterValidator(_networks)]
"""Networks in CIDR notation, or single addresses."""


def given(value: str | SecretStr) -> bool:
    """Whether anything but white space stands there."""
    return bool((value.get_secret_value() if isinstance(value, SecretStr) else value).strip())
