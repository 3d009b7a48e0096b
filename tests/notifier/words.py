"""Every notice there is, and typical values to write them with."""

from domain.notices import Rendered
from domain.vocabulary import Confidentiality, Template
from notifier.preview import sample_values
from notifier.rendering import MEDIA, variants

SAMPLES = sample_values()
ALL = [(t, m, v) for t in Template for m in MEDIA[t] for v in variants(t)]


def given(variant: Confidentiality | None, **changed: str) -> dict[str, str]:
    """Typical values for a variant, some of them changed."""
    return SAMPLES | {"confidentiality": variant or ""} | changed


def everything(rendered: Rendered) -> str:
    """Every word of a notice, in all its parts."""
    return "\n".join([rendered.subject or "", rendered.text, rendered.html or ""])
