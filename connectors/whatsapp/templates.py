"""What WhatsApp asks of the words that fill a template."""


def one_line(text: str) -> str:
    """A template's parameter as WhatsApp takes it: no line ends, no tabs, no run of spaces, never empty."""
    return " ".join(text.split()) or "-"
