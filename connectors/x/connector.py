"""The X channel: mentions and direct messages, asked for and by webhook; direct messages out."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from connectors.base import (
    Batch,
    ConnectorContext,
    HealthEvent,
    OutboundText,
    Received,
    WebhookReply,
    WebhookRequest,
)
from connectors.received_ids import hashed_id
from connectors.x.api import XApi
from connectors.x.cursor import Marks
from connectors.x.envelope import Piece, pieces
from connectors.x.media import XMedia
from connectors.x.parsing import Found, XParser, understood, unreadable
from connectors.x.posts import SCHEME
from connectors.x.settings import XSettings
from connectors.x.source import Source, Walked
from connectors.x.values import ident, identifier
from connectors.x.webhook import answer_challenge, check_signature
from domain.errors import (
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    TransientError,
    UnreadableMessageError,
)
from domain.messages import InboundMessage, Unreadable
from domain.urn import Urn

LONGEST_TEXT = 10_000
LONGEST_POST = 280
_OK = WebhookReply(status=200)
_MENTION_PAGES = 8
_MESSAGE_PAGES = 5
_MESSAGES_EVERY = timedelta(seconds=110)
"""X allows fifteen calls in fifteen minutes: half of them are left for walks of several pages."""


class XConnector(XParser):
    """One account. Reading belongs to one thread, sending and fetching may be done by several."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: XSettings = context.settings
        self._api = XApi(self._settings, context.now)
        self._media = XMedia(self._settings, context.now)
        self._user = self._settings.user_id
        self._sources = self._build_sources(context)

    def receive(self, request: WebhookRequest) -> Received:
        """The answer to a challenge, or what a signed call brings. Raises SignatureRejectedError. X repeats a
        call that is not answered 200 for some time, and then gives the webhook up."""
        secret = self._settings.consumer_secret
        if request.method.upper() == "GET":
            return Received(reply=answer_challenge(request, secret))
        check_signature(request, secret)
        found = self._found([request.body])
        return Received(
            items=[each for each in found if isinstance(each, InboundMessage | Unreadable)],
            events=[each for each in found if isinstance(each, HealthEvent)],
            reply=_OK,
        )

    def poll(self, cursor: str) -> Batch:
        """Mentions and direct messages that came since, by pages. A source that fails is told beside what the
        other brought; a gap in what X still lists is told, too (X2). Raises a DeskError when both fail."""
        marks, walked = Marks.read(cursor, user=self._user), dict[str, Walked]()
        errors: list[DeskError] = []
        for name, source in self._sources.items():
            try:
                walked[name] = source.read(getattr(marks, name))
            except DeskError as error:
                errors.append(error)
        if errors and not any(each.asked for each in walked.values()):
            raise min(errors, key=_patience)
        originals = [raw for each in walked.values() for raw in each.originals]
        errors += [each.trouble for each in walked.values() if each.trouble]
        return Batch(
            items=[each for each in self._found(originals) if isinstance(each, InboundMessage | Unreadable)],
            cursor=marks.after({name: each.mark for name, each in walked.items()}).write(),
            more=any(each.mark.token and not each.trouble for each in walked.values()),
            trouble=next(iter(errors), None),
        )

    def send(self, message: OutboundText) -> str:
        """The id of the direct message. Raises a DeskError; somebody who takes none of ours is a
        RecipientRejectedError. A call that breaks off may have been taken: at least once."""
        person = message.recipient.path if message.recipient.scheme == SCHEME else ""
        if not identifier(person):
            raise RecipientRejectedError("A direct message needs the number of an account on X")
        if not message.text.strip():
            raise PermanentError("The text is empty")
        if len(message.text) > LONGEST_TEXT:
            raise PermanentError(f"The text is longer than the {LONGEST_TEXT} characters X takes")
        return f"dm:{self._api.send(person, message.text)}"

    def invite(self, post: str, text: str) -> str | None:
        """The id of the public answer to a post. Raises a DeskError, a permanent one when the post is gone or
        nobody may answer it."""
        if not self._settings.invite_in_public:
            return None
        number = identifier(post.removeprefix("post:"))
        if not number or not post.startswith("post:"):
            raise RecipientRejectedError("Only a post on X is answered in public")
        if len(text) > LONGEST_POST:
            raise PermanentError(f"The text is longer than the {LONGEST_POST} characters of a post")
        return f"post:{self._api.reply(int(number), text)}"

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """A file that a message names. Raises a DeskError."""
        return self._media.fetch(source, max_bytes)

    def check(self) -> None:
        """Return when X accepts keys and tokens for what is asked for. Raises a DeskError that says what to
        fix."""
        if ident(self._api.me(), "id") != self._user:
            raise NotConfiguredError("X answers for another account than the access token names")
        level = self._api.access_level
        if self._settings.poll_messages and level and "directmessages" not in level:
            raise CredentialsRejectedError(
                "The app may not read direct messages: give it that permission, then create the tokens anew"
            )

    def close(self) -> None:
        """Drop open connections. Never raises."""
        self._api.close()
        self._media.close()

    def _build_sources(self, context: ConnectorContext) -> dict[str, Source]:
        given, api = self._settings, self._api
        first, overlap = timedelta(hours=given.first_hours), timedelta(minutes=given.overlap_minutes)
        mentions = Source(
            user=self._user, now=context.now, first=first, overlap=overlap, pages=_MENTION_PAGES,
            capped=True, filters=True,
            ask=lambda m: api.mentions(None if m.start else m.seen, m.start, m.token),
        )  # fmt: skip
        messages = Source(
            user=self._user, now=context.now, first=first, overlap=overlap, pages=_MESSAGE_PAGES,
            every=_MESSAGES_EVERY, ask=lambda m: api.messages(m.token),
        )  # fmt: skip
        wanted = {"mentions": (given.poll_mentions, mentions), "messages": (given.poll_messages, messages)}
        return {name: source for name, (on, source) in wanted.items() if on}

    def _found(self, originals: Iterable[bytes]) -> Sequence[Found]:
        """What these originals bring to this account; what is another's is left out."""
        found: list[Found] = []
        for raw in originals:
            try:
                several: Sequence[Piece] = pieces(raw)
            except UnreadableMessageError as error:
                found.append(unreadable(hashed_id(raw), raw, error))
                continue
            ours = [each for each in several if each.us in ("", self._user)]
            found += [one for each in ours for one in understood(each) if not self._said_by_us(one)]
        return found

    def _said_by_us(self, found: Found) -> bool:
        return isinstance(found, InboundMessage) and found.sender == Urn(SCHEME, self._user)


def _patience(error: DeskError) -> timedelta:
    wait = error.retry_after if isinstance(error, TransientError) else None
    return wait or timedelta(0)
