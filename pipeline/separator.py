"""The separator sheet as a paper to print."""

from connectors.ocr.separators import mark_svg
from notifier.pdf import render_pdf


def separator_pdf() -> bytes:
    """A page of A4 that parts the letters of one scanned file. Raises NotConfiguredError as `render_pdf`."""
    return render_pdf("separator", {"mark": mark_svg()})
