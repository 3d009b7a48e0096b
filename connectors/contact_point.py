"""Contact points: a citizen stands before one of the staff. See `connectors.intake` (P4)."""

from connectors.intake import intake_spec
from domain.vocabulary import Channel

CONTACT_POINT = intake_spec(Channel.CONTACT_POINT)
