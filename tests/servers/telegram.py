"""A stand-in for Telegram's Bot API and its webhook calls, strict where the real one is.

Written after core.telegram.org/bots/api (10.1) and, for offsets, tdlib: see docs/channels/telegram.md.
"""

import json
import re
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import httpx

from tests.servers.standin import Answer, Call, StandIn, json_answer

BOT = 7000000001
TOKEN = f"{BOT}:SAHTE-jeton_0123456789abcdefghijklm"
SECRET = "sahte-gizli-uzun-81"
USERNAME = "buyuksehir_masa_bot"
CITIZEN = 555000111
NOW = 1777887000  # 2026-05-04 09:30 UTC
LARGEST = 20_000_000
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_KINDS = {"message", "edited_message", "channel_post", "edited_channel_post"}
_PARAMETERS: dict[str, dict[str, type]] = {
    "getMe": {},
    "getWebhookInfo": {},
    "getUpdates": {"offset": int, "limit": int, "timeout": int, "allowed_updates": list},
    "setWebhook": {
        "url": str, "max_connections": int, "allowed_updates": list, "secret_token": str, "ip_address": str,
        "drop_pending_updates": bool,
    },
    "deleteWebhook": {"drop_pending_updates": bool},
    "sendMessage": {
        "chat_id": int, "text": str, "parse_mode": str, "link_preview_options": dict, "entities": list,
        "disable_notification": bool, "protect_content": bool, "reply_parameters": dict,
    },
    "getFile": {"file_id": str},
}  # fmt: skip


