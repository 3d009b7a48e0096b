"""The parts that only think: parsing mails, and classifying and assigning what they say."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bench.corpus import mail
from bench.everywhere import on_every_core
from bench.limit import Part
from bench.machine import cores
from bench.plan import BATCH
from config.taxonomy import load_taxonomy
from connectors.registry import CONNECTORS
from domain.decisions import Question
from domain.messages import InboundMessage
from domain.vocabulary import Channel
from pipeline.judgement import Judgement, make_classifier
from pipeline.model_shelf import shipped_models


def parsed(raws: Sequence[bytes]) -> list[InboundMessage]:
    """The messages in these mails, read as the e-mail channel reads them."""
    parser = CONNECTORS[Channel.EMAIL].parser()
    return [message for raw in raws for message in parser.parse(raw)]


def measure_parse(mails: int) -> Part:
    """What reading a mail costs."""
    raws = [mail(number) for number in range(mails)]
    spent = on_every_core(lambda _: _parse_all(raws), lambda _: _parse_all(raws[:BATCH]))
    return Part(name="parse", own=spent / (mails * cores()))


def measure_classify(mails: int) -> Part:
    """What deciding over a text costs, in batches as the workers decide."""
    questions = [_question(message) for message in parsed([mail(number) for number in range(mails)])]
    judgement, now = make_judgement(), datetime.now(UTC)

    def judge(some: Sequence[Question]) -> None:
        for start in range(0, len(some), BATCH):
            judgement.judge(some[start : start + BATCH], now)

    spent = on_every_core(lambda _: judge(questions), lambda _: judge(questions[: 8 * BATCH]))
    return Part(name="classify", own=spent / (mails * cores()))


def make_judgement() -> Judgement:
    """The shipped topics, units and places, and the classifier over them."""
    taxonomy = load_taxonomy()
    classifier = make_classifier(taxonomy.topics, shipped_models())
    return Judgement(taxonomy=taxonomy, classifier=classifier, read_at=datetime.now(UTC))


def _parse_all(raws: Sequence[bytes]) -> None:
    parser = CONNECTORS[Channel.EMAIL].parser()
    for raw in raws:
        parser.parse(raw)


def _question(message: InboundMessage) -> Question:
    return Question(text=message.own_words, subject=message.subject, channel=message.channel)
