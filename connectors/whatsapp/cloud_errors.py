"""What the Cloud API's refusals mean for us (Meta's page "Error codes" of the WhatsApp Business Platform, by
number; `connectors.meta` knows the codes that all of Meta's products share)."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from connectors.meta import Meaning, graph_error
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
    WindowClosedError,
)

WHO = "WhatsApp"

CODES: dict[int, Meaning] = {
    33: (NotConfiguredError, "this phone number was deleted"),
    470: (WindowClosedError, "more than 24 hours since this person wrote"),
    80007: (ThrottledError, "the account's call limit is reached"),
    130429: (ThrottledError, "the number's messages per second are reached"),
    130472: (PermanentError, "this person is in an experiment of Meta's and gets no such message"),
    130497: (NotConfiguredError, "the account may not write to this country"),
    131000: (ConnectionFailedError, "something went wrong there"),
    131005: (CredentialsRejectedError, "the access token lacks a permission"),
    131008: (PermanentError, "a parameter is missing"),
    131009: (PermanentError, "a parameter's value is not valid"),
    131016: (ConnectionFailedError, "a service is out of order"),
    131021: (RecipientRejectedError, "recipient and sender are the same"),
    131026: (RecipientRejectedError, "this person cannot receive it"),
    131030: (NotConfiguredError, "a test number writes to listed numbers only"),
    131031: (NotConfiguredError, "the account is locked: see Account Quality"),
    131037: (NotConfiguredError, "the number's display name must be approved first"),
    131042: (NotConfiguredError, "there is a problem with the payment method"),
    131045: (NotConfiguredError, "the number must be registered again"),
    131047: (WindowClosedError, "more than 24 hours since this person wrote"),
    131048: (ThrottledError, "the number is restricted: people reported its messages"),
    131049: (PermanentError, "Meta chose not to deliver it to this person"),
    131050: (partial(RecipientRejectedError, stopped=True), "this person stopped messages of ours"),
    131051: (PermanentError, "this type of message is not supported"),
    131053: (ConnectionFailedError, "a file could not be uploaded"),
    131056: (ThrottledError, "too many messages to this person in a short time"),
    131057: (ConnectionFailedError, "the account is in maintenance"),
    132000: (NotConfiguredError, "the template has another number of places"),
    132001: (NotConfiguredError, "there is no approved template with this name and language"),
    132005: (PermanentError, "the filled template is too long"),
    132007: (NotConfiguredError, "the template violates a policy"),
    132012: (NotConfiguredError, "the template's places are of another format"),
    132015: (NotConfiguredError, "the template is paused: its quality is low"),
    132016: (NotConfiguredError, "the template was disabled: its quality stayed low"),
    133004: (ConnectionFailedError, "a service is out of order"),
    133010: (NotConfiguredError, "the number is not registered for the Cloud API"),
    133015: (ConnectionFailedError, "the number was deleted a moment ago"),
    133016: (ThrottledError, "the number was registered too often"),
    134011: (NotConfiguredError, "the terms of payment are not accepted"),
}


def desk_error(status: int, headers: Mapping[str, str], body: bytes, *, now: datetime) -> DeskError | None:
    """The error an answer of the Cloud API means, or None for a good one. `now` is aware."""
    return graph_error(status, headers, body, who=WHO, now=now, codes=CODES)


def meant_by(code: int) -> DeskError | None:
    """The error a code in a webhook means, or None for one that is not in the table."""
    found = CODES.get(code)
    return found[0](f"{WHO} refused ({code}): {found[1]}") if found else None