class TelegramServer(StandIn):
    """One bot. `blocked` holds who blocked it, `chats` whom it knows, `migrated` what groups became."""

    def __init__(self) -> None:
        super().__init__()
        self.chats = {CITIZEN, CITIZEN + 1}
        self.blocked: set[int] = set()
        self.migrated: dict[int, int] = {}
        self.queue: list[dict[str, Any]] = []
        self.next_update = 840000001
        self.sent: list[dict[str, Any]] = []
        self.files: dict[str, tuple[str, bytes]] = {}
        self.webhook: dict[str, Any] = {}
        self.last_error: dict[str, Any] = {}
        self._next_message = 100
        self._news = threading.Condition(self.lock)
        self._polls = 0
        self._ending = False

    # what a test lets happen

    def receive(self, text: str = "", *, sender: int = CITIZEN, kind: str = "message", **more: Any) -> Any:
        """Somebody writes to the bot; the update."""
        with self._news:
            self._next_message += 1
            message = {
                "message_id": self._next_message,
                "from": {"id": sender, "is_bot": False, "first_name": "Ayşe", "last_name": "Yılmaz"},
                "chat": {"id": sender, "first_name": "Ayşe", "last_name": "Yılmaz", "type": "private"},
                "date": NOW,
            }
            return self.push({kind: message | ({"text": text} if text else {}) | more})

    def push(self, update: Mapping[str, Any]) -> dict[str, Any]:
        """Any update comes into the queue, under the next number."""
        with self._news:
            whole = {"update_id": self.next_update} | dict(update)
            self.next_update += 1
            self.queue.append(whole)
            self._news.notify_all()
            return whole

    def keep_file(self, file_id: str, content: bytes, path: str = "") -> None:
        """A file that a message may name."""
        self.files[file_id] = (path or f"documents/{file_id}", content)

    def deliver(self, url: str, update: Mapping[str, Any], secret: str = SECRET) -> httpx.Response:
        """Make the webhook call to the desk."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        return httpx.post(url, json=update, headers=headers, timeout=15)

    # the API

    def respond(self, call: Call) -> Answer:
        """What Telegram would answer."""
        path = unquote(call.path)
        if path.startswith("/file/bot"):
            return self._file(path)
        if not path.startswith(f"/bot{TOKEN}/"):
            known = re.match(r"/bot\d+:[\w-]{30,}/", path)
            return _error(401, "Unauthorized") if known else _error(404, "Not Found")
        method = path.rpartition("/")[2]
        if method not in _PARAMETERS:
            return _error(404, "Not Found: method not found")
        try:
            given = _parameters(method, call)
        except ValueError as error:
            return _error(400, f"Bad Request: {error}")
        answer: Answer = getattr(self, f"_{method}")(given)
        return answer

    def _getMe(self, given: Mapping[str, Any]) -> Answer:
        return _good(
            {
                "id": BOT, "is_bot": True, "first_name": "Beyaz Masa", "username": USERNAME,
                "can_join_groups": True, "can_read_all_group_messages": False,
                "supports_inline_queries": False,
            }
        )  # fmt: skip

    def _getWebhookInfo(self, given: Mapping[str, Any]) -> Answer:
        waiting = {"pending_update_count": len(self.queue), "has_custom_certificate": False}
        shown = {name: value for name, value in self.webhook.items() if name != "secret_token"}
        return _good({"url": ""} | shown | waiting | self.last_error)

    def _setWebhook(self, given: Mapping[str, Any]) -> Answer:
        url, secret = given.get("url", ""), given.get("secret_token", "")
        if url and not url.startswith("https://"):
            return _error(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not _SECRET.fullmatch(secret):
            return _error(400, "Bad Request: secret token contains unallowed characters")
        if given.get("drop_pending_updates"):
            self.queue.clear()
        self.webhook = {} if not url else dict(given)
        return _good(True)

    def _deleteWebhook(self, given: Mapping[str, Any]) -> Answer:
        self.webhook = {}
        return _good(True)

    def _getUpdates(self, given: Mapping[str, Any]) -> Answer:
        limit, wait = given.get("limit", 100), given.get("timeout", 0)
        if not 1 <= limit <= 100 or not 0 <= wait <= 50:
            return _error(400, "Bad Request: limit or timeout out of range")
        if set(given.get("allowed_updates", [])) - _KINDS:
            return _error(400, "Bad Request: unknown update type")
        with self._news:
            if self.webhook:
                return _error(409, "Conflict: can't use getUpdates method while webhook is active; use "
                                   "deleteWebhook to delete the webhook first")  # fmt: skip
            self._polls += 1
            mine = self._polls
            self._news.notify_all()
            self._confirm(given.get("offset"))
            self._news.wait_for(lambda: self.queue or self._ending or self._polls != mine, timeout=wait)
            if self._polls != mine:
                return _error(409, "Conflict: terminated by other getUpdates request; make sure that only "
                                   "one bot instance is running")  # fmt: skip
            return _good(self.queue[:limit])

    def _confirm(self, offset: int | None) -> None:
        # tdlib's TQueue: an offset that lies more than ten beyond the end counts for nothing
        if offset is None or offset > self.next_update + 10:
            return
        self.queue = [
            u for u in self.queue if not isinstance(u["update_id"], int) or u["update_id"] >= offset
        ]

    def _sendMessage(self, given: Mapping[str, Any]) -> Answer:
        chat, text = given.get("chat_id", 0), given.get("text", "")
        if chat in self.migrated:
            return _error(400, "Bad Request: group chat was upgraded to a supergroup chat",
                          migrate_to_chat_id=self.migrated[chat])  # fmt: skip
        if chat in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        if chat not in self.chats and chat not in self.migrated.values():
            return _error(400, "Bad Request: chat not found")
        if not text.strip():
            return _error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return _error(400, "Bad Request: message is too long")
        if "parse_mode" in given and text.count("_") % 2:
            return _error(400, "Bad Request: can't parse entities: Can't find end of the entity")
        with self.lock:
            self._next_message += 1
            message = {
                "message_id": self._next_message, "date": NOW, "text": text.strip(),
                "from": {"id": BOT, "is_bot": True, "first_name": "Beyaz Masa", "username": USERNAME},
                "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup", "first_name": "Ayşe"},
            }  # fmt: skip
            self.sent.append(message)
        return _good(message)

    def _getFile(self, given: Mapping[str, Any]) -> Answer:
        found = self.files.get(given.get("file_id", ""))
        if found is None:
            return _error(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        path, content = found
        if len(content) > LARGEST:
            return _error(400, "Bad Request: file is too big")
        file_id = given["file_id"]
        size = {"file_size": len(content), "file_path": path}
        return _good({"file_id": file_id, "file_unique_id": f"u{file_id}"} | size)

    def _file(self, path: str) -> Answer:
        by_path = {f"/file/bot{TOKEN}/{p.lstrip('/')}": content for p, content in self.files.values()}
        if path not in by_path:
            return _error(404, "Not Found")
        return Answer(body=by_path[path], headers={"content-type": "application/octet-stream"})

    def __exit__(self, *raised: Any) -> None:
        with self._news:
            self._ending = True
            self._news.notify_all()
        super().__exit__(*raised)


def _parameters(method: str, call: Call) -> dict[str, Any]:
    """The parameters of a call by their documented types. Raises ValueError for any other."""
    if call.body and not call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise ValueError("unsupported content type")
    known, found = _PARAMETERS[method], {}
    for name, value in parse_qsl(call.body.decode(), keep_blank_values=True, strict_parsing=bool(call.body)):
        if name not in known:
            raise ValueError(f"unknown parameter {name}")
        found[name] = value if known[name] is str else json.loads(value)
        if type(found[name]) is not known[name]:
            raise ValueError(f"{name} has another type than documented")
    return found


def _good(result: Any) -> Answer:
    return json_answer(200, {"ok": True, "result": result})


def _error(status: int, description: str, **parameters: Any) -> Answer:
    more = {"parameters": parameters} if parameters else {}
    return json_answer(status, {"ok": False, "error_code": status, "description": description} | more)


def flood(seconds: int) -> Answer:
    """The answer to a call too many."""
    return _error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
