"""What kind of place a text speaks of: with topic and district it decides who is responsible."""

import pytest

from domain.messages import Place
from domain.vocabulary import PlaceKind
from router.places import PlaceFinder


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("TEM'de Mahmutbey çıkışında çukur var", PlaceKind.HIGHWAY),
        ("e5te kaza oldu", PlaceKind.HIGHWAY),
        ("E-5 yan yolda", PlaceKind.HIGHWAY),
        ("D 100 üzerinde", PlaceKind.HIGHWAY),
        ("otobanda lastik var", PlaceKind.HIGHWAY),
        ("Fatih Sultan Mehmet Köprüsü'nde", PlaceKind.HIGHWAY),
        ("Barbaros Bulvarı'nda asfalt çöktü", PlaceKind.ARTERY),
        ("bagdat cad uzerinde", PlaceKind.ARTERY),
        ("ana caddede çukur", PlaceKind.ARTERY),
        ("sahil yolunda", PlaceKind.ARTERY),
        ("Taksim Meydanı'nda", PlaceKind.SQUARE),
        ("meydandaki çeşme", PlaceKind.SQUARE),
        ("Yıldız Parkı'nda bank kırık", PlaceKind.CITY_PARK),
        ("millet bahçesinde", PlaceKind.CITY_PARK),
        ("mahallemizdeki parkta lamba yanmıyor", PlaceKind.PARK),
        ("çocuk parkında", PlaceKind.PARK),
        ("sahilde köpek var", PlaceKind.COAST),
        ("Caddebostan Sahili'nde", PlaceKind.COAST),
        ("sokağımızda çukur var", PlaceKind.STREET),
        ("papatya sk no 12", PlaceKind.STREET),
        # where it is told to be says more than what is named beside it
        ("Barbaros Bulvarı'na çıkan sokakta", PlaceKind.STREET),
        ("sokağımızın başındaki meydanda", PlaceKind.SQUARE),
        # not every word that looks like one
        ("Kadıköy'e 5 dakika", None),
        ("park etmiş araba", None),
        ("kaza meydana geldi", None),
        ("su faturam yüksek", None),
        ("Papatya Caddesi", None),
    ],
)
def test_the_kind_of_place_is_found(finder: PlaceFinder, text: str, kind: PlaceKind | None) -> None:
    assert (finder.find(text) or Place()).kind == kind


def test_what_kind_alone_does_not_tell_where(finder: PlaceFinder) -> None:
    assert finder.find("sokağımızda çukur var") == Place(kind=PlaceKind.STREET)
    assert not Place(kind=PlaceKind.STREET).tells_where
    assert Place(district="Kadıköy", kind=PlaceKind.STREET).tells_where


def test_a_stored_kind_is_a_kind_again() -> None:
    place = Place.stored({"district": "Kadıköy", "kind": "park"})
    assert place.kind is PlaceKind.PARK
    assert Place.stored({"district": "Kadıköy"}) == Place(district="Kadıköy")
