"""Whose webhook calls are believed: S1, the Twilio rows of test 17 of docs/acceptance.md."""

import hashlib
from typing import Any
from urllib.parse import urlencode

import pytest

from connectors.base import WebhookRequest
from connectors.sms.twilio import TwilioSms
from connectors.twilio_common.forms import read_form
from domain.errors import SignatureRejectedError
from tests.connectors.polling import messages
from tests.connectors.sms.accounts import PUBLIC_URL, context, twilio_settings
from tests.servers.twilio import TOKEN, sign

FORM = {
    "MessageSid": "SM" + "1" * 32,
    "From": "+905320000001",
    "To": "+15005550006",
    "Body": "Işıklar söndü & çöp + 50%",
    "NumMedia": "0",
    "FromCity": "",
    "ToZip": "",
}
SHARED_KEY = "paylasilan-anahtar-0123456789"


def request(
    *,
    signature: str | None,
    form: dict[str, str] | None = None,
    body: bytes | None = None,
    path: str = "",
    query: str = "",
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> WebhookRequest:
    given = dict(headers or {})
    if signature is not None:
        given["x-twilio-signature"] = signature
    content = urlencode(FORM if form is None else form).encode() if body is None else body
    return WebhookRequest(method=method, path=path, query=(), headers=given, body=content, raw_query=query)


def signed(url: str = PUBLIC_URL, form: dict[str, str] | None = None, secret: str = TOKEN) -> str:
    return sign(url, FORM if form is None else form, secret)


def connector(**more: Any) -> TwilioSms:
    return TwilioSms(context(twilio_settings(**more)))


ACCEPTED = [
    ("as sent", request(signature=signed())),
    ("with the port in the signed address", request(signature=signed("https://masa.example:443/hooks/sms/7"))),
    ("with a query", request(signature=signed(PUBLIC_URL + "?n=1&x=%C3%A7"), query="n=1&x=%C3%A7")),
    ("with an unusual query", request(signature=signed(PUBLIC_URL + "?x=a+b&&y"), query="x=a+b&&y")),
    ("below the account's address", request(signature=signed(PUBLIC_URL + "/status"), path="status")),
    ("the same with a slash before", request(signature=signed(PUBLIC_URL + "/status"), path="/status")),
    ("a slash at the end, as it was pasted there", request(signature=signed(PUBLIC_URL + "/"), path="/")),
    ("a slash at the end that our own server dropped", request(signature=signed(PUBLIC_URL + "/"))),
    ("a slash at the end before a query", request(signature=signed(PUBLIC_URL + "/?a=1"), query="a=1")),
    ("whatever the proxy claims", request(
        signature=signed(), headers={"host": "127.0.0.1:8153", "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http", "x-forwarded-path": "/elsewhere"})),
    ("fields in another order", request(signature=signed(), form=dict(reversed(FORM.items())))),
    ("a field nobody knows yet", request(
        signature=signed(form=FORM | {"Yeni": "alan"}), form=FORM | {"Yeni": "alan"})),
    ("an empty form", request(signature=signed(form={}), form={})),
]  # fmt: skip

_good = signed()
REFUSED = [
    ("no header", request(signature=None)),
    ("an empty header", request(signature="")),
    ("one byte of the signature changed", request(signature=("A" if _good[0] != "A" else "B") + _good[1:])),
    ("too short", request(signature=_good[:-1])),
    ("too long", request(signature=_good + "=")),
    ("letters that are none", request(signature="ğüşiöç")),
    ("another secret", request(signature=signed(secret="baska-bir-jeton"))),
    ("an empty secret", request(signature=signed(secret=""))),
    ("one byte of the body changed", request(signature=_good, form=FORM | {"Body": "Işıklar sondü"})),
    ("a field added", request(signature=_good, form=FORM | {"Ek": "1"})),
    ("a blank field dropped", request(signature=_good, form={k: v for k, v in FORM.items() if k != "ToZip"})),
    ("no body", request(signature=_good, body=b"")),
    ("a body that is no form", request(signature=_good, body=b'{"Body": "x"}')),
    ("bytes that are no text", request(signature=_good, body=b"\xff\x00\xfe")),
    ("signed for http", request(signature=signed("http://masa.example/hooks/sms/7"))),
    ("signed for the inner address", request(signature=signed("http://127.0.0.1:8153/hooks/sms/7"))),
    ("signed for another account", request(signature=signed("https://masa.example/hooks/sms/8"))),
    ("signed for another host", request(signature=signed("https://evil.example/hooks/sms/7"))),
    ("another port", request(signature=signed("https://masa.example:8443/hooks/sms/7"))),
    ("a slash more than sent", request(signature=signed(PUBLIC_URL + "/status/"), path="status")),
    ("two slashes", request(signature=signed(PUBLIC_URL + "//"))),
    ("another path than called", request(signature=signed(PUBLIC_URL + "/status"))),
    ("a query that was not signed", request(signature=_good, query="our_id=42")),
    ("a query that was signed and is gone", request(signature=signed(PUBLIC_URL + "?our_id=42"))),
    ("a query written otherwise", request(signature=signed(PUBLIC_URL + "?x=a+b"), query="x=a%20b")),
    ("a query in another order", request(signature=signed(PUBLIC_URL + "?a=1&b=2"), query="b=2&a=1")),
    ("the signature of SHA-256", request(signature=sign(PUBLIC_URL, FORM, TOKEN, hashlib.sha256))),
    ("an algorithm of the caller's choice", request(
        signature=sign(PUBLIC_URL, FORM, TOKEN, hashlib.sha256),
        headers={"x-twilio-webhooks-signature-settings": "key=k,algorithm=HMAC_SHA256"})),
    ("GET", request(signature=_good, method="GET")),
]  # fmt: skip


@pytest.mark.parametrize(("label", "call"), ACCEPTED, ids=[r[0] for r in ACCEPTED])
def test_a_call_that_twilio_signed_is_taken(label: str, call: WebhookRequest) -> None:
    received = connector().receive(call)
    assert received.reply.status in (200, 204)


@pytest.mark.parametrize(("label", "call"), REFUSED, ids=[r[0] for r in REFUSED])
def test_any_other_call_is_refused(label: str, call: WebhookRequest) -> None:
    with pytest.raises(SignatureRejectedError):
        connector().receive(call)


def test_sha256_works_for_an_account_that_uses_it_and_for_no_other_way() -> None:
    own = connector(signature_algorithm="HMAC_SHA256", signing_secret=SHARED_KEY)
    header = {"x-twilio-webhooks-signature-settings": "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"}
    good = sign(PUBLIC_URL, FORM, SHARED_KEY, hashlib.sha256)
    assert own.receive(request(signature=good, headers=header)).items
    for wrong in (
        signed(),
        sign(PUBLIC_URL, FORM, TOKEN, hashlib.sha256),
        sign(PUBLIC_URL, FORM, SHARED_KEY),
    ):
        with pytest.raises(SignatureRejectedError):
            own.receive(request(signature=wrong, headers=header))
    with pytest.raises(SignatureRejectedError):
        own.receive(request(signature=good))


def test_a_replay_brings_the_same_id_for_the_database_to_recognise() -> None:
    desk, call = connector(), request(signature=_good)
    first, second = desk.receive(call), desk.receive(call)
    assert first.items == second.items
    assert first.items[0].external_id == FORM["MessageSid"]


def test_repeated_fields_are_signed_and_read_as_twilio_does() -> None:
    body = b"MessageSid=SM1&From=%2B905320000001&Body=b&Body=a&Body=b"
    form = read_form(body)
    assert form.getlist("Body") == ["b", "a", "b"]
    signature = sign(PUBLIC_URL, {"MessageSid": "SM1", "From": "+905320000001", "Body": "aBodyb"})
    assert messages(connector().receive(request(signature=signature, body=body)).items)[0].text == "b"
