"""What the pages work with, made once per process and found through the request."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from domain.vocabulary import Medium, Priority
from pipeline.delivery import leaves_at
from pipeline.desk import Desk
from pipeline.hooks import Reception
from pipeline.limits import Limits
from web.captcha import Captcha
from web.signing import Signer
from web.staff_sessions import StaffSessions
from web.status_pass import Passes


@dataclass(frozen=True, kw_only=True)
class Services:
    """`receipts` signs the addresses of received pages, `citizens` the tokens of proven phones, `passes` are
    what somebody holds who has shown both numbers of a case; `captcha` is None unless FORM_CAPTCHA is on;
    `districts` are in the order of the alphabet."""

    reception: Reception
    limits: Limits
    receipts: Signer
    citizens: Signer
    passes: Passes
    captcha: Captcha | None
    districts: tuple[str, ...]
    staff: StaffSessions

    @property
    def desk(self) -> Desk:
        """The desk; its bell rings in the background."""
        return self.reception.desk

    @property
    def quiet_hours(self) -> tuple[str, str] | None:
        """From which hour to which no SMS leaves, as pages tell whoever waits for one now; None by day."""
        settings, now = self.desk.settings, self.desk.now()
        if leaves_at(settings, Medium.SMS, Priority.NORMAL, now) <= now:
            return None
        return f"{settings.quiet_from:02d}", f"{settings.quiet_until:02d}"


def services(request: HTTPConnection) -> Services:
    """The services of the application that serves this request."""
    found: Services = request.app.state.services
    return found
