"""Which lines of a case's history an outside CRM hears of, and as what."""

from collections.abc import Mapping

from domain.vocabulary import CaseEventKind, CrmEventType

_K, _T = CaseEventKind, CrmEventType
TOLD_AS: Mapping[CaseEventKind, CrmEventType] = {
    _K.OPENED: _T.OPENED,
    _K.SENT_TO_REVIEW: _T.IN_REVIEW,
    _K.ASSIGNED: _T.ASSIGNED,
    _K.ANSWERED: _T.REJECTED,
    _K.STATE_CHANGED: _T.CHANGED,  # unless the state it took has a type of its own
    _K.UNIT_ACCEPTED: _T.ACCEPTED,
    _K.UNIT_RETURNED: _T.RETURNED,
    _K.UNIT_NOTED: _T.NOTED,
    _K.UNIT_EXTENDED: _T.DUE_CHANGED,
    _K.EXTENDED: _T.DUE_CHANGED,
    _K.PAUSED: _T.DUE_CHANGED,
    _K.RESUMED: _T.DUE_CHANGED,
    _K.MESSAGE_ADDED: _T.MESSAGE_ADDED,
    _K.MERGED: _T.MERGED,
    _K.UNLINKED: _T.CHANGED,
    _K.CLASSIFIED: _T.CHANGED,
    _K.CORRECTED: _T.CHANGED,
    _K.REVIEW_UNDONE: _T.CHANGED,
    _K.PRIORITY_RAISED: _T.CHANGED,
    _K.FEED_CHANGED: _T.CHANGED,
}
"""What is not here, such as notices, links and reminders, is the desk's own business."""
