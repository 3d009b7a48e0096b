"""A stand-in for X's API v2 and the calls of its X Activity API, strict where the documentation is.

Written after docs.x.com (user mention timeline, direct messages lookup and manage, rate limits, response
codes, webhooks, X Activity API event payloads); see docs/channels/x.md for what the pages leave open.
"""

import base64
import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import httpx
from oauthlib.oauth1.rfc5849 import signature as oauth

from tests.servers.standin import Answer, Call, StandIn, json_answer

DESK = "1700000000000000001"
CITIZEN = "1500000000000000002"
CONSUMER_KEY = "sahteTuketiciAnahtari01"
CONSUMER_SECRET = "sahteTuketiciGizlisi0123456789"
ACCESS_TOKEN = f"{DESK}-sahteErisimJetonu0123"
ACCESS_SECRET = "sahteErisimGizlisi0123456789"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
SIGNED_FOR = "https://api.twitter.com"
_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_CAP = 800
_MENTIONS = re.compile(r"/2/users/(\d+)/mentions")
_SEND = re.compile(r"/2/dm_conversations/with/(\w+)/messages")
_COMMON = {"max_results", "pagination_token", "tweet.fields", "user.fields", "media.fields", "expansions"}
_KNOWN = {
    "mentions": _COMMON | {"since_id", "until_id", "start_time", "end_time", "place.fields", "poll.fields"},
    "dm_events": _COMMON | {"dm_event.fields", "event_types"},
}
_LIMITS = {"mentions": 300, "dm_events": 15, "send": 15}
Item = dict[str, Any]


