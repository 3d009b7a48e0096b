"""What one of the staff filled in for a citizen, and what is wrong with it: each error by field."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

from domain.urn import Urn, mail_urn, phone_urn
from domain.vocabulary import Channel, ContactKind
from web.form_fields import MOST_ADDRESS, MOST_NAME, MOST_TEXT, Errors, new_key, read_text
from web.templating import say

CHANNELS = (Channel.CALL_CENTRE, Channel.CONTACT_POINT, Channel.FIELD)
WITH_SLIP = frozenset({Channel.CONTACT_POINT, Channel.FIELD})
"""Where the citizen stands there and can be handed a paper."""
USUAL_KIND = {
    Channel.CALL_CENTRE: ContactKind.INCOMING_CALL,
    Channel.CONTACT_POINT: ContactKind.IN_PERSON,
    Channel.FIELD: ContactKind.IN_PERSON,
}
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TOPIC = re.compile(r"[a-z0-9-]{1,60}")
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,15})?")


@dataclass(frozen=True, kw_only=True)
class IntakeFields:
    """The form as it was typed, trimmed. `answers` is the number of an earlier case that this adds to."""

    key: str
    channel: str = Channel.CALL_CENTRE
    contact_kind: str = ""
    phone: str = ""
    name: str = ""
    email: str = ""
    postal_address: str = ""
    anonymous: str = ""
    consent: str = ""
    hide_identity: str = ""
    answers: str = ""
    text: str = ""
    topic: str = ""
    district: str = ""
    neighbourhood: str = ""
    address: str = ""
    latitude: str = ""
    longitude: str = ""

    @property
    def keeps_a_person(self) -> bool:
        """Whether something is kept by which a person is known, which needs consent (law 6698)."""
        return bool(self.name or self.phone or self.email or self.postal_address)

    @property
    def caller(self) -> Urn | None:
        """The phone number, or None when there is none."""
        urn = phone_urn(self.phone) if self.phone else None
        return urn if urn and urn.path.startswith("+") else None


def read_intake(given: Mapping[str, object]) -> IntakeFields:
    """The fields of a posted form or a query; what is missing or no text is empty, a bad key is replaced."""
    values = {field.name: read_text(given.get(field.name)) for field in fields(IntakeFields)}
    if not _KEY.fullmatch(values["key"]):
        values["key"] = new_key()
    if values["channel"] not in CHANNELS:
        values["channel"] = Channel.CALL_CENTRE
    if values["contact_kind"] not in list(ContactKind):
        values["contact_kind"] = USUAL_KIND[Channel(values["channel"])]
    return IntakeFields(**values)


def check_intake(given: IntakeFields, districts: Collection[str]) -> Errors:
    """What is wrong, by field in the order of the page, as sentences; empty when nothing is."""
    found = {
        "phone": _contact_error(given),
        "name": _long("name_long", given.name, MOST_NAME),
        "email": _error("email_wrong", given.email and not _is_mail(given.email)),
        "postal_address": _long("postal_long", given.postal_address, MOST_ADDRESS),
        "text": _error("text_missing", not given.text) or _long("text_long", given.text, MOST_TEXT),
        "topic": _error("topic_wrong", given.topic and not _TOPIC.fullmatch(given.topic)),
        "district": _error("district_wrong", given.district and given.district not in districts),
        "neighbourhood": _long("neighbourhood_long", given.neighbourhood, MOST_NAME),
        "address": _long("address_long", given.address, MOST_ADDRESS),
        "position": _error("position_wrong", _position_is_wrong(given)),
        "consent": _error("consent_missing", given.keeps_a_person and not given.consent),
    }
    return {field: [error] for field, error in found.items() if error}


def position(given: IntakeFields) -> tuple[float | None, float | None]:
    """Latitude and longitude in degrees, WGS 84, both or neither."""
    if not given.latitude or not given.longitude:
        return None, None
    return float(given.latitude), float(given.longitude)


def _contact_error(given: IntakeFields) -> str:
    if given.phone:
        return _error("phone_wrong", given.caller is None)
    reachable = given.email or given.postal_address or given.anonymous
    needless = Channel(given.channel) in WITH_SLIP
    return _error("contact_missing", not (reachable or needless))


def _position_is_wrong(given: IntakeFields) -> bool:
    pair = (given.latitude, given.longitude)
    if pair == ("", ""):
        return False
    if not all(_DEGREES.fullmatch(degrees) for degrees in pair):
        return True
    return abs(float(given.latitude)) > 90 or abs(float(given.longitude)) > 180


def _is_mail(text: str) -> bool:
    return len(text) <= 254 and mail_urn(text) is not None


def _long(name: str, text: str, most: int) -> str:
    return _error(name, len(text) > most, limit=most, length=len(text))


def _error(name: str, wrong: object, **values: object) -> str:
    return say("intake_errors", name, **values) if wrong else ""
