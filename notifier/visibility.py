"""What of a case a notice to a unit may carry, by the case's confidentiality.

The lists are positive and stand in code: a template, shipped or changed by an operator, cannot show what is
not handed to it, it fails instead.
"""

from collections.abc import Mapping
from typing import Any

from domain.errors import NotConfiguredError
from domain.vocabulary import Confidentiality, Template

UNIT_TEMPLATES = frozenset(
    {
        Template.ROUTED_TO_UNIT,
        Template.UNIT_ALERT,
        Template.INCIDENT_GROWN,
        Template.UNIT_REPLY,
        Template.OBJECTED,
        Template.CITIZEN_ADDED,
    }
)

STAFF_TEMPLATES = UNIT_TEMPLATES | {
    Template.UNIT_DEADLINES,
    Template.MONTHLY_REPORT,
    Template.CHANNEL_HEALTH,
    Template.UNIT_UNREACHABLE,
    Template.FILE_WITHHELD,
    Template.TRAINING_ADVISED,
    Template.MODEL_DRIFTS,
    Template.MODEL_DAMAGED,
    Template.RULE_FAULT,
    Template.REVIEW_WAITING,
    Template.WAITS_TOO_LONG,
    Template.CREDENTIAL_ENDS,
    Template.CRM_TROUBLE,
}
"""What units, managers and operators are told. What one of them wished as a citizen under the same address,
or what bounced there, holds none of it back."""

_RESTRICTED = frozenset({"confidentiality", "number", "case_url"})
_HIDDEN = _RESTRICTED | {
    "unit_name", "kind", "topic", "place", "position", "map_url", "geo_url", "priority", "received_at",
    "due_at", "text", "forwarded", "incident_cases", "incident_citizens", "incident_since",
    "incident_numbers", "outcome", "guess", "accept_url", "resolve_url", "return_url", "extend_url",
    "links_days", "reply_to", "reply_url", "objection", "given_answer",
    "added",
}  # fmt: skip
_PUBLIC = _HIDDEN | {
    "citizen_name", "citizen_contact", "attachments", "left_files", "linked_files", "duplicates",
    "same_incident",
}  # fmt: skip
VISIBLE = {
    Confidentiality.PUBLIC: _PUBLIC,
    Confidentiality.IDENTITY_HIDDEN: _HIDDEN,
    Confidentiality.RESTRICTED: _RESTRICTED,
}


def variant_of(template: Template, values: Mapping[str, Any]) -> Confidentiality | None:
    """Which variant of a unit's notice the values ask for; None for notices to citizens.

    Raises NotConfiguredError where a unit's notice does not say how confidential its case is.
    """
    if template not in UNIT_TEMPLATES:
        return None
    try:
        return Confidentiality(values["confidentiality"])
    except (KeyError, ValueError):
        raise NotConfiguredError(f"{template}: confidentiality is missing or unknown") from None


def visible(values: Mapping[str, Any], variant: Confidentiality | None) -> dict[str, Any]:
    """The values that may be shown; to citizens, who are told their own, all of them."""
    return {n: v for n, v in values.items() if variant is None or n in VISIBLE[variant]}
