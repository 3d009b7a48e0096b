"""Which player brings what comes by which entry."""

from collections.abc import Callable, Mapping

from demo.players import chats, folders, mails, messages, pages, public, visitors
from demo.script import Line
from demo.stage import Handed, Stage

Player = Callable[[Stage, Line], Handed]
PLAYERS: Mapping[str, Player] = {
    "lmtp": mails.lmtp,
    "pipe": mails.pipe,
    "sms-verimor": messages.verimor,
    "sms-twilio": messages.twilio,
    "sms-netgsm": messages.netgsm,
    "sms-smpp": messages.smpp,
    "whatsapp": chats.whatsapp,
    "whatsapp-twilio": chats.whatsapp_twilio,
    "messenger": chats.messenger,
    "facebook-feed": public.feed,
    "x-mention": public.mention,
    "x-dm": chats.x_message,
    "telegram": chats.telegram,
    "bip": chats.bip,
    "form": pages.form,
    "chat": visitors.chat,
    "app": pages.app,
    "open311": pages.open311,
    "call_centre": pages.intake,
    "contact_point": pages.intake,
    "field": pages.intake,
    "post": folders.post,
    "fax": folders.fax,
    "http": pages.signed,
}
BATCHES = {"cimer": folders.export, "behak": folders.export}
"""What comes many messages at a time."""
