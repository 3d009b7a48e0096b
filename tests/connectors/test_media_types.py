"""What a file is, is told by its content, and costs little to tell (V3)."""

import io
import zipfile

import pytest

from connectors.media_types import sniff

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ARCHIVES = [
    ("a document", ["[Content_Types].xml", "word/document.xml"], DOCX),
    ("an archive that is none", ["[Content_Types].xml", "xl/workbook.xml"], ""),
    ("a list of members made to be walked through", ["word/document.xml", *map(str, range(2000))], ""),
]


@pytest.mark.parametrize(("names", "found"), [r[1:] for r in ARCHIVES], ids=[r[0] for r in ARCHIVES])
def test_an_archive_is_a_document_by_its_members(names: list[str], found: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    assert sniff(content.getvalue()) == found
