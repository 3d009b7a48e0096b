"""A post that mentions the account or answers it, in the desk's terms. Others read it, so `private` is false:
nothing is answered where they read along (X5)."""

from collections.abc import Iterator

from connectors.x import content
from connectors.x.envelope import Piece
from connectors.x.values import Json, child, ident, identifier, listed, moment, text
from domain.errors import UnreadableMessageError
from domain.messages import EDITS, InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel

SCHEME = "x"


def read_post(piece: Piece) -> InboundMessage | None:
    """The message a post is; None for our own and for mere repetitions of another's (X4). Raises
    UnreadableMessageError."""
    post, number = piece.item, ident(piece.item, "id")
    if not number:
        raise UnreadableMessageError("The post has no id")
    author = ident(post, "author_id") or ident(child(post, "author"), "id")
    if (piece.us and author == piece.us) or any(k == "retweeted" for k, _ in content.references(post)):
        return None
    said = _said(post)
    full, spans = _with_parents(said, piece)
    who = content.user_of(piece.includes, author) or child(post, "author")
    return InboundMessage(
        channel=Channel.X,
        external_id=piece.key,
        text=full,
        quoted_spans=spans,
        raw=piece.raw,
        sender=Urn(SCHEME, author) if author else None,
        sender_name=text(who, "name") or text(who, "username") or None,
        recipients=(Urn(SCHEME, piece.us),) if piece.us else (),
        sent_at=moment(post),
        attachments=content.attachments(post, piece.includes),
        in_reply_to=_answered(post, number),
        references=tuple(content.post_references(post, number)),
        place=content.place(post, piece.includes),
        private=False,
        charset="utf-8",
        headers=dict(_headers(piece, who)),
    )


def _said(post: Json) -> str:
    """The whole text: of a long post `text` is the beginning only."""
    if not isinstance(post.get("text"), str):
        raise UnreadableMessageError("The post holds no text")
    long = child(post, "note_tweet", "note_post")
    if text(long, "text"):
        return content.words(
            {"entities": child(long, "entities") or post.get("entities")}, text(long, "text")
        )
    return content.words(post, text(post, "text"))


def _with_parents(said: str, piece: Piece) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text, and under it as a quotation what it answers or quotes: "please look at this" alone says
    nothing. Our own posts and those X does not show are left out."""
    full, spans = said, []
    for _, number in content.references(piece.item):
        parent = content.post_of(piece.includes, number)
        author = ident(parent, "author_id")
        if not text(parent, "text") or (piece.us and author == piece.us):
            continue
        name = text(content.user_of(piece.includes, author), "username")
        start = len(full)
        full += f"\n\n> {f'@{name}: ' if name else ''}{content.words(parent, text(parent, 'text'))}"
        spans.append((start, len(full)))
    return full, tuple(spans)


def _edited(post: Json, number: str) -> str | None:
    """The version that this one took the place of."""
    earlier = [identifier(e) for e in listed(post, "edit_history_tweet_ids", "edit_history_post_ids")]
    before = [each for each in earlier if each and each != number]
    return f"post:{before[-1]}" if before else None


def _answered(post: Json, number: str) -> str | None:
    """What the post continues: its version before an edit, else the post it answers."""
    if edited := _edited(post, number):
        return edited
    answered = [found for kind, found in content.references(post) if kind == "replied_to"]
    parent = answered[0] if answered else ident(post, "in_reply_to_tweet_id", "in_reply_to_post_id")
    return f"post:{parent}" if parent else None


def _headers(piece: Piece, who: Json) -> Iterator[tuple[str, str]]:
    kinds = [kind for kind, _ in content.references(piece.item)]
    missing = [n for _, n in content.references(piece.item) if not content.post_of(piece.includes, n)]
    found = {
        "username": text(who, "username"),
        "locale": text(piece.item, "lang"),
        "event": piece.event,
        "refers": ",".join(dict.fromkeys(kind for kind in kinds if kind)),
        "parent": "unavailable" if missing else "",
        EDITS: _edited(piece.item, ident(piece.item, "id")) or "",
    }
    yield from ((name, value) for name, value in found.items() if value)
