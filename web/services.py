"""What the pages work with, made once per process and found through the request."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from pipeline.desk import Desk
from pipeline.hooks import Reception
from pipeline.limits import Limits
from web.signing import Signer
from web.staff_sessions import StaffSessions


@dataclass(frozen=True, kw_only=True)
class Services:
    """`receipts` signs the addresses of received pages, `citizens` the tokens of proven phones; `districts`
    are in the order of the alphabet."""

    reception: Reception
    limits: Limits
    receipts: Signer
    citizens: Signer
    districts: tuple[str, ...]
    staff: StaffSessions

    @property
    def desk(self) -> Desk:
        """The desk; its bell rings in the background."""
        return self.reception.desk


def services(request: HTTPConnection) -> Services:
    """The services of the application that serves this request."""
    found: Services = request.app.state.services
    return found
