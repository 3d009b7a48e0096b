"""The few calls the desk makes, through tweepy's `Client`, each under a deadline and never asleep (X3)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import requests
import tweepy

from connectors.x.cursor import PAGE
from connectors.x.refusals import WHO
from connectors.x.settings import OFFICIAL, XSettings
from connectors.x.values import Json, child, ident
from connectors.x.wire import Wire
from domain.errors import ConnectionFailedError, NotConfiguredError

_POST = [
    "author_id", "created_at", "conversation_id", "referenced_tweets", "entities", "attachments", "geo",
    "note_tweet", "edit_history_tweet_ids", "lang",
]  # fmt: skip
_USER = ["name", "username"]
_MEDIA = ["type", "url", "preview_image_url", "variants", "alt_text"]
_PLACE = ["full_name", "geo"]
_MENTION_PARTS = ["author_id", "attachments.media_keys", "geo.place_id", "referenced_tweets.id",
                  "referenced_tweets.id.author_id"]  # fmt: skip
_EVENT = ["id", "event_type", "text", "created_at", "sender_id", "dm_conversation_id", "attachments",
          "referenced_tweets", "entities"]  # fmt: skip
_EVENT_PARTS = ["sender_id", "attachments.media_keys", "referenced_tweets.id"]


class XApi:
    """One account's calls, signed by OAuth 1.0a, whose tokens do not end by themselves. Each raises a
    DeskError."""

    def __init__(self, settings: XSettings, now: Callable[[], datetime]) -> None:
        self._user_id = settings.user_id
        self._wire = Wire(settings.base_url, settings.timeout_seconds, now)
        self._client = tweepy.Client(
            consumer_key=settings.consumer_key.get_secret_value(),
            consumer_secret=settings.consumer_secret.get_secret_value(),
            access_token=settings.access_token.get_secret_value(),
            access_token_secret=settings.access_token_secret.get_secret_value(),
            return_type=dict,
            wait_on_rate_limit=False,
        )
        self._client.session.mount(f"{OFFICIAL}/", self._wire)

    @property
    def access_level(self) -> str:
        """What the app may do, as the last answer told (`read-write-directmessages`)."""
        return self._wire.access_level

    def me(self) -> Json:
        """The account itself."""
        return child(self._asked(lambda: self._client.get_me(user_auth=True)), "data")

    def mentions(self, since_id: int | None, start: datetime | None, token: str | None) -> Json:
        """One page of posts that mention us, the newest first: those after an id, or after a moment."""
        return self._page(
            lambda: self._client.get_users_mentions(
                self._user_id, user_auth=True, max_results=PAGE, since_id=since_id, start_time=start,
                pagination_token=token, tweet_fields=_POST, user_fields=_USER, media_fields=_MEDIA,
                place_fields=_PLACE, expansions=_MENTION_PARTS,
            )
        )  # fmt: skip

    def messages(self, token: str | None) -> Json:
        """One page of direct messages, ours too, the newest first; X keeps them for thirty days."""
        return self._page(
            lambda: self._client.get_direct_message_events(
                user_auth=True, max_results=PAGE, event_types="MessageCreate", pagination_token=token,
                dm_event_fields=_EVENT, user_fields=_USER, media_fields=_MEDIA, expansions=_EVENT_PARTS,
                tweet_fields=["author_id", "created_at"],
            )
        )  # fmt: skip

    def send(self, person: str, words: str) -> str:
        """Send a direct message; its id."""
        made = self._asked(
            lambda: self._client.create_direct_message(participant_id=person, text=words, user_auth=True)
        )
        found = ident(child(made, "data"), "dm_event_id")
        if not found:
            raise ConnectionFailedError(f"{WHO} answered something else than a sent message")
        return found

    def reply(self, post: int, words: str) -> str:
        """Answer a post where everybody reads along; the answer's id."""
        made = self._asked(
            lambda: self._client.create_tweet(text=words, in_reply_to_tweet_id=post, user_auth=True)
        )
        found = ident(child(made, "data"), "id")
        if not found:
            raise ConnectionFailedError(f"{WHO} answered something else than a post")
        return found

    def close(self) -> None:
        """Drop the connections. Never raises; a later call opens new ones."""
        self._client.session.close()

    def _page(self, method: Callable[[], Any]) -> Json:
        page = self._asked(method)
        if "meta" not in page and not isinstance(page.get("data"), list):
            raise ConnectionFailedError(f"{WHO} answered something else than a page")
        return page

    def _asked(self, method: Callable[[], Any]) -> Json:
        with _reaching():
            answer = method()
        if not isinstance(answer, dict):
            raise ConnectionFailedError(f"{WHO} answered something else than an object")
        return answer


@contextmanager
def _reaching() -> Iterator[None]:
    """Turn the library's own errors into ours: no address, no header and no word of an answer in them."""
    try:
        yield
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
        raise NotConfiguredError(f"{WHO}: the base URL is no web address") from None
    except requests.exceptions.JSONDecodeError:
        raise ConnectionFailedError(f"{WHO} answered something unreadable") from None
    except requests.exceptions.Timeout:
        raise ConnectionFailedError(f"{WHO} did not answer in time") from None
    except (requests.exceptions.RequestException, tweepy.TweepyException, UnicodeError, ValueError) as error:
        raise ConnectionFailedError(f"{WHO} cannot be reached ({type(error).__name__})") from None
