"""Test 15: what is shown of an HTML mail runs nothing, loads nothing and asks for nothing (E19)."""

import re
from html.parser import HTMLParser

import pytest

from connectors.email.html import sanitise
from connectors.email.html_text import html_to_text
from connectors.email.parse import parse_mail
from tests.connectors.email.samples.attacks import ATTACKS
from tests.connectors.email.samples.building import JPEG, file_part, html_part, mixed

_FORBIDDEN_TAGS = {
    "script", "style", "svg", "math", "iframe", "frame", "frameset", "object", "embed", "form",
    "input", "button", "select", "textarea", "link", "meta", "base", "video", "audio", "source",
    "template", "noscript", "title", "isindex", "keygen", "applet", "bgsound", "layer", "marquee",
    "x", "area", "map", "image", "plaintext", "xmp",
}  # fmt: skip
_PICTURES = {"foto": "/dosya/1", "x": "/dosya/2"}


class _Seen(HTMLParser):
    """What a browser would find: tags and attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_the_attacks_are_many_and_different() -> None:
    assert len(set(ATTACKS)) == len(ATTACKS) >= 100


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("pictures", [{}, _PICTURES], ids=["bare", "pictures"])
def test_nothing_of_an_attack_is_left(attack: str, pictures: dict[str, str]) -> None:
    seen = _Seen(sanitise(attack, pictures=pictures))
    assert not set(seen.tags) & _FORBIDDEN_TAGS
    for name, value in seen.attributes:
        assert not name.startswith("on")
        assert name not in {
            "style",
            "id",
            "name",
            "class",
            "srcset",
            "href",
            "background",
            "action",
            "cite",
            "target",
        }
        if name == "src":
            assert value in pictures.values()


@pytest.mark.parametrize("attack", ATTACKS)
def test_with_links_kept_they_lead_to_plain_addresses_only(attack: str) -> None:
    seen = _Seen(sanitise(attack, links=True))
    assert not set(seen.tags) & _FORBIDDEN_TAGS
    for name, value in seen.attributes:
        assert name != "src"
        assert name != "href" or re.match(r"https?://|mailto:|tel:", value)


@pytest.mark.parametrize("attack", ATTACKS)
def test_cleaning_twice_changes_nothing(attack: str) -> None:
    once = sanitise(attack, pictures={})
    assert sanitise(once, pictures={}) == once


def test_what_people_write_is_kept() -> None:
    written = (
        "<p>Çöp <b>üç</b> gündür<br>alınmıyor</p><ul><li>Moda</li></ul>"
        '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>'
    )
    assert sanitise(written) == written


def test_a_picture_of_the_mail_is_shown_under_the_address_given_for_it() -> None:
    message = parse_mail(
        mixed(
            html_part(
                '<img src="cid:foto%401" alt="çöp"><img src="cid:yok"><img src="https://evil.example/1.png">'
            ),
            file_part("image/jpeg", "foto.jpg", JPEG, "inline", "Content-ID: <foto@1>"),
            kind="related",
        )
    )
    content_id = message.attachments[0].content_id
    assert content_id == "foto@1"
    assert sanitise(message.html or "", pictures={content_id: "/dosya/7"}) == (
        '<img src="/dosya/7" alt="çöp"><img><img>'
    )


def test_links_are_kept_on_request_and_tell_nobody_where_they_were() -> None:
    assert (
        sanitise('<a href="https://ornek.example/">bağ</a>')
        == '<a rel="noopener noreferrer nofollow">bağ</a>'
    )
    assert sanitise('<a href="https://ornek.example/">bağ</a>', links=True) == (
        '<a href="https://ornek.example/" rel="noopener noreferrer nofollow">bağ</a>'
    )


def test_what_is_too_large_to_clean_is_shown_as_its_text() -> None:
    large = "<p onclick=alert(1)>Su &lt;kesik&gt;</p>" * 20_000
    shown = sanitise(large)
    assert shown.startswith("<pre>Su &lt;kesik&gt;")
    assert _Seen(shown).tags == ["pre"]


def test_the_html_at_rest_stays_as_it_came() -> None:
    attack = "<script>alert(1)</script><p onclick=alert(1)>Su kesik</p>"
    message = parse_mail(mixed(html_part(attack)))
    assert message.html == attack
    assert message.text == html_to_text(attack) == "Su kesik"


@pytest.mark.parametrize(
    ("kind", "name"), [("text/html", "a.html"), ("image/svg+xml", "a.svg"), ("image/png", "a.png")]
)
def test_a_file_that_could_run_is_never_called_a_picture(kind: str, name: str) -> None:
    content = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    message = parse_mail(mixed(file_part(kind, name, content)))
    assert message.attachments[0].media_type == "image/svg+xml"
