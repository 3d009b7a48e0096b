"""Chat services: WhatsApp by both its providers, Messenger, Telegram, BiP, direct messages on X."""

import time
from datetime import UTC, datetime
from typing import Any

import httpx

from demo.papers import photo
from demo.script import Line
from demo.stage import Handed, Stage
from tests.servers import bip as bip_service
from tests.servers import facebook, twilio, twilio_whatsapp, whatsapp_cloud
from tests.servers import x as x_service


def whatsapp(stage: Stage, line: Line) -> Handed:
    """Meta calls with a list of messages; a bad one holds an item beside it that nobody can understand."""
    server, words, mark = stage.servers["gosteri-whatsapp"], stage.words(line), stage.mark(line)
    person = stage.person(line)
    item: dict[str, Any] = {
        "from": person.phone[1:],
        "id": f"wamid.{mark}",
        "timestamp": str(int(time.time())),
    }
    if line.photo:
        picture = photo(stage.serial())
        server.attach(mark, "image/jpeg", picture)
        item |= {"type": "image", "image": {"id": mark, "mime_type": "image/jpeg", "caption": words}}
    else:
        item |= {"type": "text", "text": {"body": words}}
    if line.how == "reply":
        item["context"] = {"from": "902120000000", "id": stage.ids[line.after]}
    items = [item, {"id": f"wamid.{mark}.bozuk", "type": "text", "text": ["bozuk"]}][: 1 + line.bad]
    for _ in range(1 + line.twice):
        stage.send(lambda: server.call_back(stage.hook("gosteri-whatsapp"), _whatsapp(person, items)))
    stage.ids[line.key] = item["id"]
    return Handed(account="gosteri-whatsapp", key=line.key, words=words, bad=int(line.bad))


def _whatsapp(person: Any, items: list[dict[str, Any]]) -> dict[str, Any]:
    told = {"display_phone_number": "902120000000", "phone_number_id": whatsapp_cloud.NUMBER_ID}
    contacts = [{"wa_id": person.phone[1:], "profile": {"name": person.name}}]
    value = {"messaging_product": "whatsapp", "metadata": told, "contacts": contacts, "messages": items}
    entry = [{"id": whatsapp_cloud.ACCOUNT_ID, "changes": [{"field": "messages", "value": value}]}]
    return {"object": "whatsapp_business_account", "entry": entry}


def whatsapp_twilio(stage: Stage, line: Line) -> Handed:
    """Twilio posts a signed form, a photo by its address."""
    server, words = stage.servers["gosteri-whatsapp-twilio"], stage.words(line)
    sid, person = f"SM{stage.mark(line)}", stage.person(line)
    form = {"MessageSid": sid, "AccountSid": twilio.SID, "From": f"whatsapp:{person.phone}", "Body": words,
            "To": twilio_whatsapp.SENDER, "NumMedia": "0", "ProfileName": person.name}  # fmt: skip
    if line.photo:
        resource = {"uri": f"/2010-04-01/Accounts/{twilio.SID}/Messages/{sid}.json", "num_media": "0"}
        address = server.attach(resource, "image/jpeg", photo(stage.serial()))
        form |= {"NumMedia": "1", "MediaUrl0": address, "MediaContentType0": "image/jpeg"}
    for _ in range(1 + line.twice):
        stage.send(lambda: server.call_back(stage.hook("gosteri-whatsapp-twilio"), form))
    return Handed(account="gosteri-whatsapp-twilio", key=line.key, words=words)


def messenger(stage: Stage, line: Line) -> Handed:
    """Meta calls for the page."""
    server, words, mid = stage.servers["gosteri-facebook"], stage.words(line), f"m_{stage.mark(line)}"
    message: dict[str, Any] = {"mid": mid, "text": words}
    if line.how == "reply":
        message["reply_to"] = {"mid": stage.ids[line.after]}
    now = int(time.time() * 1000)
    who = {"sender": {"id": str(stage.person(line).chat)}, "recipient": {"id": facebook.PAGE}}
    entry = [{"id": facebook.PAGE, "time": now, "messaging": [who | {"timestamp": now, "message": message}]}]
    body = {"object": "page", "entry": entry}
    for _ in range(1 + line.twice):
        stage.send(lambda: server.call_back(stage.hook("gosteri-facebook"), body))
    stage.ids[line.key] = mid
    return Handed(account="gosteri-facebook", key=line.key, words=words)


def telegram(stage: Stage, line: Line) -> Handed:
    """It waits at Telegram; the desk's long poll gets it at once."""
    server, words, person = stage.servers["gosteri-telegram"], stage.words(line), stage.person(line)
    name = {"first_name": person.name}
    number = stage.serial()
    server.chats.add(person.chat)
    more: dict[str, Any] = {
        "from": {"id": person.chat, "is_bot": False} | name,
        "chat": {"id": person.chat, "type": "private"} | name,
        "date": int(time.time()),
        "message_id": number,
    }
    if line.how == "reply":
        more["reply_to_message"] = {"message_id": stage.ids[line.after], "chat": more["chat"], "date": 1}
    if line.photo:
        server.keep_file(f"f{number}", photo(number))
        sizes = {"width": 640, "height": 480, "file_unique_id": f"u{number}"}
        more |= {"photo": [{"file_id": f"f{number}"} | sizes], "caption": words}
    server.receive("" if line.photo else words, sender=person.chat, **more)
    if line.bad:
        server.push({"message": {"date": "x", "chat": ["bozuk"]}})
    stage.ids[line.key] = number
    return Handed(account="gosteri-telegram", key=line.key, words=words, bad=int(line.bad))


def bip(stage: Stage, line: Line) -> Handed:
    """BiP posts the forwarded message with basic authentication."""
    server, words, phone = stage.servers["gosteri-bip"], stage.words(line), stage.person(line).phone[1:]
    server.clock = datetime.now(UTC)
    server.users.add(phone)
    server.followers.add(phone)
    ids = {"msgId": str(stage.serial()), "transactionId": f"demo-{stage.mark(line)}"}
    body = bip_service.listed([server.forwarded(words, phone, **ids)])
    url, login = stage.hook("gosteri-bip"), (bip_service.USERNAME, bip_service.PASSWORD)
    for _ in range(1 + line.twice):
        stage.send(lambda: httpx.post(url, json=body, auth=login, timeout=15))
    return Handed(account="gosteri-bip", key=line.key, words=words)


def x_message(stage: Stage, line: Line) -> Handed:
    """X calls with the event of a direct message, which its own list shows too."""
    server, words, sender = stage.servers["gosteri-x"], stage.words(line), str(stage.person(line).chat)
    server.clock = datetime.now(UTC)
    server.users[sender] = stage.person(line).name
    told = server.message(words, sender=sender, dm_conversation_id=f"{sender}-{x_service.DESK}")
    body = x_service.event("dm.received", told, event_uuid=str(stage.serial()))
    for _ in range(1 + line.twice):
        stage.send(lambda: server.deliver(stage.hook("gosteri-x"), body))
    return Handed(account="gosteri-x", key=line.key, words=words)
