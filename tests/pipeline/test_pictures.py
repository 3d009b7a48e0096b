"""What units get of a photo: the picture, upright, and nothing else; what hurts costs only itself (G12)."""

import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from domain.errors import UnreadableMessageError
from domain.messages import Attachment, Place
from domain.vocabulary import Channel
from pipeline.photo_place import FROM_PHOTO, PHOTO_TAKEN_AT, PLACE_SOURCE, located, taken_of
from pipeline.pictures import LONGEST_SIDE, for_unit, picture_type, rewrite
from tests.fakes import make_message

register_heif_opener()
_SIDEWAYS = 6  # the camera was held upright: turn right by 90 degrees to see it so
_GPS = {1: "N", 2: (40.0, 59.0, 13.2), 3: "E", 4: (29.0, 1.0, 30.0)}
MODA = (40.987, 29.025)


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **exif: Any) -> bytes:
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (0, 0, 10, size[1]))  # the left edge is blue
    data = Image.Exif()
    data[0x0112] = exif.get("turn", _SIDEWAYS)
    data[0x010F] = "Secret Camera"
    data.get_ifd(0x8825).update(exif.get("gps", _GPS))
    data.get_ifd(0x8769).update(exif.get("camera", {0x9003: "2026:11:22 14:05:06"}))
    written = BytesIO()
    picture.save(written, kind, exif=data.tobytes())
    return written.getvalue()


KINDS = ["JPEG", "HEIF", "WEBP", "PNG"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_unit_gets_the_picture_upright_and_nothing_else(kind: str) -> None:
    original = photo(kind)
    given = Attachment(name=f"IMG_1.{kind}", media_type=f"image/{kind.lower()}", content=original)
    fresh = for_unit(given)
    assert fresh.content is not None
    assert (fresh.media_type, picture_type(fresh.content)) == ("image/jpeg", "image/jpeg")
    assert fresh.name == ("IMG_1.JPEG" if kind == "JPEG" else f"IMG_1.{kind}.jpg")
    for trace in (b"Secret Camera", b"Exif", b"2026:11:22"):
        assert trace not in fresh.content
    with Image.open(BytesIO(fresh.content)) as picture:
        assert not picture.getexif()
        if kind != "HEIF":  # its writer turns the picture itself
            assert picture.size == (40, 60)
            red, _, blue = picture.convert("RGB").getpixel((20, 3))  # type: ignore[misc]
            assert blue > red, "the left edge is the upper one now"


def test_a_large_photo_is_made_smaller_and_a_transparent_one_stays_so() -> None:
    with Image.open(BytesIO(rewrite(photo(size=(5000, 100), turn=1), LONGEST_SIDE))) as picture:
        assert picture.size[0] == LONGEST_SIDE
    written = BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 0)).save(written, "PNG")
    fresh = for_unit(Attachment(name="a.png", media_type="image/png", content=written.getvalue()))
    assert (fresh.name, fresh.media_type) == ("a.png", "image/png")


@pytest.mark.parametrize(
    "media_type", ["audio/ogg", "video/mp4", "application/pdf", "image/tiff", "image/gif"]
)
def test_whatever_is_no_photo_goes_as_it_is(media_type: str) -> None:
    file = Attachment(name="a", media_type=media_type, content=b"OggS or whatever")
    assert for_unit(file) is file


def bomb() -> bytes:
    """A PNG of some kilobytes that claims, and holds, 900 million pixels."""
    side = 30_000

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    lines = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


HOSTILE = [
    ("no picture at all", lambda: b"\xff\xd8\xff a photo"),
    ("empty", lambda: b""),
    ("a bomb", bomb),
    ("a page that claims to be a picture", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ("PostScript, which a library might run", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
]


@pytest.mark.parametrize(("label", "make"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_what_cannot_be_decoded_within_its_limits_is_refused(label: str, make: Any) -> None:
    with pytest.raises(UnreadableMessageError, match="picture"):
        for_unit(Attachment(name="foto.jpg", media_type="image/jpeg", content=make()))


def test_half_a_photo_shows_more_than_none() -> None:
    whole = photo(size=(600, 400))
    assert picture_type(rewrite(whole[: len(whole) * 2 // 3], 100)) == "image/jpeg"


@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_a_photo_tells_where_and_when_it_was_taken(kind: str) -> None:
    found = taken_of(photo(kind))
    assert (found.latitude, found.longitude) == MODA
    assert found.at == datetime(2026, 11, 22, 11, 5, 6, tzinfo=UTC), "a camera's clock is Istanbul's"
    zoned = taken_of(photo(kind, camera={0x9003: "2026:11:22 14:05:06", 0x9011: "+01:00"}))
    assert zoned.at == datetime(2026, 11, 22, 13, 5, 6, tzinfo=UTC)


TOLD_NOTHING: list[tuple[str, bytes]] = [
    ("no position", photo(gps={})),
    ("no reception", photo(gps={1: "N", 2: (0, 0, 0), 3: "E", 4: (0, 0, 0)})),
    ("beyond the pole", photo(gps={1: "N", 2: (99.0, 0.0, 0.0), 3: "E", 4: (29.0, 0.0, 0.0)})),
    ("half a position", photo(gps={1: "N", 2: (40.0, 0.0, 0.0)})),
    ("a mark and rubbish", b"\xff\xd8\xff Exif\x00\x00" + b"\xff" * 300),
    ("a mark and nothing", b"Exif\x00\x00"),
    ("cut off", photo()[:60]),
    ("no photo", b"%PDF-1.7"),
]


@pytest.mark.parametrize(("label", "content"), TOLD_NOTHING, ids=[row[0] for row in TOLD_NOTHING])
def test_what_tells_no_position_is_no_place(label: str, content: bytes) -> None:
    found = taken_of(content)
    assert (found.latitude is None) or (found.longitude is None)
    file = Attachment(name="foto.jpg", media_type="image/jpeg", content=content)
    message = make_message(attachments=[file])
    assert located(message) is message


def test_a_photos_position_is_offered_only_where_no_place_is_told() -> None:
    file = Attachment(name="foto.jpg", media_type="image/jpeg", content=photo())
    found = located(make_message(channel=Channel.EMAIL, attachments=[file]))
    assert found.place == Place(latitude=MODA[0], longitude=MODA[1])
    assert found.headers[PLACE_SOURCE] == FROM_PHOTO
    assert found.headers[PHOTO_TAKEN_AT] == "2026-11-22T11:05:06+00:00"
    told = make_message(place=Place(district="Kadıköy"), attachments=[file])
    assert located(told) is told
