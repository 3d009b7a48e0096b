"""The one table of channels. A new channel is its module and a line here (and one in `Channel`).

A channel's module is loaded when it is first asked for: each provider's library costs some 30 MB, and a
process that serves two channels should not carry those of all.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from connectors.base import ConnectorSpec
from domain.vocabulary import Channel

_SPECS: dict[Channel, str] = {
    Channel.EMAIL: "connectors.email:EMAIL",
    Channel.SMS: "connectors.sms:SMS",
    Channel.WEBFORM: "connectors.webform:WEBFORM",
    Channel.WEBCHAT: "connectors.webchat:WEBCHAT",
    Channel.MOBILE: "connectors.mobile:MOBILE",
    Channel.HTTP: "connectors.http_channel:HTTP",
    Channel.TELEGRAM: "connectors.telegram:TELEGRAM",
    Channel.WHATSAPP: "connectors.whatsapp:WHATSAPP",
    Channel.FACEBOOK: "connectors.facebook:FACEBOOK",
    Channel.BIP: "connectors.bip:BIP",
    Channel.X: "connectors.x:X",
    Channel.PHONE_LINE: "connectors.phone_line:PHONE_LINE",
    Channel.CALL_CENTRE: "connectors.call_centre:CALL_CENTRE",
    Channel.CONTACT_POINT: "connectors.contact_point:CONTACT_POINT",
    Channel.FIELD: "connectors.field:FIELD",
    Channel.POST: "connectors.post:POST",
    Channel.FAX: "connectors.fax:FAX",
    Channel.CIMER: "connectors.cimer:CIMER",
    Channel.BEHAK: "connectors.behak:BEHAK",
}


class _Registry(Mapping[Channel, ConnectorSpec]):
    def __getitem__(self, channel: Channel) -> ConnectorSpec:
        return _load(_SPECS[channel])

    def __iter__(self) -> Iterator[Channel]:
        return iter(_SPECS)

    def __len__(self) -> int:
        return len(_SPECS)


@cache
def _load(path: str) -> ConnectorSpec:
    module, _, name = path.partition(":")
    spec: ConnectorSpec = getattr(import_module(module), name)
    return spec


CONNECTORS: Mapping[Channel, ConnectorSpec] = _Registry()
