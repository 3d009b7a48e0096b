"""The one table of subjects: a new connector, or a new provider of one, is a line here."""

from tests.conformance.chats import (
    Bip,
    Facebook,
    TelegramCalled,
    TelegramPolled,
    WhatsAppCloud,
    WhatsAppTwilio,
    XAccount,
)
from tests.conformance.houses import SignedHttp
from tests.conformance.short_messages import Netgsm, Twilio, Verimor
from tests.conformance.subject import Subject

SUBJECTS: tuple[type[Subject], ...] = (
    Twilio,
    Verimor,
    Netgsm,
    WhatsAppCloud,
    WhatsAppTwilio,
    TelegramPolled,
    TelegramCalled,
    Facebook,
    XAccount,
    Bip,
    SignedHttp,
)
