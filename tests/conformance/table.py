"""The one table of subjects: a new connector, or a new provider of one, is a line here."""

from collections.abc import Iterable

import pytest
from _pytest.mark.structures import ParameterSet

from tests.conformance.chats import (
    Bip,
    Facebook,
    TelegramCalled,
    TelegramPolled,
    WhatsAppCloud,
    WhatsAppTwilio,
    XAccount,
)
from tests.conformance.folders import Behak, Cimer, Fax, Post
from tests.conformance.houses import (
    CallCentre,
    ContactPoint,
    Field,
    Mobile,
    PhoneLine,
    SignedHttp,
    Webchat,
    Webform,
)
from tests.conformance.lines import Mailbox, Smpp
from tests.conformance.short_messages import Netgsm, Twilio, Verimor
from tests.conformance.subject import Subject


def params(subjects: Iterable[type[Subject]]) -> list[ParameterSet]:
    """The subjects as a test's parameters, known by their names."""
    return [pytest.param(each, id=each.name) for each in subjects]


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
    Mailbox,
    Smpp,
    Post,
    Fax,
    Cimer,
    Behak,
    Webform,
    Webchat,
    Mobile,
    CallCentre,
    ContactPoint,
    Field,
    PhoneLine,
)
