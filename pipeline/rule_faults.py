"""Tells operators of a routing rule that cannot be applied: once a day each, while cases meet it."""

from collections.abc import Iterable
from datetime import datetime

from config.settings import ISTANBUL
from domain.decisions import Assignment
from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.operators import owe_operator
from store.unit_of_work import UnitOfWork

_log = get_logger(__name__)


def tell_faults(desk: Desk, uow: UnitOfWork, decided: Iterable[Assignment], now: datetime) -> None:
    """Owe the operator word of each rule at fault that these decisions met; the caller commits."""
    faults = {each.rule: each.fault for each in decided if each.fault}
    for rule, fault in faults.items():
        _log.error("rule_at_fault", rule=rule, cause=fault)
        key = f"{Template.RULE_FAULT}:{rule}:{now.astimezone(ISTANBUL):%Y-%m-%d}"
        values = {"rule": rule, "cause": fault, "at": now.isoformat()}
        owe_operator(desk, uow, Template.RULE_FAULT, key, values, now, correlation=f"rule-{rule}")
