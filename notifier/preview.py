"""Every notice with typical values: what an operator looks at before and after changing a text."""

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.gsm import SmsPlan, plan
from domain.notices import Rendered
from domain.vocabulary import Confidentiality, Medium, Priority, Template
from notifier.rendering import MEDIA, SHIPPED, render, stem, variants


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One text of one notice; `sms` says how it travels, for SMS only."""

    template: Template
    medium: Medium
    variant: Confidentiality | None
    priority: Priority
    rendered: Rendered
    sms: SmsPlan | None = None

    @property
    def stem(self) -> str:
        """What its files are called, but for their parts."""
        return stem(self.template, self.medium, self.variant)


def sample_values() -> dict[str, str]:
    """Typical values of every template variable, nobody's data."""
    return tomllib.loads((SHIPPED / "samples.toml").read_text(encoding="utf-8"))


def preview(folder: Path | None = None, templates: Collection[Template] = tuple(MEDIA)) -> Iterator[Preview]:
    """These notices by every medium, ordinary and for life safety, with the folder's changed texts.

    Raises TextAtFaultError for the first text at fault: a broken one is found before a citizen misses it.
    """
    values = sample_values()
    for template in templates:
        for medium in MEDIA[template]:
            for variant in variants(template):
                for priority in (Priority.NORMAL, Priority.LIFE_SAFETY):
                    given = values | {"priority": priority, "confidentiality": variant or ""}
                    rendered = render(template, medium, given, folder=folder)
                    yield Preview(
                        template=template,
                        medium=medium,
                        variant=variant,
                        priority=priority,
                        rendered=rendered,
                        sms=plan(rendered.text, turkish=True) if medium is Medium.SMS else None,
                    )
