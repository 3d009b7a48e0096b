"""HTML mails: accessible, loading nothing, and never made of what a citizen wrote."""

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest

from domain.vocabulary import Confidentiality, Medium, Template
from notifier.rendering import render
from tests.notifier.words import ALL, SAMPLES, given

MAILS = [(t, v) for t, m, v in ALL if m is Medium.EMAIL]


class _Tags(HTMLParser):
    VOID = frozenset({"meta", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


TAGS = {
    *("html", "head", "meta", "title", "body", "main", "p", "table", "tr", "th", "td"),
    *("strong", "a", "br", "h2", "blockquote", "ul", "li", "code", "h1", "span"),
}
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</blockquote></main><form action=//evil.example>",
    "{{ 7*7 }}{% raw %}",
    "<a href='javascript:alert(1)'>x</a>",
]


@pytest.mark.parametrize(("template", "variant"), MAILS)
def test_mails_are_accessible_and_load_nothing_from_anywhere(
    template: Template, variant: Confidentiality | None
) -> None:
    tags = _Tags(render(template, Medium.EMAIL, given(variant)).html or "")
    assert tags.open == []
    assert {tag for tag, _ in tags.seen} <= TAGS
    assert ("html", {"lang": "tr"}) in tags.seen
    attributes = {name for _, attrs in tags.seen for name in attrs}
    assert attributes <= {"lang", "charset", "name", "content", "style", "href", "scope"}
    assert not any("url(" in (attrs.get("style") or "") for _, attrs in tags.seen)
    links = {attrs["href"] for tag, attrs in tags.seen if tag == "a"}
    assert links <= set(_addresses(SAMPLES))


def _addresses(values: Mapping[str, Any]) -> Iterator[str]:
    """What the samples call an address, in whatever list it stands."""
    for name, value in values.items():
        if name.endswith("_url"):
            yield value
        for each in value if isinstance(value, list) else ():
            yield from _addresses(each)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(("template", "variant"), MAILS)
def test_nothing_a_citizen_writes_becomes_markup(
    template: Template, variant: Confidentiality | None, payload: str
) -> None:
    written = dict.fromkeys(["subject", "text", "place", "topic", "citizen_name", "citizen_contact"], payload)
    written |= {"attachments": payload, "unit_name": payload, "account": payload, "cause": payload}
    plain = _Tags(render(template, Medium.EMAIL, given(variant)).html or "")
    hostile = _Tags(render(template, Medium.EMAIL, given(variant) | written).html or "")
    assert [tag for tag, _ in hostile.seen] == [tag for tag, _ in plain.seen]
