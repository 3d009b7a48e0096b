"""A stand-in for the Graph API of one page, strict where the real one is.

Written after Meta's reference: Graph API (page feed, object comments, debug_token, subscribed_apps, paginated
results), Messenger Send API and its error codes.
"""

import hashlib
import hmac
import itertools
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.servers.standin import Answer, Call, StandIn, json_answer

PAGE = "100200300400500"
APP = "700800900"
TOKEN = "EAAsahteSayfaJetonu0123456789"
APP_SECRET = "0123456789abcdef0123456789abcdef"
CITIZEN = "4400110022003300"
SCOPES = (
    "pages_messaging",
    "pages_manage_metadata",
    "pages_manage_engagement",
    "pages_read_engagement",
    "pages_read_user_content",
)
_VERSION = re.compile(r"/v(\d{2})\.\d/(.+)")
_LIVING = range(23, 27)
_NESTED = re.compile(r"comments\.filter\(stream\)\.order\(reverse_chronological\)\.limit\((\d+)\)")
_POST_FIELDS = {"id", "message", "created_time", "from", "permalink_url", "place", "attachments", "comments"}
_COMMENT_FIELDS = {"id", "message", "created_time", "from", "parent", "attachment", "permalink_url"}


class FacebookServer(StandIn):
    """`posts` are newest first, each with its `comments`, newest first. `closed` holds who has not written
    for 24 hours, `unwilling` who takes no messages; `tags` are those that Meta granted the page,
    `gone` the posts that are listed but answer no more; `most` is how many posts it gathers at once."""

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[Any] = []
        self.closed: set[str] = set()
        self.unwilling: set[str] = set()
        self.tags: set[str] = set()
        self.gone: set[str] = set()
        self.sent: list[dict[str, Any]] = []
        self.answers: list[dict[str, str]] = []
        self.token: dict[str, Any] = {
            "app_id": APP,
            "type": "PAGE",
            "is_valid": True,
            "profile_id": PAGE,
            "expires_at": 0,
            "data_access_expires_at": 0,
            "scopes": list(SCOPES),
        }
        self.most = 100
        self.subscribed: list[str] = ["messages", "feed"]
        self.usage: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}
        self._numbers = itertools.count(1)

    # what a test lets happen

    def call_back(self, url: str, payload: Any, secret: str = APP_SECRET) -> httpx.Response:
        """Make the webhook call to the desk, signed."""
        body = json.dumps(payload).encode()
        headers = {"X-Hub-Signature-256": sign(body, secret), "Content-Type": "application/json"}
        return httpx.post(url, content=body, headers=headers, timeout=15)

    # the API

    def respond(self, call: Call) -> Answer:
        """What Meta would answer."""
        if call.path in self.redirects:
            return Answer(status=302, headers={"location": self.redirects[call.path]})
        if call.path in self.files:
            return Answer(body=self.files[call.path])
        versioned = _VERSION.fullmatch(call.path)
        if versioned is None:
            return _error(404, 2500, "Unknown path components")
        if int(versioned[1]) not in _LIVING:
            return _error(400, 2635, "You are calling a deprecated version of the API")
        form = dict(parse_qsl(call.body.decode(), keep_blank_values=True)) if call.method == "POST" else {}
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in (TOKEN, f"{APP}|{APP_SECRET}"):
            return _error(401, 190, "Invalid OAuth access token", subcode=467)
        if (form or call.query).get("appsecret_proof") != proof(token):
            return _error(400, 100, "Invalid appsecret_proof provided in the API argument")
        return self._at(call, versioned[2], form, is_app=token != TOKEN)

    def _at(self, call: Call, path: str, form: dict[str, str], *, is_app: bool) -> Answer:
        if path == "debug_token":
            return self._debug(form, is_app=is_app)
        if is_app:
            return _error(400, 210, "A page access token is required to request this resource.")
        if path == f"{PAGE}/messages" and call.method == "POST":
            return self._message(form)
        if path == f"{PAGE}/subscribed_apps":
            apps = [{"id": APP, "name": "Beyaz Masa", "subscribed_fields": self.subscribed}]
            return json_answer(200, {"data": apps if self.subscribed else []})
        if path == f"{PAGE}/feed":
            return self._feed(call)
        if path.endswith("/comments") and call.method == "POST":
            return self._answered(path.removesuffix("/comments"), form)
        post = next(
            (p for p in self.posts if isinstance(p, dict) and path == f"{p.get('id')}/comments"), None
        )
        if post is None or post["id"] in self.gone:
            return _error(400, 100, "Object does not exist", subcode=33)
        return self._comments(call, post)

    def _answered(self, item: str, form: dict[str, str]) -> Answer:
        known = {p["id"] for p in self.posts} | {c["id"] for p in self.posts for c in p["comments"]}
        if "pages_manage_engagement" not in self.token["scopes"]:
            return _error(403, 200, "requires pages_manage_engagement")
        if item not in known or item in self.gone:
            return _error(400, 100, "Object does not exist", subcode=33)
        if set(form) - {"message", "appsecret_proof"} or not form.get("message"):
            return _error(400, 100, "Invalid parameter")
        made = {"id": f"{item}_{next(self._numbers)}", "on": item, "message": form["message"]}
        with self.lock:
            self.answers.append(made)
        return json_answer(200, {"id": made["id"]})

    def _debug(self, form: dict[str, str], *, is_app: bool) -> Answer:
        if not is_app or form.get("method") != "GET":
            return _error(400, 100, "You must provide an app access token")
        if form.get("input_token") != TOKEN:
            return json_answer(200, {"data": {"is_valid": False, "error": {"code": 190, "subcode": 467}}})
        return json_answer(200, {"data": self.token})

    def _feed(self, call: Call) -> Answer:
        fields = call.query.get("fields", "")
        nested = _NESTED.search(fields)
        inner = re.search(r"limit\(\d+\)\{(.*)\}$", fields)
        if nested is None or inner is None:
            return _error(400, 100, "Syntax error in fields")
        outer = {name for name in fields[: nested.start()].split(",") if name}
        named = set(re.sub(r"\{[^}]*\}", "", inner[1]).split(","))
        if outer - _POST_FIELDS or named - _COMMENT_FIELDS:
            return _error(400, 100, "Tried accessing nonexisting field")
        if int(call.query.get("limit", 25)) > self.most:
            return _error(500, 1, "Please reduce the amount of data you're asking for, then retry")
        page = self._page(call, self.posts)
        if page is None:
            return _error(400, 100, "Invalid cursors values")
        data = [_with_comments(post, int(nested[1])) for post in page["data"]]
        return json_answer(200, page | {"data": data}, **self.usage)

    def _comments(self, call: Call, post: dict[str, Any]) -> Answer:
        named = set(re.sub(r"\{[^}]*\}", "", call.query.get("fields", "")).split(","))
        how = (call.query.get("filter"), call.query.get("order"))
        if named - _COMMENT_FIELDS or how != ("stream", "reverse_chronological"):
            return _error(400, 100, "Invalid parameter")
        page = self._page(call, post["comments"])
        return _error(400, 100, "Invalid cursors values") if page is None else json_answer(200, page)

    def _page(self, call: Call, items: Sequence[Any]) -> dict[str, Any] | None:
        limit, after = int(call.query.get("limit", 25)), call.query.get("after", "")
        if limit > 100 or (after and not after.startswith("c")):
            return None
        return paged(items, int(after[1:] or 0) if after else 0, limit)

    def _message(self, form: dict[str, str]) -> Answer:
        to, text = json.loads(form["recipient"]).get("id", ""), json.loads(form["message"]).get("text", "")
        kind, tag = form.get("messaging_type"), form.get("tag")
        table = [
            (kind not in ("RESPONSE", "UPDATE", "MESSAGE_TAG"), 100, 2018199, "Invalid messaging type"),
            (kind == "MESSAGE_TAG" and tag not in self.tags, 100, 2018199, "Invalid tag"),
            (not text or len(text) > 2000, 100, None, "Length of param message[text] must be <= 2000"),
            (not to.isdigit() or to == "404", 100, 2018001, "No matching user found"),
            (to in self.unwilling, 551, 1545041, "This person isn't available right now."),
            (to in self.closed and kind != "MESSAGE_TAG", 10, 2018278, "outside of allowed window"),
        ]
        fault = next(((code, words, sub) for wrong, code, sub, words in table if wrong), None)
        if fault:
            return _error(400, *fault)
        identifier = f"m_STANDIN{next(self._numbers):08d}"
        with self.lock:
            self.sent.append({"to": to, "text": text, "type": kind, "tag": tag, "id": identifier})
        return json_answer(200, {"recipient_id": to, "message_id": identifier})


