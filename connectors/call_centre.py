"""The call centre: an agent takes down what a caller says. See `connectors.intake` (P4)."""

from connectors.intake import intake_spec
from domain.vocabulary import Channel

CALL_CENTRE = intake_spec(Channel.CALL_CENTRE)
