"""All sample mails together."""

from tests.connectors.email.samples import (
    charsets,
    filenames,
    heads,
    markup,
    quoting,
    quoting_markup,
    returned,
    structures,
    verdicts,
    wrapped,
)
from tests.connectors.email.samples.building import Sample

_THEMES = (
    charsets, heads, structures, wrapped, filenames, markup, quoting, quoting_markup, verdicts, returned,
)  # fmt: skip
CORPUS: tuple[Sample, ...] = tuple(sample for theme in _THEMES for sample in theme.SAMPLES)
QUOTES: tuple[Sample, ...] = (*quoting.SAMPLES, *quoting_markup.SAMPLES)
