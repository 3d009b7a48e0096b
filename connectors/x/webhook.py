"""Being called by X: the challenge it repeats every hour, and the signature of its calls (X1).

Source: docs.x.com, "Webhooks": both are HMAC-SHA256 by the app's consumer secret, as base64.
"""

import base64
import hashlib
import hmac
import json
import re

from pydantic import SecretStr

from connectors.base import WebhookReply, WebhookRequest
from domain.errors import SignatureRejectedError

_HEADER = "x-twitter-webhooks-signature"
_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=-]{1,256}")
"""What a challenge may hold. Its answer is a signature by the key that signs calls: whoever could have a JSON
object answered could post that object as X."""


def answer_challenge(request: WebhookRequest, consumer_secret: SecretStr) -> WebhookReply:
    """The answer to a challenge. Raises SignatureRejectedError for a GET that is none."""
    given = dict(reversed(list(request.query))).get("crc_token", "")
    if not (_TOKEN.fullmatch(given) and consumer_secret.get_secret_value()):
        raise SignatureRejectedError("The call holds no challenge")
    body = json.dumps({"response_token": signature(given.encode(), consumer_secret)})
    return WebhookReply(body=body.encode(), media_type="application/json")


def check_signature(request: WebhookRequest, consumer_secret: SecretStr) -> None:
    """Return for a call that X signed; raise SignatureRejectedError for any other. The comparison is constant
    in time. A replay passes here: ids are unique in the database."""
    given = request.headers.get(_HEADER, "")
    if request.method.upper() != "POST" or not given:
        raise SignatureRejectedError("The call carries no signature of X's")
    expected = signature(request.body, consumer_secret)
    same = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
    if not (same and consumer_secret.get_secret_value()):
        raise SignatureRejectedError("The signature does not fit the body and the consumer secret")


def signature(content: bytes, consumer_secret: SecretStr) -> str:
    """The signature of a body or a challenge, as X writes it."""
    key = consumer_secret.get_secret_value().encode()
    return "sha256=" + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
