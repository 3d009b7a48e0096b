"""Coordinates in texts: typed, in links of map services, as geo: URIs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import Place
from router.coordinates import coordinates_in
from router.places import PlaceFinder

TOWER = (41.0256, 28.9742)


@pytest.mark.parametrize(
    "text",
    [
        "yer: 41.0256, 28.9742 lütfen gelin",
        "41.0256 28.9742",
        "41.0256,28.9742",
        "(41.0256; 28.9742)",
        "41,0256 28,9742",
        "41.0256° 28.9742°",
        "41.0256 K, 28.9742 D",
        "28.9742, 41.0256",
        "https://www.google.com/maps/@41.0256,28.9742,17z",
        "https://www.google.com/maps/place/Kule/@41.0300,28.9800,17z/data=!3m1!4b1!3d41.0256!4d28.9742",
        "https://maps.google.com/?q=41.0256,28.9742",
        "https://maps.google.com/maps?q=loc:41.0256,28.9742&z=15",
        "https://www.google.com/maps/search/?api=1&query=41.0256%2C28.9742",
        "https://yandex.com.tr/harita/11508/istanbul/?ll=28.9742%2C41.0256&z=16",
        "https://yandex.com.tr/maps/?ll=28.9800,41.0300&pt=28.9742,41.0256&z=16",
        "https://yandex.com.tr/maps/?whatshere[point]=28.9742,41.0256&whatshere[zoom]=17",
        "https://maps.apple.com/?ll=41.0256,28.9742&q=Konum",
        "https://www.openstreetmap.org/?mlat=41.0256&mlon=28.9742#map=17/41.03/28.98",
        "https://www.openstreetmap.org/#map=17/41.0256/28.9742",
        "https://waze.com/ul?ll=41.0256,28.9742&navigate=yes",
        "geo:41.0256,28.9742",
        "geo:41.0256,28.9742;u=35",
        "geo:41.0256,28.9742,12?z=15",
        "41°01'32.2\"N 28°58'27.1\"E",
    ],
)
def test_a_point_is_read_however_it_is_written(text: str) -> None:
    found = coordinates_in(text)
    assert found is not None
    assert found == pytest.approx(TOWER, abs=5e-5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ankara: 39.9208, 32.8541",
        "41.0256",
        "fatura 41.02 TL, önceki 28.97 TL",
        "saat 10.41, 28.11.2026",
        "abone no 41025628974",
        "0532 410 28 29",
        "41.0256.28.9742.5",
        "geo:40.7128,-74.0060",
        "https://example.org/?q=41,28",
        "%FF%28%41",
    ],
)
def test_other_numbers_are_no_place(text: str) -> None:
    assert coordinates_in(text) is None


def test_a_text_with_coordinates_has_them_and_their_district(finder: PlaceFinder) -> None:
    found = finder.find("Çöp burada: https://maps.google.com/?q=41.0256,28.9742")
    assert found == Place(district="Beyoğlu", latitude=41.0256, longitude=28.9742)


def test_a_position_that_came_with_the_message_stays(finder: PlaceFinder) -> None:
    known = Place(latitude=41.0472, longitude=29.0269)
    found = finder.find("41.0256, 28.9742", known=known)
    assert found == Place(district="Beşiktaş", latitude=41.0472, longitude=29.0269)


@given(st.text(alphabet="0123456789.,°'\"NEKD&?=@!34dqlgeo:/%[] ", max_size=80))
def test_no_text_raises(text: str) -> None:
    coordinates_in("41.0" + text)
