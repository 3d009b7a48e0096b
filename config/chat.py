"""What the web chat's guided dialogue says and understands, read from `chat.toml` beside this file."""

import tomllib
from functools import cache
from pathlib import Path

from config.taxonomy import FOLDER
from domain.chat import ChatLine
from domain.chat_intents import Intent, Phrases
from domain.errors import NotConfiguredError
from domain.text import words


class ChatTexts:
    """The sentences of the dialogue and the phrases it listens for."""

    def __init__(self, sentences: dict[ChatLine, str], phrases: Phrases) -> None:
        self._sentences = sentences
        self.phrases = phrases

    def say(self, line: ChatLine) -> str:
        """The sentence for a line."""
        return self._sentences[line]


def load_chat(folder: Path = FOLDER) -> ChatTexts:
    """The texts of a folder's `chat.toml`. Raises NotConfiguredError that says what is wrong with it."""
    try:
        entries = tomllib.loads((folder / "chat.toml").read_text(encoding="utf-8"))
        sentences = {line: str(entries["say"][line]) for line in ChatLine}
        heard = entries["words"]
        whole = {intent: frozenset(map(_folded, heard[intent])) for intent in Intent if intent in heard}
        wanted = tuple(tuple(words(phrase)) for phrase in heard["person_wanted"])
        return ChatTexts(sentences, Phrases(whole=whole, person_wanted=wanted))
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotConfiguredError(f"chat.toml cannot be used: {error}") from error


@cache
def chat_texts() -> ChatTexts:
    """The shipped texts, read once in a process."""
    return load_chat()


def _folded(phrase: str) -> str:
    return " ".join(words(phrase))
