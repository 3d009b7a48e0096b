"""The stand-ins of providers that the day needs, and the account at each of them."""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.vocabulary import Channel
from tests.servers import (
    bip,
    facebook,
    netgsm,
    telegram,
    twilio,
    twilio_whatsapp,
    verimor,
    whatsapp_cloud,
    x,
)

PUSH_SECRET = "gosteri-icin-uzun-bir-parca-81"  # noqa: S105 - it opens an account at a stand-in only
VERIFY_TOKEN = "gosteri-dogrulama-parcasi-55"  # noqa: S105
HTTP_SECRET = "gosteri-icin-otuz-iki-harften-uzun-anahtar"  # noqa: S105
_TWILIO = {"account_sid": twilio.SID, "auth_token": twilio.TOKEN, "poll": "false"}
_NETGSM = {"username": netgsm.USERNAME, "password": netgsm.PASSWORD, "sender": netgsm.HEADER}
_VERIMOR = {"username": verimor.USERNAME, "password": verimor.PASSWORD, "sender": verimor.HEADER}
_CLOUD = {"phone_number_id": whatsapp_cloud.NUMBER_ID, "access_token": whatsapp_cloud.TOKEN}
_PAGE = {"page_id": facebook.PAGE, "app_id": facebook.APP, "access_token": facebook.TOKEN}
_X = {
    "consumer_key": x.CONSUMER_KEY,
    "consumer_secret": x.CONSUMER_SECRET,
    "access_token": x.ACCESS_TOKEN,
    "access_token_secret": x.ACCESS_SECRET,
}
_BIP = {"username": bip.USERNAME, "password": bip.PASSWORD}


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A stand-in and its account. `settings` come beside the address of the stand-in."""

    account: str
    channel: Channel
    make: Callable[[], Any]
    settings: Mapping[str, str]


PROVIDERS = (
    # The first SMS account is what notices leave by that did not come by SMS.
    Provider(
        account="gosteri-verimor",
        channel=Channel.SMS,
        make=verimor.VerimorServer,
        settings={"provider": "verimor", "push_secret": PUSH_SECRET, "poll": "false"} | _VERIMOR,
    ),
    Provider(
        account="gosteri-twilio",
        channel=Channel.SMS,
        make=twilio.TwilioServer,
        settings={"provider": "twilio", "sender": twilio.NUMBER} | _TWILIO,
    ),
    Provider(
        account="gosteri-netgsm",
        channel=Channel.SMS,
        make=netgsm.NetgsmServer,
        settings={"provider": "netgsm"} | _NETGSM,
    ),
    Provider(
        account="gosteri-whatsapp",
        channel=Channel.WHATSAPP,
        make=whatsapp_cloud.WhatsAppCloudServer,
        settings={"provider": "cloud", "app_secret": whatsapp_cloud.APP_SECRET, "verify_token": VERIFY_TOKEN}
        | _CLOUD,
    ),
    Provider(
        account="gosteri-whatsapp-twilio",
        channel=Channel.WHATSAPP,
        make=twilio_whatsapp.TwilioWhatsAppServer,
        settings={"provider": "twilio", "sender": twilio_whatsapp.SENDER.partition(":")[2]} | _TWILIO,
    ),
    Provider(
        account="gosteri-facebook",
        channel=Channel.FACEBOOK,
        make=facebook.FacebookServer,
        settings={"app_secret": facebook.APP_SECRET, "verify_token": VERIFY_TOKEN} | _PAGE,
    ),
    Provider(account="gosteri-x", channel=Channel.X, make=x.XServer, settings=_X),
    Provider(
        account="gosteri-telegram",
        channel=Channel.TELEGRAM,
        make=telegram.TelegramServer,
        settings={"token": telegram.TOKEN},
    ),
    Provider(account="gosteri-bip", channel=Channel.BIP, make=bip.BipServer, settings=_BIP),
)


def has_message_centre() -> bool:
    """Whether this machine can play an SMPP message centre: Perl's Net::SMPP and the tests' libraries."""
    perl = shutil.which("perl")
    with suppress(ImportError):
        import tests.servers.smsc  # noqa: F401 - its library is the tests' own

        return (
            bool(perl)
            and subprocess.run([str(perl), "-MNet::SMPP", "-e1"], capture_output=True).returncode == 0
        )
    return False


def start(stack: ExitStack) -> dict[str, Any]:
    """Every stand-in by its account's name, running until the stack is left."""
    running: dict[str, Any] = {}
    for each in PROVIDERS:
        server: AbstractContextManager[Any] = each.make()
        running[each.account] = stack.enter_context(server)
    if has_message_centre():
        from tests.servers.smsc import MessageCentre

        running["gosteri-smpp"] = centre = MessageCentre()
        stack.callback(centre.close)
    return running


def settings_of_centre(centre: Any) -> dict[str, str]:
    """The account at the message centre."""
    from tests.servers.smsc import DESK, PASSWORD, SYSTEM_ID

    where = {"provider": "smpp", "host": "127.0.0.1", "port": str(centre.port), "sender": DESK}
    return where | {"username": SYSTEM_ID, "password": PASSWORD}


def folders(root: Path) -> dict[str, tuple[Channel, dict[str, str]]]:
    """The accounts whose files are dropped into folders, with their settings; the folders are made."""
    found: dict[str, tuple[Channel, dict[str, str]]] = {}
    for channel in (Channel.POST, Channel.FAX, Channel.CIMER, Channel.BEHAK):
        folder = root / channel
        (folder / "yeni").mkdir(parents=True, exist_ok=True)
        # Every file is renamed into its place when it is whole.
        found[f"gosteri-{channel}"] = (channel, {"folder": str(folder), "settle_seconds": "0"})
    return found
