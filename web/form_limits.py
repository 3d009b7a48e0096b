"""How many forms one may send (V2)."""

from collections.abc import Sequence
from datetime import timedelta

from pipeline.limits import Limits, Rule

BY_CLIENT = Rule(name="form-client", times=60, window=timedelta(minutes=10))
"""Generous: a mobile operator puts thousands of citizens behind one address, and many report one storm."""
BY_ADDRESS = Rule(name="form-address", times=6, window=timedelta(minutes=10))
BY_ADDRESS_DAILY = Rule(name="form-address-day", times=30, window=timedelta(days=1))
"""Each form sends a message to the phone or mailbox that it names, whosever it is."""
ONCE = Rule(name="form-once", times=1, window=timedelta(days=1))


def may_send(limits: Limits, external_id: str, client: str, addresses: Sequence[str]) -> bool:
    """Count one form; whether it may come in. A repetition of one that came in is not counted by address:
    it is the same case and sends nothing again (V1)."""
    if not limits.hit(BY_CLIENT, client):
        return False
    if not limits.hit(ONCE, external_id):
        return True
    counted = [limits.hit(rule, who) for rule in (BY_ADDRESS, BY_ADDRESS_DAILY) for who in addresses]
    if not all(counted):
        limits.forgive(ONCE, external_id)
    return all(counted)
