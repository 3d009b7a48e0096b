"""Sending by the Cloud API: W7, W9; test 27 (the connector's part) of docs/acceptance.md."""

import json
from collections.abc import Callable

import pytest

from connectors.whatsapp.cloud import CloudWhatsApp
from domain.errors import NotConfiguredError, PermanentError, RecipientRejectedError, WindowClosedError
from domain.urn import Urn
from tests.connectors.building import Build
from tests.servers.whatsapp_cloud import CITIZEN, NUMBER_ID, WhatsAppCloudServer

USER_ID = "TR.13491208655302741918"


def test_a_text_leaves_as_the_reference_writes_it(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    wamid = cloud.send(outgoing("Başvurunuz alındı:\n2026-0001234-5"))
    (call,) = cloud_server.calls
    assert (call.method, call.path) == ("POST", f"/v25.0/{NUMBER_ID}/messages")
    assert json.loads(call.body) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": CITIZEN,
        "type": "text",
        "text": {"preview_url": False, "body": "Başvurunuz alındı:\n2026-0001234-5"},
        "biz_opaque_callback_data": "n42",
    }
    assert [message["id"] for message in cloud_server.sent] == [wamid]


def test_a_person_without_a_number_is_written_to_by_their_user_id(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    assert cloud.send(outgoing("x", recipient=Urn("whatsapp", USER_ID)))
    assert cloud_server.sent[0]["recipient"] == USER_ID
    assert "to" not in cloud_server.sent[0]


def test_a_template_leaves_with_its_places_in_order(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    words = ["2026-0001234-5", "Park\nve\tBahçeler      Dairesi"]
    assert cloud.send_template(Urn("whatsapp", CITIZEN), "basvuru_alindi", "tr", words, "n43")
    (sent,) = cloud_server.sent
    assert sent["template"] == {
        "name": "basvuru_alindi",
        "language": {"policy": "deterministic", "code": "tr"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "2026-0001234-5"},
                    {"type": "text", "text": "Park ve Bahçeler Dairesi"},
                ],
            }
        ],
    }
    assert sent["biz_opaque_callback_data"] == "n43"


def test_a_template_without_places_and_one_with_an_empty_word_leave_too(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer
) -> None:
    cloud.send_template(Urn("whatsapp", CITIZEN), "duyuru", "tr", [], "n1")
    cloud.send_template(Urn("whatsapp", USER_ID), "basvuru_alindi", "tr", ["", " \n "], "n2")
    assert "components" not in cloud_server.sent[0]["template"]
    places = cloud_server.sent[1]["template"]["components"][0]["parameters"]
    assert [place["text"] for place in places] == ["-", "-"]


def test_a_closed_window_has_a_class_of_its_own_and_a_template_still_leaves(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    """W7: so that the notice takes its other way in the same job."""
    cloud_server.closed.add(CITIZEN)
    with pytest.raises(WindowClosedError, match="131047") as closed:
        cloud.send(outgoing("x"))
    assert not isinstance(closed.value, RecipientRejectedError)
    assert len(cloud_server.calls) == 1
    assert cloud.send_template(Urn("whatsapp", CITIZEN), "duyuru", "tr", [], "n1")


STATES = [
    ("not on WhatsApp", lambda s: s.absent.add(CITIZEN), False),
    ("opted out", lambda s: s.stopped.add(CITIZEN), True),
]


@pytest.mark.parametrize(("label", "arrange", "stopped"), STATES, ids=[r[0] for r in STATES])
def test_a_person_who_cannot_be_reached_is_told_apart(
    label: str,
    arrange: Callable[[WhatsAppCloudServer], None],
    stopped: bool,
    cloud: CloudWhatsApp,
    cloud_server: WhatsAppCloudServer,
    outgoing: Build,
) -> None:
    arrange(cloud_server)
    with pytest.raises(RecipientRejectedError) as refused:
        cloud.send(outgoing("x"))
    assert refused.value.stopped is stopped
    assert CITIZEN not in str(refused.value)


TEMPLATES = [
    ("unknown", "yok", "tr", [], "132001"),
    ("in another language", "duyuru", "en", [], "132001"),
    ("too few places", "basvuru_alindi", "tr", ["1"], "132000"),
    ("too many places", "duyuru", "tr", ["1"], "132000"),
]


@pytest.mark.parametrize(
    ("label", "name", "language", "words", "code"), TEMPLATES, ids=[r[0] for r in TEMPLATES]
)
def test_a_template_that_does_not_fit_is_for_an_operator_to_mend(
    label: str, name: str, language: str, words: list[str], code: str, cloud: CloudWhatsApp
) -> None:
    with pytest.raises(NotConfiguredError, match=code):
        cloud.send_template(Urn("whatsapp", CITIZEN), name, language, words, "n1")


def test_what_whatsapp_would_never_take_is_refused_before_any_call(
    cloud: CloudWhatsApp, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    with pytest.raises(PermanentError, match="4096"):
        cloud.send(outgoing("a" * 4097))
    for urn in (Urn("tel", "+905320000001"), Urn("whatsapp", "lid-77"), Urn("mailto", "a@b.example")):
        with pytest.raises(RecipientRejectedError):
            cloud.send(outgoing("x", recipient=urn))
        with pytest.raises(RecipientRejectedError):
            cloud.send_template(urn, "duyuru", "tr", [], "n1")
    assert cloud_server.calls == []
    assert cloud.send(outgoing("a" * 4096))


def test_another_version_of_the_graph_may_be_chosen(
    build_cloud: Build, cloud_server: WhatsAppCloudServer, outgoing: Build
) -> None:
    build_cloud(graph_version="v26.0").send(outgoing("x"))
    assert cloud_server.calls[0].path.startswith("/v26.0/")