def paged(items: Sequence[Any], start: int, limit: int) -> dict[str, Any]:
    """One list page as the Graph API cuts it, with a `next` address that holds the token, as Meta's does."""
    end = start + limit
    answer: dict[str, Any] = {"data": list(items[start:end])}
    if answer["data"]:
        answer["paging"] = {"cursors": {"before": f"c{start}", "after": f"c{end}"}}
        if end < len(items):
            answer["paging"]["next"] = f"https://graph.facebook.com/next?access_token={TOKEN}&after=c{end}"
    return answer


def post(number: int, created: str, message: str, author: str = PAGE, **more: Any) -> dict[str, Any]:
    """A post on the page's wall, by the page itself if by nobody else."""
    name = "Beyaz Masa" if author == PAGE else "Ayşe Yılmaz"
    item = {
        "id": f"{PAGE}_{number}",
        "message": message,
        "created_time": created,
        "from": {"id": author, "name": name},
    }
    return {"comments": [], **item, **more}


def comment(on: int, number: int, created: str, message: str, author: str = CITIZEN, **more: Any) -> Any:
    """A comment on a post."""
    item = {"id": f"{on}_{number}", "message": message, "created_time": created}
    return {**item, "from": {"id": author, "name": "Ayşe Yılmaz"}, **more}


def sign(body: bytes, secret: str = APP_SECRET) -> str:
    """The value of `X-Hub-Signature-256` that Meta documents."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def proof(token: str) -> str:
    """The `appsecret_proof` that Meta documents."""
    return hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()


def error_body(code: int, message: str = "x", subcode: int | None = None, **more: Any) -> dict[str, Any]:
    """An error as the Graph API writes it."""
    error = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}
    return {"error": error | ({"error_subcode": subcode} if subcode else {}) | more}


def _with_comments(item: Any, limit: int) -> Any:
    if not isinstance(item, dict) or not isinstance(item.get("comments"), list):
        return item
    comments = item["comments"]
    rest = {name: value for name, value in item.items() if name != "comments"}
    return rest | ({"comments": paged(comments, 0, limit)} if comments else {})


def _error(status: int, code: int, message: str, subcode: int | None = None) -> Answer:
    return json_answer(status, error_body(code, message, subcode))
