"""A proof of work in place of a captcha (V2): ALTCHA's scheme, version 2, without any third party.

The page carries a signed challenge, the browser finds the counter that was drawn for it by trying one after
the other (`static/captcha.js`), and the form brings it along. Nobody has to see, hear or solve anything.
"""

import json
import secrets
from datetime import datetime, timedelta

from altcha import Payload, create_challenge, verify_solution

from pipeline.limits import Limits
from web.signing import key_for

FIELD = "altcha"
"""The form's field, named and filled as ALTCHA's own widget does it."""
LIFE = timedelta(hours=1)
COST, COUNTERS = 100, 600
"""Hashes to try one counter, and how many counters there are: docs/decisions.md says why so many."""
_LONGEST = 2_000
"""Characters of a solution; ours have some 600."""


class Captcha:
    """Hands out challenges and takes back solutions, each for one message."""

    def __init__(self, key: bytes, limits: Limits) -> None:
        self._key = key_for(key, "form-captcha")
        self._limits = limits

    def challenge(self, now: datetime) -> str:
        """A fresh one as JSON; it counts for an hour."""
        made = create_challenge(
            "SHA-256",
            COST,
            counter=secrets.randbelow(COUNTERS),
            expires_at=now + LIFE,
            hmac_secret=self._key,
        )
        return json.dumps(made.to_dict(), separators=(",", ":"))

    def passes(self, solution: str, external_id: str) -> bool:
        """Whether this solves a challenge of ours that is not over and that no other message has spent.

        The same message may come twice with one solution: a double click is one case (V1).
        """
        if len(solution) > _LONGEST or not verify_solution(solution, self._key).verified:
            return False
        # What identifies it is what we signed: a sender can write the rest in many ways.
        signature = Payload.from_base64(solution).challenge.signature or ""
        return self._limits.claim(signature, external_id, LIFE)
