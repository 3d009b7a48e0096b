"""Originals to begin from: the samples of each channel's tests, and what once broke a parser."""

from pathlib import Path

from domain.vocabulary import Channel

FOUND = Path(__file__).parent / "found"
"""One folder a channel: inputs that once broke its parser, kept for ever."""
_TESTS = Path(__file__).parents[1] / "connectors"
_FOLDERS: dict[Channel, tuple[str, str]] = {
    Channel.HTTP: ("http_channel", "*"),
    Channel.CALL_CENTRE: ("intake", "*"),
    Channel.CONTACT_POINT: ("intake", "*"),
    Channel.FIELD: ("intake", "*"),
    Channel.CIMER: ("feeds", "cimer_*"),
    Channel.BEHAK: ("feeds", "behak_*"),
}
"""Where a channel's samples lie among others, or in a folder of another name than the channel's."""
_NO_ORIGINALS = frozenset({"expected.json"})


def samples(channel: Channel) -> list[bytes]:
    """The originals, in the order of their names; never empty."""
    folder, pattern = _FOLDERS.get(channel, (channel.value, "*"))
    paths = sorted((_TESTS / folder / "samples").rglob(pattern)) + sorted((FOUND / channel.value).rglob("*"))
    found = [path.read_bytes() for path in paths if _is_original(path)]
    return found + _mails(channel) or [b"{}"]


def _is_original(path: Path) -> bool:
    return path.is_file() and path.suffix not in (".py", ".pyc", ".md") and path.name not in _NO_ORIGINALS


def _mails(channel: Channel) -> list[bytes]:
    if channel is not Channel.EMAIL:
        return []
    from tests.connectors.email.samples.corpus import CORPUS

    return [sample.raw for sample in CORPUS]
