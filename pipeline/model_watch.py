"""Watches how the model in force does: once a month it advises to train, once a week it tells of drift.

Both are mails to the operator and nothing else: no sweep trains, and no model changes by itself.
"""

from datetime import datetime, timedelta

from config.settings import ISTANBUL
from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.drift import BEGINNING, WeekFound, drift_weeks, midnight, monday_of
from pipeline.operators import owe_operator
from pipeline.sweeps import take_round
from store.review_records import TopicWeek
from store.unit_of_work import UnitOfWork

EVERY = timedelta(hours=6)
"""How often it looks; what it tells is told once a month or week, by the notice's key."""
_ADVICE, _DRIFT = "sweep:training", "sweep:drift"
_SHOWN_TOPICS = 5


def advise_training(desk: Desk) -> None:
    """Once a month, tell operators how much there is to learn; nothing while it is too little."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, _ADVICE, now, EVERY):
            return
        fresh = uow.weeks.reviewed(_last_training(uow))
        if fresh.reviewed >= desk.settings.learn_least:
            key = f"{Template.TRAINING_ADVISED}:{now.astimezone(ISTANBUL):%Y-%m}"
            values = {"labels": str(fresh.reviewed), **_corrections(fresh)}
            owe_operator(desk, uow, Template.TRAINING_ADVISED, key, values, now, correlation=key)
        uow.commit()


def watch_drift(desk: Desk) -> None:
    """Once a week, tell operators of a week that turned out worse than expected."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, _DRIFT, now, EVERY):
            return
        monday = monday_of(now) - timedelta(weeks=1)  # the one before is whole
        for week in drift_weeks(desk, uow, midnight(monday)):
            if week.monday == monday and week.drifts:
                _tell_drift(desk, uow, week, now)
        uow.commit()


def _last_training(uow: UnitOfWork) -> datetime:
    trained = uow.trained_models.all()
    return trained[0].created_at if trained else BEGINNING


def _tell_drift(desk: Desk, uow: UnitOfWork, week: WeekFound, now: datetime) -> None:
    codes = [drift.topic for drift in week.drifts if drift.topic][:_SHOWN_TOPICS]
    names = [topic.name if (topic := uow.taxonomy.topic(code)) else code for code in codes]
    values = {
        "week": midnight(week.monday).isoformat(),
        "confidence_percent": _percent(week.confidence),
        "trained_percent": _percent(week.trained),
        "drifting_topics": ", ".join(names),
        **_corrections(week.whole),
    }
    key = f"{Template.MODEL_DRIFTS}:{week.monday.isoformat()}"
    owe_operator(desk, uow, Template.MODEL_DRIFTS, key, values, now, correlation=key)


def _corrections(found: TopicWeek) -> dict[str, str]:
    reviewed = max(found.reviewed, 1)
    return {
        "corrected_percent": _percent(found.corrected / reviewed),
        "expected_percent": _percent(found.expected / reviewed),
    }


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}"
