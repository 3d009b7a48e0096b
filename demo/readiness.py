"""Whether the day may be played here: a desk that runs, and nothing by which a notice would really leave."""

import urllib.request

from demo.accounts import others_that_send
from demo.refusal import DemoRefusedError
from pipeline.awaiting import web_address
from pipeline.desk import Desk


def check(desk: Desk, *, force: bool) -> None:
    """Return when the day may be played. Raises DemoRefusedError; `force` asks only that a desk runs."""
    address = web_address(desk.settings)
    if not _is_ready(address):
        raise DemoRefusedError("not_running", address=address)
    if force:
        return
    if not desk.settings.development:
        raise DemoRefusedError("not_development")
    if desk.settings.smtp_host:
        raise DemoRefusedError("real_mail", host=desk.settings.smtp_host)
    if others := others_that_send(desk):
        raise DemoRefusedError("real_sms", accounts=", ".join(others))


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False
