"""A case as its citizen sees it, with the forms by which they may act on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from starlette.responses import Response

from domain.vocabulary import CaseEventKind, CaseState
from pipeline.rating import BEST, LONGEST_COMMENT
from pipeline.status import CaseStatus
from web.form_fields import LIMITS_SHOWN, Errors, new_key
from web.services import Services
from web.status_pass import LIFE, Holder
from web.status_words import lines_of, words_of
from web.templating import page, say, texts

_EMPTY = dict.fromkeys(("text", "objection", "score", "comment"), "")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What a form brought about: the sentence on top, or what is wrong, with what was typed, by field."""

    said: str = ""
    trouble: str = ""
    errors: Errors = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    files_lost: bool = False
    status: int = 200


def case_page(served: Services, holder: Holder, found: CaseStatus, turn: Turn | None = None) -> Response:
    """The page; whoever holds it may act until an hour after the look-up."""
    done = turn or Turn()
    answer = _answer(found)
    history = [
        (line.at, words_of(line), "" if line.answer == answer else line.answer)  # that is said on top
        for line in lines_of(list(found.history))
    ]
    return page(
        "status.html",
        status=done.status,
        found=found,
        case=found.case,
        history=history,
        answer=answer,
        turn=done,
        given=_EMPTY | _rated(found) | dict(done.given),
        passes=served.passes.give(holder),
        pass_until=holder.since + LIFE,
        keys={purpose: done.given.get(f"{purpose}_key") or new_key() for purpose in ("add", "object")},
        last_day=found.until - timedelta(minutes=1) if found.until else None,
        hindrance=say("hindrances", found.hindrance) if found.hindrance and not found.open else "",
        scores=texts()["scores"],
        best=BEST,
        most_comment=LONGEST_COMMENT,
        **LIMITS_SHOWN,
    )


def _answer(found: CaseStatus) -> str:
    """What the case was closed with last, in words; for one that is somebody else's, who that is."""
    if found.open:
        return ""
    given = [line.answer for line in found.history if line.answer]
    told = [line for line in found.history if line.kind == CaseEventKind.ANSWERED]
    if found.case.state == CaseState.REJECTED and told:
        return found.case.answer or ""
    return given[-1] if given else ""


def _rated(found: CaseStatus) -> dict[str, str]:
    if found.rating is None:
        return {}
    return {"score": str(found.rating.score), "comment": found.rating.comment}