class XServer(StandIn):
    """One account. `hidden` are posts that asking by id leaves out; `closed` takes no messages of ours."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = NOW
        self.modern = False
        self.access_level = "read-write-directmessages"
        self.posts: list[Item] = []
        self.events: list[Item] = []
        self.users = {CITIZEN: "Ayşe Yılmaz", DESK: "Beyaz Masa"}
        self.hidden: set[str] = set()
        self.closed: set[str] = set()
        self.answers: list[Item] = []
        self.unanswerable: set[str] = set()
        self.strangers: set[str] = set()
        self.parents: dict[str, Item] = {}
        self.files: dict[str, bytes] = {}
        self.used: Counter[str] = Counter()
        self.spent = False
        self._serial = 0

    # what a test lets happen

    def new_id(self) -> str:
        """The next id, of this moment of the clock."""
        with self.lock:
            self._serial += 1
            return str((int((self.clock - _EPOCH) / timedelta(milliseconds=1)) << 22) + self._serial)

    def mention(self, text: str, *, author: str = CITIZEN, **more: Any) -> Item:
        """Somebody mentions the desk."""
        number = self.new_id()
        post = {
            "id": number, "text": text, "author_id": author, "conversation_id": number,
            "created_at": self.clock.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "edit_history_post_ids" if self.modern else "edit_history_tweet_ids": [number],
        } | more  # fmt: skip
        self.posts.append(post)
        return post

    def message(self, text: str, *, sender: str = CITIZEN, **more: Any) -> Item:
        """Somebody writes a direct message, or the desk does."""
        event = {
            "id": self.new_id(), "event_type": "MessageCreate", "text": text, "sender_id": sender,
            "dm_conversation_id": f"{CITIZEN}-{DESK}",
            "created_at": self.clock.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        } | more  # fmt: skip
        self.events.append(event)
        return event

    def pass_time(self, **by: float) -> None:
        """Let time go by; a new window of fifteen minutes begins when it does."""
        before, self.clock = self.clock, self.clock + timedelta(**by)
        if self.clock - before >= timedelta(minutes=15):
            self.used.clear()

    # the API

    def respond(self, call: Call) -> Answer:
        """What X would answer."""
        if call.path in self.files:
            if not _signed(call, self.url):
                return _problem(401, "Unauthorized", "about:blank")
            return Answer(body=self.files[call.path])
        if not _signed(call, SIGNED_FOR):
            return _problem(401, "Unauthorized", "about:blank")
        if self.spent:
            return _problem(429, "UsageCapExceeded", "usage-capped", period="Monthly", scope="Product")
        answer = self._routed(call)
        headers = dict(answer.headers) | {"x-access-level": self.access_level}
        return Answer(status=answer.status, body=answer.body, headers=headers)

    def _routed(self, call: Call) -> Answer:
        if call.method == "GET" and call.path == "/2/users/me":
            return json_answer(200, {"data": self._user(DESK)})
        if call.method == "GET" and (found := _MENTIONS.fullmatch(call.path)):
            return self._mentions(found[1], call.query)
        if call.method == "GET" and call.path == "/2/dm_events":
            return self._dm_events(call.query)
        if call.method == "POST" and (found := _SEND.fullmatch(call.path)):
            return self._send(found[1], call)
        if call.method == "POST" and call.path == "/2/tweets":
            return self._post(call)
        return Answer(status=404, body=b"<html>")

    def _post(self, call: Call) -> Answer:
        body = json.loads(call.body)
        parent = body.get("reply", {}).get("in_reply_to_tweet_id", "")
        if set(body) != {"text", "reply"} or not 0 < len(body["text"]) <= 280 or not parent.isdigit():
            return _problem(400, "Invalid Request", "invalid-request")
        if parent in self.unanswerable:
            return _problem(
                403, "Forbidden", "about:blank", detail="You are not permitted to reply to this post."
            )
        if parent not in {post["id"] for post in self.posts}:
            return _problem(404, "Not Found Error", "resource-not-found")
        if body["text"] in {answer["text"] for answer in self.answers}:
            detail = "You are not allowed to create a Tweet with duplicate content."
            return _problem(403, "Forbidden", "about:blank", detail=detail)
        made = {"id": self.new_id(), "text": body["text"], "parent": parent}
        with self.lock:
            self.answers.append(made)
        return json_answer(201, {"data": {"id": made["id"], "text": made["text"]}})

    def _mentions(self, user: str, query: Mapping[str, str]) -> Answer:
        if problem := self._refused("mentions", query, least=5):
            return problem
        if user != DESK:
            return _problem(403, "Forbidden", "client-forbidden")
        if "since_id" in query and "start_time" in query:
            return _problem(400, "Invalid Request", "invalid-request")
        found = sorted(self.posts, key=_id, reverse=True)[:_CAP]
        if since := query.get("since_id"):
            found = [p for p in found if _id(p) > int(since) and p["id"] not in self.hidden]
        if start := query.get("start_time"):
            at = datetime.strptime(start, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            found = [p for p in found if _made(p) >= at]
        return self._page(found, query, "author_id")

    def _dm_events(self, query: Mapping[str, str]) -> Answer:
        if problem := self._refused("dm_events", query, least=1):
            return problem
        kept = [e for e in self.events if _made(e) > self.clock - timedelta(days=30)]
        wanted = query.get("event_types", "").split(",")
        kept = [e for e in kept if e.get("event_type") in wanted]
        return self._page(sorted(kept, key=_id, reverse=True), query, "sender_id")

    def _page(self, items: Sequence[Item], query: Mapping[str, str], author: str) -> Answer:
        if token := query.get("pagination_token"):
            if not token.startswith("t"):
                return _problem(400, "Invalid Request", "invalid-request")
            items = [each for each in items if _id(each) < int(token[1:])]
        size = int(query["max_results"])
        page = items[:size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if len(items) > size:
            meta["next_token"] = f"t{page[-1]['id']}"
        return json_answer(200, self._with_includes(page, author) | {"meta": meta})

    def _with_includes(self, page: Sequence[Item], author: str) -> Item:
        if not page:
            return {}
        people = {each.get(author) for each in page}
        lists = [p.get("referenced_tweets", []) + p.get("referenced_posts", []) for p in page]
        asked = {each["id"] for one in lists for each in one}
        parents = [self.parents[number] for number in sorted(asked) if number in self.parents]
        gone = [{"resource_id": n, "title": "Not Found Error", "type": _type("resource-not-found")}
                for n in sorted(asked - set(self.parents))]  # fmt: skip
        includes: Item = {"users": [self._user(p) for p in sorted(str(p) for p in people) if p in self.users]}
        if parents:
            includes["posts" if self.modern else "tweets"] = parents
        return {"data": list(page), "includes": includes} | ({"errors": gone} if gone else {})

    def _send(self, person: str, call: Call) -> Answer:
        if problem := self._limited("send"):
            return problem
        body = json.loads(call.body)
        if set(body) != {"text"} or not body["text"] or len(body["text"]) > 10_000:
            return _problem(400, "Invalid Request", "invalid-request")
        if person in self.strangers:
            return _problem(404, "Not Found Error", "resource-not-found")
        if person in self.closed:
            detail = "You do not have permission to DM one or more participants."
            return _problem(403, "Forbidden", "about:blank", detail=detail)
        event = self.message(body["text"], sender=DESK)
        made = {"dm_conversation_id": f"{person}-{DESK}", "dm_event_id": event["id"]}
        return json_answer(201, {"data": made})

    def _refused(self, name: str, query: Mapping[str, str], *, least: int) -> Answer | None:
        if problem := self._limited(name):
            return problem
        good = set(query) <= _KNOWN[name] and least <= int(query.get("max_results", "10")) <= 100
        return None if good else _problem(400, "Invalid Request", "invalid-request")

    def _limited(self, name: str) -> Answer | None:
        self.used[name] += 1
        if self.used[name] <= _LIMITS[name]:
            return None
        reset = str(int(self.clock.timestamp()) + 600)
        body = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank"}
        return json_answer(429, body | {"status": 429}, **{"x-rate-limit-reset": reset})

    def _user(self, number: str) -> Item:
        return {"id": number, "name": self.users[number], "username": f"kisi{number[-1]}"}

    # its calls

    def deliver(self, url: str, body: bytes, secret: str = CONSUMER_SECRET) -> httpx.Response:
        """Make the call of an event to the desk."""
        headers = {"x-twitter-webhooks-signature": sign(body, secret), "content-type": "application/json"}
        return httpx.post(url, content=body, headers=headers, timeout=15)

    def challenge(self, url: str, token: str = "NDE0YjMyODctYjI4Ng") -> httpx.Response:
        """Ask the desk to prove itself."""
        return httpx.get(f"{url}?{urlencode({'crc_token': token})}", timeout=15)


def sign(body: bytes, secret: str = CONSUMER_SECRET) -> str:
    """The signature X puts on a body."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def event(kind: str, payload: Item, **more: Any) -> bytes:
    """The body of an event's call."""
    data = {"event_uuid": "2080761390344937796", "filter": {"user_id": DESK}, "event_type": kind}
    return json.dumps({"data": data | {"payload": payload} | more}, ensure_ascii=False).encode()


