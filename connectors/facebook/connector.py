"""The Facebook channel: one page, its Messenger by webhook, its comments and posts by polling."""

import json
import logging
import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from connectors.base import (
    Batch,
    ChannelEvent,
    ConnectorContext,
    OutboundText,
    Received,
    WebhookReply,
    WebhookRequest,
)
from connectors.facebook.access import check_subscription, ending_soon, token_end
from connectors.facebook.cursor import Mark
from connectors.facebook.envelope import Piece, load, pieces
from connectors.facebook.events import Event
from connectors.facebook.feed import Feed, FeedPage
from connectors.facebook.files import Files
from connectors.facebook.graph import Graph
from connectors.facebook.messages import SCHEME
from connectors.facebook.parsing import FacebookParser, try_piece, try_polled, unreadable
from connectors.facebook.refusals import WHO
from connectors.facebook.settings import FacebookSettings
from connectors.meta import answer_handshake, check_signature
from connectors.received_ids import hashed_id
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
    UnreadableMessageError,
    WindowClosedError,
)
from domain.messages import DeliveryReport, InboundMessage, Unreadable

LONGEST_TEXT = 2000
_BUSY = 90
_OK = WebhookReply(body=b"EVENT_RECEIVED")
_ITEM = re.compile(r"[0-9]{1,64}(_[0-9]{1,64})?")
_PSID = re.compile(r"[0-9]{1,64}")
_log = logging.getLogger(__name__)


