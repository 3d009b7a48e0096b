"""One transaction with its repositories. Leaving without `commit` keeps nothing."""

from functools import cached_property
from types import TracebackType
from typing import Self

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
from store.verifications import VerificationRepository
from store.waits import WaitRepository
from store.weeks import WeekRepository
from store.windows import WindowRepository
from store.wishes import WishRepository


class UnitOfWork:
    """Use as a context manager; only the outermost caller commits. Raises ConnectionFailedError when the
    database is out of reach, at any point."""

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

    @cached_property
    def acceptance(self) -> AcceptanceRepository:
        """What no unit has accepted yet."""
        return AcceptanceRepository(self.session)

    @cached_property
    def accounts(self) -> AccountRepository:
        """Channel accounts and cursors."""
        return AccountRepository(self.session)

    @cached_property
    def asides(self) -> AsideRepository:
        """What belongs to no case."""
        return AsideRepository(self.session)

    @cached_property
    def answers(self) -> AnswerRepository:
        """What citizens were answered."""
        return AnswerRepository(self.session)

    @cached_property
    def cases(self) -> CaseRepository:
        """Cases and their history."""
        return CaseRepository(self.session)

    @cached_property
    def chats(self) -> ChatRepository:
        """Web chats."""
        return ChatRepository(self.session)

    @cached_property
    def citizens(self) -> CitizenRepository:
        """The register of citizens and their contacts."""
        return CitizenRepository(self.session)

    @cached_property
    def citizen_cases(self) -> CitizenCaseRepository:
        """What citizens whose phone is proven see."""
        return CitizenCaseRepository(self.session)

    @cached_property
    def crm_feed(self) -> CrmFeedRepository:
        """What outside CRMs are told."""
        return CrmFeedRepository(self.session)

    @cached_property
    def crm_imports(self) -> CrmImportRepository:
        """What outside CRMs said."""
        return CrmImportRepository(self.session)

    @cached_property
    def crm_subscribers(self) -> CrmSubscriberRepository:
        """Outside CRMs, and who is served next."""
        return CrmSubscriberRepository(self.session)

    @cached_property
    def merges(self) -> MergeRepository:
        """People that operators found to be one."""
        return MergeRepository(self.session)

    @cached_property
    def register(self) -> RegisterRepository:
        """Finding people, and who looked."""
        return RegisterRepository(self.session)

    @cached_property
    def eraser(self) -> EraserRepository:
        """Takes people out."""
        return EraserRepository(self.session)

    @cached_property
    def own_data(self) -> OwnDataRepository:
        """What a person may have of their own."""
        return OwnDataRepository(self.session)

    @cached_property
    def erasures(self) -> ErasureRepository:
        """What was erased."""
        return ErasureRepository(self.session)

    @cached_property
    def deadlines(self) -> DeadlineRepository:
        """The time of cases."""
        return DeadlineRepository(self.session)

    @cached_property
    def deliveries(self) -> DeliveryRepository:
        """What became of one delivery."""
        return DeliveryRepository(self.session)

    @cached_property
    def feeds(self) -> FeedRepository:
        """What came of feeds, and what was told back."""
        return FeedRepository(self.session)

    @cached_property
    def health(self) -> HealthRepository:
        """How accounts are doing."""
        return HealthRepository(self.session)

    @cached_property
    def incidents(self) -> IncidentRepository:
        """What many people report."""
        return IncidentRepository(self.session)

    @cached_property
    def intake(self) -> IntakeRepository:
        """What the staff's intake asks."""
        return IntakeRepository(self.session)

    @cached_property
    def leases(self) -> LeaseRepository:
        """Who may work on something alone."""
        return LeaseRepository(self.session)

    @cached_property
    def links(self) -> LinkRepository:
        """What cases are to one another."""
        return LinkRepository(self.session)

    @cached_property
    def lost_numbers(self) -> LostNumberRepository:
        """Whose numbers may be told again."""
        return LostNumberRepository(self.session)

    @cached_property
    def messages(self) -> MessageRepository:
        """Deliveries and their attachments."""
        return MessageRepository(self.session)

    @cached_property
    def months(self) -> MonthRepository:
        """What months brought to units."""
        return MonthRepository(self.session)

    @cached_property
    def monthly_reports(self) -> MonthlyReportRepository:
        """Monthly reports as they were made."""
        return MonthlyReportRepository(self.session)

    @cached_property
    def queue(self) -> QueueRepository:
        """What waits for processing."""
        return QueueRepository(self.session)

    @cached_property
    def gathering(self) -> GatheringRepository:
        """Which notices leave in one message."""
        return GatheringRepository(self.session)

    @cached_property
    def letters(self) -> LetterRepository:
        """Letters in the print folder."""
        return LetterRepository(self.session)

    @cached_property
    def wishes(self) -> WishRepository:
        """What people wish of notices."""
        return WishRepository(self.session)

    @cached_property
    def notifications(self) -> NotificationRepository:
        """Notices owed and sent."""
        return NotificationRepository(self.session)

    @cached_property
    def outbox(self) -> OutboxRepository:
        """What console transports kept."""
        return OutboxRepository(self.session)

    @cached_property
    def parts(self) -> PartRepository:
        """Parts of long messages."""
        return PartRepository(self.session)

    @cached_property
    def public_cases(self) -> PublicCaseRepository:
        """What anybody may see."""
        return PublicCaseRepository(self.session)

    @cached_property
    def quarantine(self) -> QuarantineRepository:
        """What could not be handled."""
        return QuarantineRepository(self.session)

    @cached_property
    def ratings(self) -> RatingRepository:
        """How citizens found the service."""
        return RatingRepository(self.session)

    @cached_property
    def replays(self) -> ReplayRepository:
        """Cases to be judged once more, to see what would become of them."""
        return ReplayRepository(self.session)

    @cached_property
    def reports(self) -> ReportRepository:
        """Delivery reports of gateways."""
        return ReportRepository(self.session)

    @cached_property
    def reviews(self) -> ReviewRepository:
        """The review queue and what reviewers decided."""
        return ReviewRepository(self.session)

    @cached_property
    def status(self) -> StatusRepository:
        """What citizens are shown."""
        return StatusRepository(self.session)

    @cached_property
    def verifications(self) -> VerificationRepository:
        """Phones that are proven by a code."""
        return VerificationRepository(self.session)

    @cached_property
    def taxonomy(self) -> TaxonomyRepository:
        """Units and topics."""
        return TaxonomyRepository(self.session)

    @cached_property
    def trained_models(self) -> TrainedModelRepository:
        """Models that were trained here, and which decides."""
        return TrainedModelRepository(self.session)

    @cached_property
    def turnarounds(self) -> TurnaroundRepository:
        """How long topics really take."""
        return TurnaroundRepository(self.session)

    @cached_property
    def news(self) -> NewsRepository:
        """What providers tell by themselves."""
        return NewsRepository(self.session)

    @cached_property
    def windows(self) -> WindowRepository:
        """Until when chats may be answered, and how fast."""
        return WindowRepository(self.session)

    @cached_property
    def threads(self) -> ThreadRepository:
        """Earlier deliveries that messages go on from."""
        return ThreadRepository(self.session)

    @cached_property
    def files(self) -> FileRepository:
        """What was found out about files."""
        return FileRepository(self.session)

    @cached_property
    def waits(self) -> WaitRepository:
        """What waits too long."""
        return WaitRepository(self.session)

    @cached_property
    def weeks(self) -> WeekRepository:
        """How decisions turned out."""
        return WeekRepository(self.session)
