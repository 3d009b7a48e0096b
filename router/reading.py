"""What is found in a text by looking words up, once for everything that is decided from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.cues import Cues
from domain.decisions import Question, Topic
from router.lexicon import Lexicon, Match
from router.moods import Moods
from router.scoring import TopicWords
from router.signals import Dangers, Signals
from router.tokens import lowered, written_words

LONGEST_TEXT = 20_000
"""Characters that are read: what a message is about stands on its first pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text, its words as written and in lower case, the phrases of topics and cues in it, and the dangers
    they mean."""

    text: str
    written: Sequence[str]
    tokens: Sequence[str]
    found: Mapping[str, Match]
    dangers: Dangers


class Reader:
    """Finds the words of topics and the cues in texts. Built once."""

    def __init__(self, topics: Iterable[Topic], cues: Cues) -> None:
        self.words = TopicWords(topics)
        self.signals = Signals(cues)
        self.moods = Moods(cues.verbs, cues.no_verbs)
        phrases = [*self.words.phrases(), *self.signals.phrases()]
        self._unsaid = self.signals.unsaid - set(self.words.phrases())
        self._lexicon = Lexicon(phrases, readings=cues.readings)

    def question(self, question: Question) -> Reading:
        """What is found in a message."""
        text = "\n".join(filter(None, (question.subject, question.text)))[:LONGEST_TEXT]
        written = written_words(text)
        return self.read(lowered(written), text, written)

    def read(self, tokens: Sequence[str], text: str = "", written: Sequence[str] = ()) -> Reading:
        """What is found in a text, given as its words in lower case, and as written where that is wanted."""
        matches = self._lexicon.matches(tokens)
        dangers = self.signals.dangers(matches, tokens)
        found = _nearest(match for match in matches if match.phrase not in self._unsaid)
        return Reading(text=text, written=written, tokens=tokens, found=found, dangers=dangers)


def _nearest(matches: Iterable[Match]) -> dict[str, Match]:
    found: dict[str, Match] = {}
    for match in matches:
        known = found.get(match.phrase)
        if known is None or known.nearness < match.nearness:
            found[match.phrase] = match
    return found
