"""What Twilio's refusals mean for us (its error dictionary, by number; the words change and are not read)."""

from twilio.base.exceptions import TwilioException

from connectors.twilio_common.forms import STOPPED_CODE, WINDOW_CODE
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

_SENTENCES: dict[int, tuple[type[DeskError], str]] = {
    14107: (ThrottledError, "the sender's rate limit is reached"),
    20003: (CredentialsRejectedError, "wrong Account SID, Auth Token or API key"),
    20005: (CredentialsRejectedError, "the account is not active"),
    20404: (NotConfiguredError, "unknown Account SID, or the base URL is wrong"),
    20429: (ThrottledError, "too many requests"),
    20500: (ConnectionFailedError, "it is out of order"),
    20503: (ConnectionFailedError, "it is out of order"),
    21211: (RecipientRejectedError, "this is no phone number"),
    21212: (NotConfiguredError, "the sender is no valid number or header"),
    21217: (RecipientRejectedError, "this is no phone number"),
    21265: (RecipientRejectedError, "a short code cannot receive"),
    21266: (RecipientRejectedError, "recipient and sender are the same"),
    21267: (NotConfiguredError, "a trial account may not send from a name"),
    21268: (RecipientRejectedError, "a premium number cannot receive"),
    21408: (NotConfiguredError, "sending to this country is not enabled (Messaging Geo-Permissions)"),
    21603: (NotConfiguredError, "no sender is configured"),
    21606: (NotConfiguredError, "the sender is not this account's, or cannot send there"),
    21608: (NotConfiguredError, "a trial account sends to verified numbers only"),
    21609: (NotConfiguredError, "the public URL for status callbacks is not valid"),
    21611: (ThrottledError, "the sender's queue is full"),
    21612: (RecipientRejectedError, "this number cannot be reached from this sender"),
    21614: (RecipientRejectedError, "this is no mobile number"),
    21617: (PermanentError, "the text is longer than 1,600 characters"),
    21635: (RecipientRejectedError, "a landline cannot receive"),
    21659: (NotConfiguredError, "the sender is not a number of this account"),
    21660: (NotConfiguredError, "the sender belongs to another account"),
    21703: (NotConfiguredError, "the Messaging Service has no sender"),
    21705: (NotConfiguredError, "the Messaging Service SID is not valid"),
    21654: (NotConfiguredError, "there is no such ContentSid"),
    21655: (NotConfiguredError, "the ContentSid is not valid"),
    21656: (NotConfiguredError, "the template's places are of another format"),
    63001: (NotConfiguredError, "the channel refuses Twilio's credentials for this sender"),
    63003: (RecipientRejectedError, "the channel knows no such person"),
    63007: (NotConfiguredError, "the sender is no sender of this channel"),
    63010: (ConnectionFailedError, "the channel is out of order"),
    63012: (ConnectionFailedError, "the channel is out of order"),
    63013: (PermanentError, "the message violates a policy of the channel"),
    63015: (NotConfiguredError, "this person has not joined the sandbox"),
    WINDOW_CODE: (WindowClosedError, "more than 24 hours since this person wrote"),
    63018: (ThrottledError, "the channel's rate limit is reached"),
    63020: (NotConfiguredError, "the invitation of the WhatsApp Business Account is not accepted"),
    63024: (RecipientRejectedError, "this person cannot receive messages of this channel"),
    63027: (NotConfiguredError, "the template does not exist in this language"),
    63028: (NotConfiguredError, "the template has another number of places"),
    63030: (NotConfiguredError, "the channel does not support a parameter"),
    63032: (PermanentError, "WhatsApp does not deliver it to this person"),
    63038: (ThrottledError, "the account's daily limit is reached"),
    63041: (NotConfiguredError, "the template is paused: its quality is low"),
    63042: (NotConfiguredError, "the template was disabled: its quality stayed low"),
    63049: (PermanentError, "Meta chose not to deliver it to this person"),
    63051: (NotConfiguredError, "the WhatsApp Business Account is locked"),
}


def desk_error(error: TwilioException) -> DeskError:
    """The error of ours for one of the library's. Its text has the number but none of Twilio's words: they
    repeat the citizen's phone number."""
    code, status = getattr(error, "code", None), getattr(error, "status", None)
    if code == STOPPED_CODE:
        return RecipientRejectedError(f"Twilio refused ({code}): this person opted out", stopped=True)
    if code in _SENTENCES:
        kind, sentence = _SENTENCES[code]
        return kind(f"Twilio refused ({code}): {sentence}")
    if status in (401, 403):
        return CredentialsRejectedError(f"Twilio refused ({code}): it does not accept these credentials")
    if status == 404:
        return NotConfiguredError(f"Twilio refused ({code}): unknown Account SID, or the base URL is wrong")
    return PermanentError(f"Twilio refused ({code or status or type(error).__name__})")
