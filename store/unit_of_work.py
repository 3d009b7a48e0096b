"""One transaction with its repositories. Leaving without `commit` keeps nothing."""

from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self, TypeVar

from sqlalchemy import Engine
from sqlmodel import Session

from store.acceptance import AcceptanceRepository
from store.accounts import AccountRepository
from store.answers import AnswerRepository
from store.asides import AsideRepository
from store.cases import CaseRepository
from store.chats import ChatRepository
from store.citizen_cases import CitizenCaseRepository
from store.citizen_merges import MergeRepository
from store.citizens import CitizenRepository
from store.crm_feed import CrmFeedRepository
from store.crm_imports import CrmImportRepository
from store.crm_subscribers import CrmSubscriberRepository
from store.deadlines import DeadlineRepository
from store.deliveries import DeliveryRepository
from store.erasing import EraserRepository
from store.erasures import ErasureRepository
from store.failures import database_errors
from store.feeds import FeedRepository
from store.files import FileRepository
from store.gathering import GatheringRepository
from store.health import HealthRepository
from store.incidents import IncidentRepository
from store.intake import IntakeRepository
from store.leases import LeaseRepository
from store.letters import LetterRepository
from store.links import LinkRepository
from store.lost_numbers import LostNumberRepository
from store.messages import MessageRepository
from store.monthly import MonthRepository
from store.monthly_reports import MonthlyReportRepository
from store.news import NewsRepository
from store.notifications import NotificationRepository
from store.outbox import OutboxRepository
from store.own_data import OwnDataRepository
from store.parts import PartRepository
from store.public_cases import PublicCaseRepository
from store.quarantine import QuarantineRepository
from store.queue import QueueRepository
from store.ratings import RatingRepository
from store.register import RegisterRepository
from store.replays import ReplayRepository
from store.reports import ReportRepository
from store.reviews import ReviewRepository
from store.status import StatusRepository
from store.taxonomy import TaxonomyRepository
from store.threads import ThreadRepository
from store.trained_models import TrainedModelRepository
from store.turnarounds import TurnaroundRepository
from store.unit_mails import UnitMailRepository
from store.verifications import VerificationRepository
from store.waits import WaitRepository
from store.weeks import WeekRepository
from store.windows import WindowRepository
from store.wishes import WishRepository
from store.wrong_times import WrongTimeRepository

_Repository = TypeVar("_Repository")


class _Made(Generic[_Repository]):
    """A repository of the transaction, made when it is first asked for."""

    def __init__(self, make: Callable[[Session], _Repository]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, uow: "UnitOfWork", owner: type) -> _Repository:
        made = self._make(uow.session)
        uow.__dict__[self._name] = made  # found there from now on, before this is asked
        return made


class UnitOfWork:
    """Use as a context manager; only the outermost caller commits. Raises ConnectionFailedError when the
    database is out of reach, at any point."""

    acceptance = _Made(AcceptanceRepository)
    """What no unit has accepted yet."""
    accounts = _Made(AccountRepository)
    """Channel accounts and cursors."""
    asides = _Made(AsideRepository)
    """What belongs to no case."""
    answers = _Made(AnswerRepository)
    """What citizens were answered."""
    cases = _Made(CaseRepository)
    """Cases and their history."""
    chats = _Made(ChatRepository)
    """Web chats."""
    citizens = _Made(CitizenRepository)
    """The register of citizens and their contacts."""
    citizen_cases = _Made(CitizenCaseRepository)
    """What citizens whose phone is proven see."""
    crm_feed = _Made(CrmFeedRepository)
    """What outside CRMs are told."""
    crm_imports = _Made(CrmImportRepository)
    """What outside CRMs said."""
    crm_subscribers = _Made(CrmSubscriberRepository)
    """Outside CRMs, and who is served next."""
    merges = _Made(MergeRepository)
    """People that operators found to be one."""
    register = _Made(RegisterRepository)
    """Finding people, and who looked."""
    eraser = _Made(EraserRepository)
    """Takes people out."""
    own_data = _Made(OwnDataRepository)
    """What a person may have of their own."""
    erasures = _Made(ErasureRepository)
    """What was erased."""
    deadlines = _Made(DeadlineRepository)
    """The time of cases."""
    deliveries = _Made(DeliveryRepository)
    """What became of one delivery."""
    feeds = _Made(FeedRepository)
    """What came of feeds, and what was told back."""
    health = _Made(HealthRepository)
    """How accounts are doing."""
    incidents = _Made(IncidentRepository)
    """What many people report."""
    intake = _Made(IntakeRepository)
    """What the staff's intake asks."""
    leases = _Made(LeaseRepository)
    """Who may work on something alone."""
    links = _Made(LinkRepository)
    """What cases are to one another."""
    lost_numbers = _Made(LostNumberRepository)
    """Whose numbers may be told again."""
    messages = _Made(MessageRepository)
    """Deliveries and their attachments."""
    months = _Made(MonthRepository)
    """What months brought to units."""
    monthly_reports = _Made(MonthlyReportRepository)
    """Monthly reports as they were made."""
    queue = _Made(QueueRepository)
    """What waits for processing."""
    gathering = _Made(GatheringRepository)
    """Which notices leave in one message."""
    letters = _Made(LetterRepository)
    """Letters in the print folder."""
    wishes = _Made(WishRepository)
    """What people wish of notices."""
    notifications = _Made(NotificationRepository)
    """Notices owed and sent."""
    outbox = _Made(OutboxRepository)
    """What console transports kept."""
    parts = _Made(PartRepository)
    """Parts of long messages."""
    public_cases = _Made(PublicCaseRepository)
    """What anybody may see."""
    quarantine = _Made(QuarantineRepository)
    """What could not be handled."""
    ratings = _Made(RatingRepository)
    """How citizens found the service."""
    replays = _Made(ReplayRepository)
    """Cases to be judged once more, to see what would become of them."""
    reports = _Made(ReportRepository)
    """Delivery reports of gateways."""
    reviews = _Made(ReviewRepository)
    """The review queue and what reviewers decided."""
    status = _Made(StatusRepository)
    """What citizens are shown."""
    verifications = _Made(VerificationRepository)
    """Phones that are proven by a code."""
    taxonomy = _Made(TaxonomyRepository)
    """Units and topics."""
    trained_models = _Made(TrainedModelRepository)
    """Models that were trained here, and which decides."""
    turnarounds = _Made(TurnaroundRepository)
    """How long topics really take."""
    unit_mails = _Made(UnitMailRepository)
    """What units were mailed."""
    news = _Made(NewsRepository)
    """What providers tell by themselves."""
    windows = _Made(WindowRepository)
    """Until when chats may be answered, and how fast."""
    threads = _Made(ThreadRepository)
    """Earlier deliveries that messages go on from."""
    files = _Made(FileRepository)
    """What was found out about files."""
    waits = _Made(WaitRepository)
    """What waits too long."""
    weeks = _Made(WeekRepository)
    """How decisions turned out."""
    wrong_times = _Made(WrongTimeRepository)
    """Times that a wrong clock wrote."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        self.session = Session(self._engine, expire_on_commit=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with database_errors():
            try:
                self.session.close()
            finally:
                if error is not None:
                    raise error

    def commit(self) -> None:
        """Keep everything done so far."""
        with database_errors():
            self.session.commit()
