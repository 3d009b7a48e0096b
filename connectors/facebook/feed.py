"""One list page of a page's posts with their comments, read through facebook-sdk (F4)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.facebook.graph import Graph
from connectors.facebook.public import COMMENTS, FEED, polled_raw
from connectors.facebook.refusals import WHO, TooMuchError
from connectors.facebook.settings import FacebookSettings
from connectors.facebook.values import moment
from connectors.json_values import as_bytes
from connectors.received_ids import hashed_id
from domain.errors import ConnectionFailedError, DeskError, NotConfiguredError

POSTS = 25
_NESTED = 50
_FEWER, _FEWER_NESTED = 5, 10
_COMMENTS = 100
_ID = re.compile(r"[0-9]+(_[0-9]+){0,2}")
_COMMENT_FIELDS = "id,message,created_time,from,parent{id},attachment,permalink_url"
_NEWEST_FIRST = {"filter": "stream", "order": "reverse_chronological"}
"""`stream` lists answers to comments among the comments, and those that a ranking would leave out."""
_POST_FIELDS = (
    "id,message,created_time,from,permalink_url,place,attachments,"
    f"comments.filter(stream).order(reverse_chronological).limit(%d){{{_COMMENT_FIELDS}}}"
)


@dataclass(frozen=True, kw_only=True)
class Polled:
    """An item as it is stored, with the time it was created (None if it tells none) and its id."""

    created: datetime | None
    identifier: str
    raw: bytes


@dataclass(frozen=True, kw_only=True)
class FeedPage:
    """What is young enough on one list page, oldest first. `after` is the next one, empty at the end."""

    items: list[Polled]
    after: str
    trouble: DeskError | None = None


class Feed:
    """Reads one page's feed."""

    def __init__(self, settings: FacebookSettings, graph: Graph) -> None:
        self._page = settings.page_id
        self._days = timedelta(days=settings.comment_days)
        self._graph = graph

    def read(self, floor: datetime, after: str) -> FeedPage:
        """Posts and comments not older than `floor`. Raises a DeskError; a post that vanished meanwhile is
        told as `trouble`."""
        try:
            answer = self._listed(after, POSTS, _NESTED)
        except TooMuchError:
            answer = self._listed(after, _FEWER, _FEWER_NESTED)
        posts = _data(answer)
        found = [_polled(self._page, FEED, "", _without_comments(post)) for post in posts]
        trouble: DeskError | None = None
        for post in posts:
            try:
                found += self._comments(post, floor)
            except NotConfiguredError as error:  # deleted between two calls
                trouble = error
        items = [item for item in found if item.created is None or item.created >= floor]
        items.sort(key=lambda item: (item.created or floor, item.identifier))
        ended = bool(posts) and all(_before(post, floor - self._days) for post in posts)
        return FeedPage(items=items, after="" if ended else _next(answer), trouble=trouble)

    def _listed(self, after: str, posts: int, comments: int) -> Any:
        more = {"after": after} if after else {}
        fields = _POST_FIELDS % comments
        return self._graph.get_connections(self._page, FEED, fields=fields, limit=posts, **more)

    def _comments(self, post: Any, floor: datetime) -> list[Polled]:
        identifier = str(post.get("id")) if isinstance(post, dict) else ""
        listing = post.get("comments") if isinstance(post, dict) else None
        if not isinstance(listing, dict) or not _ID.fullmatch(identifier):
            return []
        found = []
        for comments in self._listings(identifier, listing):
            found += [_polled(self._page, COMMENTS, identifier, comment) for comment in comments]
            if comments and all(_before(comment, floor) for comment in comments):
                break
        return found

    def _listings(self, post: str, listing: Any) -> Iterator[list[Any]]:
        """The comments that came with the post, then those behind them, as long as anybody asks."""
        passed = {""}
        yield _data(listing)
        while (after := _next(listing)) not in passed:
            passed.add(after)
            listing = self._graph.get_connections(
                post, COMMENTS, fields=_COMMENT_FIELDS, limit=_COMMENTS, after=after, **_NEWEST_FIRST
            )
            yield _data(listing)


def _data(answer: Any) -> list[Any]:
    data = answer.get("data")
    if not isinstance(data, list):
        raise ConnectionFailedError(f"{WHO} answered something that is no list")
    return data


def _next(answer: Any) -> str:
    """The cursor of the next list page; empty when there is none ("Paginated results")."""
    paging = answer.get("paging")
    if not isinstance(paging, dict) or not paging.get("next"):
        return ""
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) else ""


def _polled(page: str, edge: str, post: str, item: Any) -> Polled:
    fields = item if isinstance(item, dict) else {}
    identifier = fields.get("id")
    known = isinstance(identifier, str) and bool(identifier)
    return Polled(
        created=moment(fields.get("created_time")),
        identifier=str(identifier) if known else hashed_id(as_bytes(item)),
        raw=polled_raw(page, edge, post, item),
    )


def _without_comments(post: Any) -> Any:
    """The post alone: its comments are originals of their own."""
    return {k: v for k, v in post.items() if k != COMMENTS} if isinstance(post, dict) else post


def _before(item: Any, floor: datetime) -> bool:
    created = moment(item.get("created_time")) if isinstance(item, dict) else None
    return created is not None and created < floor
