"""Cases of a few topics and what reviewers decided about them: enough to learn from, and soon learned."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import product

from config.taxonomy import Taxonomy, load_taxonomy
from domain.messages import InboundMessage
from domain.vocabulary import ReviewOutcome
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from store.models import Case, Review
from tests.fakes import Clock, add_account, make_message, process_all

WHO = "temsilci"
_WORDS = {
    "cop-toplama": (
        ("çöp kamyonu", "çöpler", "poşetler"),
        ("üç gündür gelmedi", "toplanmıyor", "sokakta kaldı"),
    ),
    "su-kesintisi": (
        ("sular", "musluk", "suyumuz"),
        ("sabahtan beri kesik", "akmıyor", "haber verilmeden kesildi"),
    ),
    "gaz-kokusu": (
        ("apartmanda gaz", "doğalgaz", "merdivende gaz"),
        ("kokusu var", "kaçağı var", "sızıntısı var"),
    ),
    "sokak-aydinlatma": (
        ("sokak lambası", "direğin ışığı", "lambalar"),
        ("yanmıyor", "sönük", "yanıp sönüyor"),
    ),
    "otobus-gecikmesi": (
        ("otobüs", "500T", "belediye otobüsü"),
        ("yine gecikti", "saatinde gelmiyor", "gelmedi"),
    ),
}
TOPICS = tuple(_WORDS)
_ENDINGS = ("", "lütfen ilgilenin", "bıktık artık", "yaşlılar var")


def sentences(topic: str) -> list[str]:
    """Three dozen sentences about a topic, no two alike."""
    return [" ".join(filter(None, parts)) for parts in product(*_WORDS[topic], _ENDINGS)]


def small_taxonomy() -> Taxonomy:
    """These topics, with all units."""
    whole = load_taxonomy()
    return Taxonomy(units=whole.units, topics={code: whole.topics[code] for code in TOPICS})


def seed_small(desk: Desk) -> None:
    """Fill an empty desk with the small taxonomy."""
    taxonomy = small_taxonomy()
    with desk.uow() as uow:
        uow.taxonomy.seed(taxonomy.units.values(), taxonomy.topics.values())
        uow.commit()


def mixed(each: int) -> Iterator[tuple[str, str]]:
    """So many sentences of each topic with their topic, the topics taking turns."""
    for number in range(each):
        for topic in TOPICS:
            yield sentences(topic)[number], topic


def decide(desk: Desk, clock: Clock, decisions: Sequence[tuple[str, str]]) -> list[int]:
    """Have citizens write these texts and a reviewer say what each is about, a minute after one another;
    returns the cases' keys."""
    messages = [make_message(text=text, subject=None) for text, _ in decisions]
    ids = open_cases(desk, messages)
    with desk.uow() as uow:
        for case_id, (_, topic) in zip(ids, decisions, strict=True):
            clock.moment += timedelta(minutes=1)
            case = uow.cases.get(case_id)
            assert case is not None
            uow.reviews.add(_review(case, topic, clock()))
        uow.commit()
    return ids


def open_cases(desk: Desk, messages: Sequence[InboundMessage]) -> list[int]:
    """Take these messages in; returns the cases they opened, in order."""
    account = add_account(desk, messages[0].channel)
    added = accept(desk, Intake(items=[(account, message) for message in messages]))
    process_all(desk)
    with desk.uow() as uow:
        rows = [uow.messages.get(message_id) for message_id in added]
    return [row.case_id for row in rows if row and row.case_id]


def _review(case: Case, topic: str, now: datetime) -> Review:
    same = case.topic == topic
    return Review(
        case_id=case.id or 0,
        at=now,
        reviewer=WHO,
        outcome=ReviewOutcome.CONFIRMED if same else ReviewOutcome.CORRECTED,
        topic=topic,
        kind=case.kind,
        previous_topic=case.topic,
        previous_kind=case.kind,
        classifier=case.classifier,
        confidence=case.confidence,
    )
