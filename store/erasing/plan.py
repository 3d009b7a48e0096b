"""What an erasure does with every column that can hold words: the one list of it.

Each table has its rule. A test holds the list against the models: a new table, or a new column of words,
fails it until its rule stands here.
"""

# ruff: noqa: S608  # every name in the SQL of this module is the program's own

from collections.abc import Mapping
from dataclasses import dataclass, field

NOBODY = "erased:-"
"""The address that stands where an erased one stood."""
_TOLD = (
    "to", "from", "unit", "topic", "into", "case", "channel", "kind", "state", "medium", "template", "notice",
    "message", "account", "stage", "step", "due_at", "at", "until", "days", "law", "rule", "confidence",
    "cases", "citizens", "answer", "from_citizen", "album", "edits", "not_a_case", "score", "next",
    "district", "priority", "confidentiality", "closed_at", "promised_at", "legal_due_at", "needs_review",
    "classifier", "paused_at", "paused_for", "accepted_at", "extended_at", "was_due_at",
)  # fmt: skip
"""The names under which history and reviews tell states, times, codes and numbers, which the reports count.
Whatever else they say, and whatever will be said under new names, goes."""
_FREE = "('answer', 'message', 'notice', 'edits')"
"""Under these names only numbers are known to tell nothing."""


def told_only(column: str) -> str:
    """The SQL of a JSON object without all that is not known to tell nothing of a person."""
    names = ", ".join(f"'{name}'" for name in _TOLD)
    inner = (
        "(SELECT coalesce(jsonb_object_agg(i.key, i.value), '{}') FROM jsonb_each(d.value) i"
        f" WHERE i.key IN ({names}) AND jsonb_typeof(i.value) NOT IN ('object', 'array'))"
    )
    return (
        f"(SELECT coalesce(jsonb_object_agg(d.key, CASE jsonb_typeof(d.value) WHEN 'object' THEN {inner}"
        f" ELSE d.value END), '{{}}') FROM jsonb_each({column}) d WHERE d.key IN ({names})"
        " AND jsonb_typeof(d.value) <> 'array'"
        f" AND NOT (d.key IN {_FREE} AND jsonb_typeof(d.value) = 'string'))"
    )


