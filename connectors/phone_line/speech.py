"""What the telephone line says and does, as TwiML: Twilio's verbs Say, Gather, Dial and Hangup."""

import tomllib
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from twilio.twiml.voice_response import Gather, VoiceResponse

from config.settings import ISTANBUL
from connectors.answering import CaseAnswer
from connectors.base import WebhookReply
from connectors.phone_line.settings import PhoneLineSettings

_TEXTS: dict[str, Any] = tomllib.loads(
    files("connectors.phone_line").joinpath("texts.toml").read_text(encoding="utf-8")
)
_LANGUAGE = "tr-TR"
_MOST_DIGITS = 20


class Speech:
    """One answer, sentence by sentence. `here` is the address Twilio calls next."""

    def __init__(self, settings: PhoneLineSettings, here: str) -> None:
        self._settings, self._here = settings, here
        self._response = VoiceResponse()

    def say(self, text: str, **values: str) -> "Speech":
        """Say a text of the catalogue."""
        words = str(_TEXTS[text]).format(**values)
        self._response.say(words, language=_LANGUAGE, voice=self._settings.voice)
        return self

    def standing(self, number: str, answer: CaseAnswer) -> "Speech":
        """Say how a case stands and, where there is such a day, when an answer is expected."""
        self.say("standing", number=spelled(number), state=_TEXTS["states"][answer.state])
        if answer.due_at:
            day = format_date(answer.due_at.astimezone(ISTANBUL), "d MMMM y", locale="tr")
            self.say("due", date=day)
        return self

    def listen(self, text: str, turn: int) -> "Speech":
        """Say a text while the caller may key in a number already. The next call says which turn it was."""
        gather = Gather(
            input="dtmf",
            action=f"{self._here}?turn={turn}",
            method="POST",
            finish_on_key="#",
            num_digits=_MOST_DIGITS,
            timeout=self._settings.digit_seconds,
            action_on_empty_result=True,
            language=_LANGUAGE,
        )
        gather.say(str(_TEXTS[text]), language=_LANGUAGE, voice=self._settings.voice)
        self._response.append(gather)
        return self

    def to_agent(self) -> "Speech":
        """Put the caller through; the next call tells how that went."""
        self._response.dial(
            self._settings.agent_number,
            action=f"{self._here}?turn=0",
            method="POST",
            timeout=self._settings.agent_ring_seconds,
        )
        return self

    def hang_up(self) -> "Speech":
        """End the call."""
        self._response.hangup()
        return self

    def reply(self) -> WebhookReply:
        """The answer as Twilio takes it."""
        return WebhookReply(body=str(self._response).encode(), media_type="text/xml; charset=utf-8")


def spelled(number: str) -> str:
    """A number to be read digit by digit, with a breath between its groups."""
    return ", ".join(" ".join(group) for group in number.split("-"))
