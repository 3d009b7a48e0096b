"""What the pages work with, made once per process and found through the request."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from pipeline.desk import Desk
from pipeline.hooks import Reception
from pipeline.limits import Limits
from web.signing import Signer
from web.staff_sessions import StaffSessions
from web.status_pass import Passes


@dataclass(frozen=True, kw_only=True)
class Services:
    """`receipts` signs the addresses of received pages, `citizens` the tokens of proven phones, `passes` are
    what somebody holds who has shown both numbers of a case; `districts` are in the order of the alphabet."""

    reception: Reception
    limits: Limits
    receipts: Signer
    citizens: Signer
    passes: Passes
    districts: tuple[str, ...]
    staff: StaffSessions

    @property
    def desk(self) -> Desk:
        """The desk; its bell rings in the background."""
        return self.reception.desk

    @property
    def quiet_hours(self) -> tuple[str, str] | None:
        """From which hour to which no SMS leaves, as pages tell it; None where one leaves at any hour."""
        settings = self.desk.settings
        hours = (f"{settings.quiet_from:02d}", f"{settings.quiet_until:02d}")
        return hours if settings.quiet_from != settings.quiet_until else None


def services(request: HTTPConnection) -> Services:
    """The services of the application that serves this request."""
    found: Services = request.app.state.services
    return found
