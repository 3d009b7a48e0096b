"""In which words a provider may ask to be left alone for two minutes (G11, test 26)."""

from datetime import datetime, timedelta

from tests.servers.standin import Fault, json_answer

TWO_MINUTES = timedelta(minutes=2)
LATER = ["seconds", "date", "body", "parameters", "reset"]


def later(form: str, now: datetime) -> Fault:
    """A 429 that asks for two minutes, in one of the forms there are."""
    then = now + TWO_MINUTES
    value, headers = {
        "seconds": ({}, {"Retry-After": "120"}),
        "date": ({}, {"Retry-After": then.strftime("%a, %d %b %Y %H:%M:%S GMT")}),
        "body": ({"retry_after": 120}, {}),
        "parameters": ({"parameters": {"retry_after": 120}}, {}),
        "reset": ({}, {"x-rate-limit-reset": str(int(then.timestamp()))}),
    }[form]
    return Fault(answer=json_answer(429, value, **headers))
