"""Every metric of the program, named in one place by the Prometheus conventions."""

import os
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from pipeline.metrics_folder import FOLDER_VARIABLE


def exposition() -> bytes:
    """The numbers of all processes of this host in Prometheus' text format; without a folder, of this one."""
    if FOLDER_VARIABLE not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves this one untyped
    return generate_latest(registry)


def _gauge(name: str, meaning: str, labels: Sequence[str] = ()) -> Gauge:
    # Whoever set it last is right: these are read from the database or the disk, not added up.
    return Gauge(name, meaning, labels, multiprocess_mode="mostrecent")


ACCEPTED = Counter("beyazmasa_messages_accepted_total", "Deliveries stored for the first time")
REPEATED = Counter("beyazmasa_messages_repeated_total", "Deliveries recognised as stored before")
PROCESSED = Counter("beyazmasa_messages_processed_total", "Messages that left the process step", ["outcome"])
CASES_OPENED = Counter("beyazmasa_cases_opened_total", "Cases opened", ["channel"])
QUARANTINED = Counter("beyazmasa_messages_quarantined_total", "Originals moved to quarantine", ["step"])
NOTICES = Counter("beyazmasa_notices_total", "Notices that left or failed", ["medium", "outcome"])
CRM_EVENTS = Counter("beyazmasa_crm_events_total", "Events sent to outside CRMs", ["subscriber", "outcome"])
WEBHOOKS = Counter("beyazmasa_webhooks_total", "Webhook calls", ["channel", "status"])
WEBHOOK_SECONDS = Histogram(
    "beyazmasa_webhook_seconds",
    "Time to answer a webhook call",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
BATCH_SECONDS = Histogram("beyazmasa_batch_seconds", "Time to process one batch of messages")
BATCH_SIZE = Histogram(
    "beyazmasa_batch_messages", "Messages in one batch", buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)
SPOOLED = _gauge("beyazmasa_spooled_calls", "Webhook calls on disk that wait for the database")
WAITING = _gauge("beyazmasa_waiting_rows", "Rows that wait", ["step"])
OLDEST_SECONDS = _gauge("beyazmasa_oldest_waiting_seconds", "Age of the oldest waiting row", ["step"])
CLOCK_ROUND = _gauge("beyazmasa_clock_last_round_timestamp_seconds", "Last round of a clock, every 5 minutes")
CHANNEL_STATE = _gauge(
    "beyazmasa_channel_state", "0 ok, 1 degraded, 2 down", ["account", "channel", "direction"]
)
CHANNEL_SUCCESS = _gauge(
    "beyazmasa_channel_last_success_timestamp_seconds", "Last success", ["account", "channel", "direction"]
)
