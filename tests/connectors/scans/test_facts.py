"""What is known of a scan beside its pages: file names and the files beside them (P2)."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from connectors.scans.facts import Facts, facts_of
from connectors.scans.settings import ScanSettings

PATTERN = r"(?P<time>\d{14})_(?P<number>\d+)(?:_(?P<archive>[A-Z]\d+))?"
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

# What lies there, the file's name, what lies beside it, what is known: number, name, archive, pages, time.
KNOWN: list[tuple[str, str, bytes | None, tuple[str, str, str, str, datetime | None]]] = [
    ("a telling name", "20261123123000_02125550000_E17.tif", None, ("02125550000", "", "E17", "", AT)),
    ("a name that tells nothing", "tarama.tif", None, ("", "", "", "", None)),
    ("a time that is none", "20261399123000_0212.tif", None, ("0212", "", "", "", None)),
    ("JSON", "a.tif", b'{"from": "+902125550000", "pages": 3}', ("+902125550000", "", "", "3", None)),
    ("JSON with a zone", "a.tif", b'{"received_at": "2026-11-23T11:30:00+02:00"}', ("", "", "", "", AT)),
    ("JSON of something else", "a.tif", b"[1, 2]", ("", "", "", "", None)),
    ("JSON without end", "a.tif", b'{"a":' * 9000, ("", "", "", "", None)),
    ("lines", "a.tif", b"Tarih: 23.11.2026 12:30\nArsiv No = 2026/17\n", ("", "", "2026/17", "", AT)),
    ("lines of a section", "a.tif", b"[fax]\r\nTSI=0212 555 00 00\r\n", ("0212 555 00 00", "", "", "", None)),
    ("old Turkish", "a.tif", "Gönderen=Örnek Işık".encode("cp1254"), ("", "Örnek Işık", "", "", None)),
    ("UTF-16", "a.tif", "Ad Soyad=Örnek Işık".encode("utf-16"), ("", "Örnek Işık", "", "", None)),
    ("rubbish", "a.tif", bytes(range(256)), ("", "", "", "", None)),
    (
        "both, where the file beside it knows better",
        "20261123123000_1.tif",
        b"number=02125550000",
        ("02125550000", "", "", "", AT),
    ),
]


@pytest.mark.parametrize(("label", "name", "beside", "known"), KNOWN, ids=[row[0] for row in KNOWN])
def test_what_a_name_and_a_file_beside_tell(
    label: str, name: str, beside: bytes | None, known: tuple[str, str, str, str, datetime | None]
) -> None:
    found = facts_of(name, beside, pattern=PATTERN, time_format="%Y%m%d%H%M%S")
    assert (found.number, found.name, found.archive, found.pages, found.at) == known


def test_what_nobody_understands_is_kept_by_its_own_name_within_limits() -> None:
    beside = b'{"job": 12, "nested": {"a": 1}, "long": "' + b"x" * 999 + b'"}'
    assert facts_of("a", beside, pattern="", time_format="").others == {"job": "12", "long": "x" * 200}
    assert facts_of("a", None, pattern="", time_format="") == Facts()


WRONG = [
    ("no pattern", {"name_pattern": "(?P<number>"}, "name_pattern"),
    ("an unknown group", {"name_pattern": "(?P<colour>.)"}, "colour is none of"),
    ("an ending without its dot", {"sidecars": ("json",)}, "sidecars"),
    ("no folder", {"folder": None}, "folder"),
]


@pytest.mark.parametrize(("label", "given", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_settings_that_cannot_work_are_refused(label: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ScanSettings.model_validate({"folder": "/scans"} | given)