class FacebookConnector(FacebookParser):
    """One page. Polling belongs to one thread, the rest may be done by several."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: FacebookSettings = context.settings
        self._now = context.now
        self._files = Files(self._settings, lambda: self._graph.session, context.now)

    @cached_property
    def _graph(self) -> Graph:
        return Graph(self._settings, self._now)

    def receive(self, request: WebhookRequest) -> Received:
        """The handshake, or whatever a signed call brings; a bad item is quarantined alone (W4), another
        page's entry is left out and logged (F1). Raises SignatureRejectedError."""
        if request.method.upper() == "GET":
            return Received(reply=answer_handshake(request, self._settings.verify_token))
        check_signature(request, self._settings.app_secret)
        try:
            ours = [piece for piece in pieces(load(request.body)) if self._is_ours(piece)]
        except UnreadableMessageError as error:
            whole = unreadable(hashed_id(request.body), request.body, error)
            return Received(items=[whole], reply=_OK)
        found = [each for piece in ours for each in try_piece(piece)]
        return Received(
            items=[each for each in found if isinstance(each, InboundMessage | Unreadable)],
            reports=[each for each in found if isinstance(each, DeliveryReport)],
            events=[each for each in found if isinstance(each, ChannelEvent)],
            reply=_OK,
        )

    def poll(self, cursor: str) -> Batch:
        """The next list page of the page's posts with their comments, oldest first; `more` until the sweep is
        at its end (F4). Once a day token and subscription are looked at and told of beside
        (F5). Raises a DeskError."""
        now, settings = self._now(), self._settings
        mark = Mark.read(cursor, now=now, first_poll_hours=settings.first_poll_hours)
        mark, trouble = self._access_watched(mark, now)
        if not settings.poll_feed:
            return Batch(items=(), cursor=mark.write(), trouble=trouble)
        mark, page = self._swept(mark)
        seen = [(item.created, item.identifier) for item in page.items if item.created]
        after = mark.stepped(seen, page.after, now)
        items = [try_polled(item.raw, item.identifier) for item in page.items]
        return Batch(
            items=[item for item in items if not isinstance(item, Event)],
            cursor=after.write(),
            more=bool(after.after),
            trouble=trouble or page.trouble or self._busy(),
        )

    def send(self, message: OutboundText) -> str:
        """The id of a Messenger message (`mid`), which delivery reports name. Raises a DeskError,
        WindowClosedError when the person has not written for 24 hours and no tag helps (F6). A call that
        breaks off may have been taken: at least once."""
        if message.recipient.scheme != SCHEME or not _PSID.fullmatch(message.recipient.path):
            raise RecipientRejectedError("A Messenger text needs the id of somebody on our page")
        if len(message.text) > LONGEST_TEXT:
            raise PermanentError(f"The text is longer than the {LONGEST_TEXT} characters Messenger takes")
        tag = self._settings.message_tag
        try:
            return self._sent(message, messaging_type="RESPONSE")
        except WindowClosedError:
            if not tag:
                raise
            return self._sent(message, messaging_type="MESSAGE_TAG", tag=tag)

    def invite(self, post: str, text: str) -> str | None:
        """The id of our comment under a visitor's post or comment; needs the page's permission
        `pages_manage_engagement`. Raises a DeskError, a permanent one when the item is gone."""
        if not self._settings.invite_in_public:
            return None
        item = post.partition(":")[0]  # an edited one has a mark of ours behind its id
        if not _ITEM.fullmatch(item):
            raise RecipientRejectedError("Only a post or comment on our page is answered in public")
        answer = self._graph.put_object(item, "comments", message=text)
        identifier = answer.get("id")
        if not isinstance(identifier, str) or not identifier:
            raise ConnectionFailedError(f"{WHO} answered without a comment's id")
        return identifier

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """A file of a message, post or comment. Raises a DeskError."""
        return self._files.fetch(source, max_bytes)

    def check(self) -> None:
        """Return when the token is a valid one of our page, has its permissions, and the page's messages are
        sent to our app. Raises a DeskError that says what to fix."""
        self._look_at_access()

    def close(self) -> None:
        """Drop open connections. Never raises."""
        graph = self.__dict__.pop("_graph", None)  # built on first use
        if graph:
            graph.close()

    def _is_ours(self, piece: Piece) -> bool:
        ours = piece.page in ("", self._settings.page_id)  # without a page it is broken: quarantined
        if not ours:
            _log.warning("an item for another page (%r) came and was ignored", piece.page[:32])
        return ours

    def _swept(self, mark: Mark) -> tuple[Mark, FeedPage]:
        feed, floor = Feed(self._settings, self._graph), self._floor(mark)
        try:
            return mark, feed.read(floor, mark.after)
        except (CredentialsRejectedError, NotConfiguredError):
            raise
        except PermanentError:
            if not mark.after:
                raise
            mark = mark.restarted()  # Meta no longer knows this list page
            return mark, feed.read(floor, "")

    def _floor(self, mark: Mark) -> datetime:
        return mark.floor(timedelta(minutes=self._settings.poll_overlap_minutes))

    def _access_watched(self, mark: Mark, now: datetime) -> tuple[Mark, DeskError | None]:
        if mark.token_due(now):
            try:
                mark = replace(mark, token_at=now, token_until=self._look_at_access())
            except DeskError as error:
                return mark, error
        return mark, ending_soon(mark.token_until, now)

    def _look_at_access(self) -> datetime | None:
        """When the token ends. Meta ends a subscription whose calls failed for hours, and says nothing."""
        settings = self._settings
        token, secret = settings.access_token.get_secret_value(), settings.app_secret.get_secret_value()
        until = token_end(self._graph.debug_access_token(token, settings.app_id, secret), settings)
        check_subscription(self._graph.get_connections(settings.page_id, "subscribed_apps"), settings)
        return until

    def _busy(self) -> DeskError | None:
        used = self._graph.usage
        return ThrottledError(f"{WHO}: {used} % of the call limit is used") if used >= _BUSY else None

    def _sent(self, message: OutboundText, **how: str) -> str:
        answer = self._graph.put_object(
            self._settings.page_id,
            "messages",
            recipient=json.dumps({"id": message.recipient.path}),
            message=json.dumps({"text": message.text}),
            **how,
        )
        identifier = answer.get("message_id")
        if not isinstance(identifier, str) or not identifier:
            raise ConnectionFailedError(f"{WHO} answered without a message id")
        return identifier
