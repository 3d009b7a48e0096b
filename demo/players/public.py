"""Where everybody reads along: comments and posts on the page, mentions on X. The desk comes to look."""

from datetime import UTC, datetime
from typing import Any

from demo.script import Line
from demo.stage import Handed, Stage
from tests.servers import facebook


def feed(stage: Stage, line: Line) -> Handed:
    """Every second one is a comment under the page's own post, the others are visitors' posts."""
    server, words, person = stage.servers["gosteri-facebook"], stage.words(line), stage.person(line)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
    if not server.posts:
        server.posts.append(
            facebook.post(stage.number, now, "Beyaz Masa: istek ve şikayetleriniz için buradayız.")
        )
    author: dict[str, Any] = {"author": str(person.chat)}
    by = {"from": {"id": str(person.chat), "name": person.name}}
    if line.who % 2:
        own = server.posts[-1]
        own["comments"].insert(0, facebook.comment(stage.number, stage.serial(), now, words, **author) | by)
    else:
        server.posts.insert(0, facebook.post(stage.serial(), now, words, **author) | by)
    return Handed(account="gosteri-facebook", key=line.key, words=words)


def mention(stage: Stage, line: Line) -> Handed:
    """Somebody mentions the desk."""
    server, person = stage.servers["gosteri-x"], stage.person(line)
    words = f"@beyazmasa {stage.words(line)}"
    server.clock = datetime.now(UTC)
    server.users[str(person.chat)] = person.name
    server.mention(words, author=str(person.chat))
    return Handed(account="gosteri-x", key=line.key, words=stage.words(line))
