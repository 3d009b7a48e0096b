"""What a browser does with the form's challenge, done by ALTCHA's own library."""

import html
import json
import re
from typing import Any

from altcha import Challenge, Payload, Solution, solve_challenge


def challenge_on(page: str) -> dict[str, Any]:
    """The challenge that a page's form carries."""
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found is not None
    read: dict[str, Any] = json.loads(html.unescape(found[1]))
    return read


def solved(challenge: dict[str, Any]) -> str:
    """Its solution, as the form brings it along."""
    asked = Challenge.from_dict(challenge)
    solution = solve_challenge(asked)
    assert solution is not None
    return Payload(asked, solution).to_base64()


def claimed(challenge: dict[str, Any], counter: int, key: str) -> str:
    """What somebody says to be its solution."""
    return Payload(Challenge.from_dict(challenge), Solution(counter, key)).to_base64()