def erased_id(own: str) -> str:
    """The SQL of what stands in place of an erased delivery's own id: a hash, by which it is known again."""
    return f"'erased:' || encode(sha256(convert_to({own}, 'UTF8')), 'hex')"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`blank` gives columns a new value, as SQL; `kept` are columns of words that are codes, states or names
    of staff. A table that is `removed` loses the rows; one that is `apart` has nothing of a person, for that
    reason."""

    blank: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    removed: bool = False
    apart: str = ""


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _apart(why: str) -> Rule:
    return Rule(apart=why)


_FEEDS = "('cimer', 'behak')"
PLAN: Mapping[str, Rule] = {
    # Of a case: by its key.
    "cases": Rule(
        blank={
            "security_number": ":fresh",  # nobody's: the status page opens for it no more
            "citizen_id": "NULL",
            "subject": "''",
            "neighbourhood": "NULL",
            "place": "NULL",
            "reasons": "'[]'",
            # The other institution's file number: without it its next list would bring the person back.
            "external_reference": f"CASE WHEN channel IN {_FEEDS} THEN external_reference END",
            "reviewer": "NULL",
            "claimed_at": "NULL",
            "claimed_until": "NULL",
            "anonymised_at": ":now",
        },
        kept=_words(
            "number channel kind topic unit state priority confidentiality district classifier alternatives"
            " paused_for acceptance_unit"
        ),
    ),
    "case_events": Rule(blank={"detail": told_only("detail")}, kept=_words("actor kind")),
    "case_links": Rule(blank={"why": "''"}, kept=_words("kind state decided_by")),
    "notifications": Rule(
        blank={
            "recipient": f"'{NOBODY}'",
            "values": "'{}'",
            "subject": "NULL",
            "gateway_id": "NULL",
            "message_id": "NULL",
            "in_reply_to": "NULL",
            "references": "'{}'",
            "error": "NULL",
            "dedupe_key": "'erased:' || id",
            "state": "CASE WHEN state IN ('owed', 'sending') THEN 'suppressed' ELSE state END",
        },
        kept=_words("medium template priority transport correlation_id"),
    ),
    "reviews": Rule(
        blank={"before": told_only("before"), "after": told_only("after")},
        kept=_words(
            "reviewer outcome topic kind not_a_case previous_topic previous_kind classifier withdrawn"
        ),
    ),
    "ratings": Rule(blank={"comment": "''"}),
    "answers": Rule(blank={"text": "''"}, kept=_words("actor")),
    "case_words": Rule(removed=True),
    "case_marks": Rule(removed=True),
    # Of a message: by its key.
    "messages": Rule(
        blank={
            # Known again if it comes once more, by a hash of it; feeds' ids are such hashes already.
            "external_id": f"CASE WHEN channel IN {_FEEDS} OR external_id LIKE 'erased:%' THEN external_id"
            f" ELSE {erased_id('external_id')} END",
            "state": "'done'",
            "last_error": "NULL",
            "sender": "NULL",
            "sender_name": "NULL",
            "contacts": "'{}'",
            "recipients": "'{}'",
            "subject": "NULL",
            "text": "''",
            "html": "NULL",
            "quoted_spans": "'[]'",
            "personal_spans": "'[]'",
            "in_reply_to": "NULL",
            "references": "'{}'",
            "place": "NULL",
            "external_reference": f"CASE WHEN channel IN {_FEEDS} THEN external_reference END",
            "headers": "'{}'",
            "reports": "'[]'",
            # A feed's is its reference, by which a row that changed finds its case.
            "content_key": f"CASE WHEN channel IN {_FEEDS} THEN content_key END",
            "raw_sha256": "''",
            "raw_size": "0",
        },
        kept=_words("channel correlation_id verdict charset"),
    ),
    "attachments": Rule(removed=True),
    "message_parts": Rule(removed=True),
    "quarantine": Rule(removed=True),
    "asides": Rule(
        # Nothing is left to look at, and nobody has: it leaves the list without a decision.
        blank={"reasons": "'[]'", "state": "CASE WHEN state = 'waiting' THEN 'kept' ELSE state END"},
        kept=_words("verdict classifier decided_by"),
    ),
    # Of a person: by their key, or by an address.
    "citizens": Rule(blank={"name": "NULL", "folded_name": "NULL", "erased_at": ":now"}),
    "contacts": Rule(removed=True),
    "citizen_identities": Rule(removed=True),
    "citizen_merges": Rule(
        blank={"why": "''", "undone_why": "NULL"},
        kept=_words("actor cases contacts undone_by"),
    ),
    "citizen_looks": Rule(blank={"why": "''"}, kept=_words("actor look citizens")),
    "address_moves": Rule(removed=True),
    "chat_messages": Rule(removed=True),
    "chat_sessions": Rule(removed=True),
    "chat_windows": Rule(removed=True),
    "phone_verifications": Rule(removed=True),
    "parked_reports": Rule(removed=True),
    "outbox": Rule(removed=True),
    # Nothing of a person.
    "erasures": _apart("numbers, and what the operator gave as the reason"),
    "doomed_blobs": _apart("hashes of what is about to go"),
    "reminders": _apart("units and times"),
    "batch_claims": _apart("keys of messages"),
    "channel_accounts": _apart("the desk's own accounts"),
    "account_health": _apart("how the desk's accounts are doing"),
    "account_news": _apart("what providers told of accounts"),
    "cursors": _apart("how far accounts were read"),
    "leases": _apart("names of work and of hosts"),
    "sending_pace": _apart("times"),
    "feed_states": _apart("times"),
    "monthly_reports": _apart("sums"),
    "turnarounds": _apart("sums"),
    "trained_models": _apart("figures; a model keeps pieces of masked words, never a text"),
    "model_activations": _apart("which model decided when"),
    "units": _apart("the institution's own"),
    "topics": _apart("the institution's own"),
    "routing_rules": _apart("the institution's own"),
    "crm_feed": _apart("positions"),
    "crm_events": _apart("kinds of events of cases"),
    "crm_subscribers": _apart("institutions, and our credentials with them"),
    "crm_set_aside": _apart("positions, and how a delivery failed"),
    "crm_imports": _apart("states of cases and hashes"),
}