def _signed(call: Call, origin: str) -> bool:
    """Whether the call carries a good OAuth 1.0a signature (RFC 5849) of our keys for this host."""
    query = urlencode(call.query)
    given = oauth.collect_parameters(
        uri_query=query, headers={"Authorization": call.headers.get("authorization", "")},
        exclude_oauth_signature=False,
    )  # fmt: skip
    names = dict(given)
    if names.get("oauth_consumer_key") != CONSUMER_KEY or names.get("oauth_token") != ACCESS_TOKEN:
        return False
    rest = [(name, value) for name, value in given if name != "oauth_signature"]
    request = SimpleNamespace(
        uri=origin + call.path, http_method=call.method, params=rest, signature=names.get("oauth_signature")
    )
    return bool(oauth.verify_hmac_sha1(request, CONSUMER_SECRET, ACCESS_SECRET))


def _problem(status: int, title: str, kind: str, **more: Any) -> Answer:
    body = {"title": title, "status": status, "detail": title, "type": _type(kind)}
    return json_answer(status, body | more)


def _type(kind: str) -> str:
    return kind if kind == "about:blank" else f"https://api.twitter.com/2/problems/{kind}"


def _id(item: Item) -> int:
    return int(item["id"])


def _made(item: Item) -> datetime:
    return datetime.fromisoformat(item["created_at"])
