"""Who acts in the console, and what people and units decide."""

from enum import StrEnum


class Role(StrEnum):
    """Who may act in the console."""

    OPERATOR = "operator"
    AGENT = "agent"
    UNIT_STAFF = "unit_staff"
    MANAGER = "manager"


class ReviewOutcome(StrEnum):
    """What a reviewer made of the program's decision about a case."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


class UnitReplyKind(StrEnum):
    """What a unit may say of a case that it has."""

    RESOLVED = "resolved"
    RETURNED = "returned"  # not ours
    EXTENSION = "extension"
    NOTE = "note"
    ACCEPTED = "accepted"


class MailRhythm(StrEnum):
    """How a unit wants its new cases: a mail for each at once, or one for all of an hour or a day."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


class UnitOutcome(StrEnum):
    """What became of a unit's word; all but the first leave the case as it was."""

    DONE = "done"
    ASKED = "asked"  # it was not plain enough: the unit is asked to confirm
    LATE = "late"  # the case is closed, or with somebody else
    REPEATED = "repeated"
    NO_ROOM = "no_room"  # the law's ceiling leaves no more time
    RESTRICTED = "restricted"  # such cases are not moved by mail


class ModelState(StrEnum):
    """Where a trained model stands: one decides, others did or may come to."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    RETIRED = "retired"


class ActivationCause(StrEnum):
    """Why another model decides from now on."""

    ACTIVATED = "activated"
    FORCED = "forced"  # though it was found worse than the one before
    ROLLED_BACK = "rolled_back"


class RegisterLook(StrEnum):
    """What somebody saw of citizens' data in the register."""

    SEARCH = "search"
    SHOW = "show"
    EXPORT = "export"
