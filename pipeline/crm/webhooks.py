"""How this desk calls the receivers of outside CRMs: one client a process, and where it may go."""

from ipaddress import ip_network

from connectors.crm import Webhooks
from domain.errors import NotConfiguredError
from domain.text import by_comma
from pipeline.desk import Desk

_OWN_MACHINE = ("127.0.0.0/8", "::1/128")


def webhooks_of(desk: Desk) -> Webhooks:
    """The client of this desk. Raises NotConfiguredError for CRM_NETWORKS that are none."""
    return desk.part(_make)


def _make(desk: Desk) -> Webhooks:
    try:
        allowed = [str(ip_network(each)) for each in by_comma(desk.settings.crm_networks)]
    except ValueError:
        raise NotConfiguredError("CRM_NETWORKS holds something that is no network") from None
    return Webhooks(networks=(*allowed, *(_OWN_MACHINE if desk.settings.development else ())))
