"""What an account at an operator's SMPP server must be told, beside what every SMS account is."""

from typing import Literal

from pydantic import BaseModel, Field, SecretStr

_LONGEST_NAME, _LONGEST_PASSWORD, _LONGEST_SENDER = 15, 8, 20


class SmppFields(BaseModel):
    """The fields of SMPP; other providers leave them alone."""

    host: str = Field(default="", description="SMPP: the server's host name or address")
    port: int = Field(default=2775, ge=1, le=65535, description="SMPP: its port")
    tls: bool = Field(default=False, description="SMPP: speak TLS")
    tls_ca_file: str = Field(default="", description="SMPP: certificates to trust, when not the system's")
    system_type: str = Field(default="", max_length=12, description="SMPP: system_type, where it is wanted")
    binds: Literal["separate", "transceiver"] = Field(
        default="separate", description="SMPP: one receiver and one transmitter, or two transceivers"
    )
    window: int = Field(default=10, ge=1, le=1000, description="SMPP: submissions that may be unanswered")
    enquire_seconds: float = Field(default=30, gt=0, le=600, description="SMPP: quiet after which we enquire")
    default_alphabet: Literal["gsm7", "latin-1", "ascii"] = Field(
        default="gsm7", description="SMPP: what data_coding 0 means there"
    )
    packed_septets: bool = Field(default=False, description="SMPP: seven-bit text is packed, both ways")
    turkish_table: bool = Field(
        default=False, description="SMPP: its server passes the Turkish shift table on; UCS-2 otherwise"
    )
    response_ids: Literal["text", "hex", "decimal"] = Field(
        default="text", description="SMPP: how message ids are written when a text is taken"
    )
    receipt_ids: Literal["text", "hex", "decimal"] = Field(
        default="text", description="SMPP: how they are written in the text of receipts"
    )
    sender_ton: int | None = Field(default=None, ge=0, le=7, description="SMPP: type of our number; guessed")
    sender_npi: int | None = Field(default=None, ge=0, le=18, description="SMPP: its numbering plan; guessed")
    part_wait_minutes: float = Field(
        default=10, gt=0, le=1440, description="SMPP: how long a missing part of a long SMS is waited for"
    )


def smpp_faults(username: str, password: SecretStr, sender: str) -> str:
    """What of these SMPP cannot carry, in words that repeat none of it; empty when all fits."""
    fields = (
        ("username", username, _LONGEST_NAME),
        ("password", password.get_secret_value(), _LONGEST_PASSWORD),
        ("sender", sender, _LONGEST_SENDER),
    )
    long = [f"{name} to {most} ASCII characters" for name, value, most in fields if not _fits(value, most)]
    return f"SMPP limits {', '.join(long)}" if long else ""


def _fits(value: str, most: int) -> bool:
    return value.isascii() and len(value) <= most
