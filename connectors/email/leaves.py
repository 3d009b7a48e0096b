"""One part without parts of its own, with its transfer encoding undone."""

from dataclasses import dataclass

from connectors.email.charset import Decoded, decode
from connectors.email.headers import first, text_of
from connectors.email.limits import MAX_TEXT_OCTETS
from connectors.email.mime import Part
from connectors.email.parameters import Parameters, read_parameters
from connectors.email.transfer import decode_transfer


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """A leaf of the mail's structure: its type in lower case, its decoded octets, how it wants to be shown.

    `disposition` is `inline`, `attachment`, another word, or empty. `wanted_name` is as the sender gave it.
    """

    part: Part
    media_type: str
    content: bytes
    disposition: str
    wanted_name: str
    content_id: str
    within: str

    def text(self) -> Decoded:
        """The content as text, by the charset ladder."""
        return decode(self.content[:MAX_TEXT_OCTETS], self.part.parameters.get("charset"))


def read_leaf(part: Part, within: str = "") -> Leaf:
    """The decoded leaf; `within` is the type of the multipart it stands in."""
    disposition, parameters = _disposition(part)
    encoding = first(part.fields, b"content-transfer-encoding").decode("latin-1")
    is_text = part.media_type.startswith("text/")
    name = parameters.get("filename") or part.parameters.get("name") or parameters.get("name") or ""
    return Leaf(
        part=part,
        media_type=part.media_type,
        content=decode_transfer(part.body, encoding, is_text=is_text),
        disposition=disposition,
        wanted_name=name,
        content_id=text_of(part.fields, b"content-id").strip("<> "),
        within=within,
    )


def _disposition(part: Part) -> tuple[str, Parameters]:
    declared = first(part.fields, b"content-disposition")
    return read_parameters(declared) if declared else ("", {})
