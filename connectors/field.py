"""Field services: teams on the spot take down what they are told or see. See `connectors.intake` (P4)."""

from connectors.intake import intake_spec
from domain.vocabulary import Channel

FIELD = intake_spec(Channel.FIELD)
