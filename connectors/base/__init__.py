"""The contract of a connector.

A connector is built from a `ConnectorContext` and has one or more of the powers below. It hands over values
and raises the errors of `domain.errors`; it touches no database and no queue, and reads no clock but `now`.
"""

from connectors.base.powers import (
    Acknowledging,
    Checking,
    Counting,
    Fetching,
    Inviting,
    KnowingOurselves,
    KnowingSettings,
    Parsing,
    PollConnector,
    RotatingSecrets,
    Sending,
    SendingTemplates,
    TakingFiles,
    Transcribing,
    Waiting,
    WebhookConnector,
)
from connectors.base.spec import ConnectorContext, ConnectorSpec
from connectors.base.values import (
    AddressChange,
    ApprovedText,
    Batch,
    ChannelEvent,
    HealthEvent,
    OutboundText,
    Received,
    TranscribedPage,
    Transcript,
    WebhookReply,
    WebhookRequest,
)

__all__ = [
    "Acknowledging",
    "AddressChange",
    "ApprovedText",
    "Batch",
    "ChannelEvent",
    "Checking",
    "ConnectorContext",
    "ConnectorSpec",
    "Counting",
    "Fetching",
    "HealthEvent",
    "Inviting",
    "KnowingOurselves",
    "KnowingSettings",
    "OutboundText",
    "Parsing",
    "PollConnector",
    "Received",
    "RotatingSecrets",
    "Sending",
    "SendingTemplates",
    "TakingFiles",
    "TranscribedPage",
    "Transcribing",
    "Transcript",
    "Waiting",
    "WebhookConnector",
    "WebhookReply",
    "WebhookRequest",
]
