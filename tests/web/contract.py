"""Whether the calls of an interface answer as its OpenAPI document says (schemathesis)."""

from collections.abc import Mapping
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, checks

_NOT_ASKED = [
    checks.positive_data_acceptance,  # a phone that is none, a text that is needed: the schema cannot say so
    checks.negative_data_rejection,  # unknown query parameters are ignored, as everywhere
]


class Contract:
    """What a document promises of the interface that is served at an address, asked with these headers."""

    def __init__(self, document: dict[str, Any], base_url: str, headers: Mapping[str, str]) -> None:
        self._paths, self._base_url, self._headers = document["paths"], base_url, dict(headers)
        self._schema = schemathesis.openapi.from_dict(document)

    def is_kept_whatever_comes(self, examples: int) -> None:
        """Make so many calls of every kind; each answer must be one that the document tells of."""
        names = sorted((path, method) for path, calls in self._paths.items() for method in calls)
        calls = st.one_of(*(self._schema[path][method].as_strategy() for path, method in names))

        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=calls)
        def keeps_its_word(case: Case[Any]) -> None:
            self._ask(case)

        keeps_its_word()

    def is_kept_by(self, path: str, method: str, **given: Any) -> None:
        """Make the plainest of these calls, or the one with this `query`."""
        self._ask(self._schema[path][method].Case(**given))

    def _ask(self, case: Case[Any]) -> None:
        case.call_and_validate(base_url=self._base_url, headers=self._headers, excluded_checks=_NOT_ASKED)
