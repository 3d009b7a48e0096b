"""Mail handed over by the mail server's pipe: it keeps what we could not store (E23)."""

import pytest

from connectors.email.pipe import exit_code_for
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    NotConfiguredError,
    UnreadableMessageError,
)

CODES: list[tuple[str, BaseException | None, int]] = [
    ("stored", None, 0),
    ("stored in quarantine", UnreadableMessageError("no header"), 0),
    ("database away", ConnectionFailedError("database"), 75),
    ("no such account", NotConfiguredError("account"), 75),
    ("credentials", CredentialsRejectedError("key"), 75),
    ("disk full", OSError(28, "No space left on device"), 75),
    ("a fault of ours", KeyError("x"), 75),
    ("interrupted", KeyboardInterrupt(), 75),
]


@pytest.mark.parametrize(("label", "error", "code"), CODES, ids=[row[0] for row in CODES])
def test_only_a_stored_mail_is_taken_and_none_is_bounced(
    label: str, error: BaseException | None, code: int
) -> None:
    """0 or EX_TEMPFAIL (75), never a code that makes the mail server return the mail."""
    assert exit_code_for(error) == code, label
