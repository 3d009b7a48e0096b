"""Errors as problem details (RFC 9457), in Turkish: an app may show `detail` to its user as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError

from domain.text import storable
from web.headers import NO_STORE
from web.templating import say, texts

MEDIA_TYPE = "application/problem+json"
_MOST_FAULTS = 20


class FieldFault(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="the field's path, with dots")
    message: str = Field(description="a sentence in Turkish")


class Problem(BaseModel):
    """An RFC 9457 problem. `code` is stable; `title` and `detail` are sentences in Turkish."""

    type: str = Field(description="where this kind of problem is described")
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldFault] = Field(default_factory=list)


class ProblemError(Exception):
    """Ends a call with a problem; `code` names it in the catalogue."""

    def __init__(
        self,
        status: int,
        code: str,
        errors: Sequence[FieldFault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.errors, self.headers = status, code, errors, headers or {}


@dataclass(frozen=True, kw_only=True)
class Family:
    """The problems of one interface: `prefix` is where it lies, `own` the part of the catalogue
    that has its words."""

    prefix: str
    own: str

    def answer(self, error: ProblemError) -> JSONResponse:
        """The answer that tells a problem."""
        words = self.catalogue()[error.code]
        body = Problem(
            type=f"{self.prefix}/docs#{error.code}",
            title=words["title"],
            status=error.status,
            code=error.code,
            detail=words["detail"],
            errors=list(error.errors),
        )
        return JSONResponse(
            body.model_dump(), error.status, headers=NO_STORE | dict(error.headers), media_type=MEDIA_TYPE
        )

    def catalogue(self) -> Mapping[str, Mapping[str, str]]:
        """Title and detail by code."""
        catalogue: Mapping[str, Mapping[str, str]] = texts()[self.own]
        return catalogue


MOBILE = Family(prefix="/api/v1", own="api_problems")


def invalid(faults: Sequence[Any]) -> ProblemError:
    """The problem of fields that do not fit, from what pydantic says of them."""
    return ProblemError(422, "invalid", [_fault(fault) for fault in faults[:_MOST_FAULTS]])


def invalid_model(error: ValidationError) -> ProblemError:
    """The same from a model's error."""
    return invalid(error.errors(include_url=False, include_input=False))


def limited(wait: timedelta | None) -> ProblemError:
    """The problem of asking too often, with how long to wait where that is known."""
    headers = {} if wait is None else {"Retry-After": f"{wait.total_seconds():.0f}"}
    return ProblemError(429, "limited", headers=headers)


def one_fault(field: str, code: str, **values: object) -> FieldFault:
    """A fault of ours, in the catalogue's words."""
    return FieldFault(field=field, message=say("api_fields", code, **values))


def _fault(fault: Mapping[str, Any]) -> FieldFault:
    known = texts()["api_fields"]
    kind = str(fault.get("type", "")) if fault.get("type") in known else "other"
    context = {name: str(value) for name, value in (fault.get("ctx") or {}).items()}
    path = ".".join(storable(str(part))[:60] for part in fault.get("loc", ()))
    return FieldFault(field=path[:200], message=say("api_fields", kind, **context))


_EVERYWHERE = {
    400: "The request cannot be read",
    405: "Not by this method",
    413: "Too large",
    422: "Something in it does not fit",
    429: "Too often; `Retry-After` says when",
    500: "A fault of ours",
    503: "Not now; `Retry-After` says when",
}


def problem_responses(own: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI describes an interface's problems: those that all have, and its own by their status."""
    told = sorted({**_EVERYWHERE, **own}.items())
    return {status: {"model": Problem, "description": words} for status, words in told}
