"""Points with coordinates, and the districts they lie in."""

from datetime import UTC, datetime

import pytest

from config.places import load_places
from config.taxonomy import Taxonomy
from domain.decisions import Question
from domain.messages import Place
from router.assignment import assign
from router.district_map import DistrictMap
from router.places import PlaceFinder
from router.rules import RuleBook
from tests.router.keywords import KeywordClassifier

KNOWN = [
    (41.0086, 28.9802, "Fatih"),  # Ayasofya
    (41.0115, 28.9834, "Fatih"),  # Topkapı Sarayı
    (41.0107, 28.9680, "Fatih"),  # Kapalıçarşı
    (41.0162, 28.9640, "Fatih"),  # Süleymaniye Camii
    (41.0152, 28.9771, "Fatih"),  # Sirkeci Garı
    (41.0256, 28.9742, "Beyoğlu"),  # Galata Kulesi
    (41.0370, 28.9850, "Beyoğlu"),  # Taksim Meydanı
    (41.0424, 28.9490, "Beyoğlu"),  # Koç Müzesi
    (41.0391, 29.0005, "Beşiktaş"),  # Dolmabahçe Sarayı
    (41.0472, 29.0269, "Beşiktaş"),  # Ortaköy Camii
    (41.0672, 29.0170, "Beşiktaş"),  # Zorlu Center
    (41.0763, 29.0437, "Beşiktaş"),  # Bebek Parkı
    (41.0630, 28.9927, "Şişli"),  # Cevahir
    (41.0510, 28.9920, "Şişli"),  # Nişantaşı
    (41.0267, 29.0153, "Üsküdar"),  # Üsküdar Meydanı
    (41.0211, 29.0041, "Üsküdar"),  # Kız Kulesi, 200 m off the shore
    (41.0344, 29.0706, "Üsküdar"),  # Çamlıca Camii
    (41.0500, 29.0520, "Üsküdar"),  # Çengelköy
    (40.9920, 29.0230, "Kadıköy"),  # Kadıköy İskelesi
    (40.9877, 29.0369, "Kadıköy"),  # Saracoğlu Stadı
    (40.9610, 29.0827, "Kadıköy"),  # Suadiye
    (40.9840, 29.1070, "Ataşehir"),
    (40.9246, 29.1311, "Maltepe"),
    (40.8885, 29.1858, "Kartal"),
    (40.8770, 29.2330, "Pendik"),
    (40.8986, 29.3092, "Pendik"),  # Sabiha Gökçen
    (40.8160, 29.3030, "Tuzla"),
    (40.9650, 29.2700, "Sultanbeyli"),
    (41.0090, 29.2110, "Sancaktepe"),  # Sarıgazi
    (40.9830, 29.2290, "Sancaktepe"),  # Samandıra
    (41.0244, 29.0999, "Ümraniye"),
    (41.0370, 29.1790, "Çekmeköy"),
    (41.1343, 29.0915, "Beykoz"),  # the pier
    (41.0825, 29.0672, "Beykoz"),  # Anadolu Hisarı
    (41.1140, 29.2110, "Beykoz"),  # Polonezköy
    (41.0847, 29.0562, "Sarıyer"),  # Rumeli Hisarı
    (41.1088, 29.0530, "Sarıyer"),  # Emirgan Korusu
    (41.1664, 29.0502, "Sarıyer"),
    (41.1110, 29.0210, "Sarıyer"),  # Maslak
    (41.0800, 28.9740, "Kâğıthane"),
    (41.0479, 28.9337, "Eyüpsultan"),  # Eyüp Sultan Camii
    (41.1830, 28.8880, "Eyüpsultan"),  # Göktürk
    (41.0405, 28.8945, "Bayrampaşa"),  # the coach station
    (41.0640, 28.9130, "Gaziosmanpaşa"),
    (41.1070, 28.8680, "Sultangazi"),
    (41.0440, 28.8760, "Esenler"),
    (41.0390, 28.8570, "Bağcılar"),
    (41.0210, 28.8730, "Güngören"),
    (41.0000, 28.8600, "Bahçelievler"),
    (40.9802, 28.8730, "Bakırköy"),
    (40.9769, 28.8146, "Bakırköy"),  # Atatürk Havalimanı
    (40.9920, 28.9050, "Zeytinburnu"),
    (41.0300, 28.7900, "Küçükçekmece"),  # Halkalı
    (40.9800, 28.7220, "Avcılar"),
    (41.0340, 28.6760, "Esenyurt"),
    (40.9900, 28.6450, "Beylikdüzü"),
    (41.0200, 28.5850, "Büyükçekmece"),
    (41.1430, 28.4610, "Çatalca"),
    (41.0740, 28.2470, "Silivri"),
    (41.0745, 28.7657, "Başakşehir"),  # Olimpiyat Stadı
    (41.0660, 28.6770, "Başakşehir"),  # Bahçeşehir
    (41.1850, 28.7400, "Arnavutköy"),
    (41.2608, 28.7424, "Arnavutköy"),  # İstanbul Havalimanı
    (41.1750, 29.6110, "Şile"),
    (41.1370, 29.8560, "Şile"),  # Ağva
    (40.8740, 29.1280, "Adalar"),  # Büyükada
    (40.8770, 29.0900, "Adalar"),  # Heybeliada
    (40.9080, 29.0500, "Adalar"),  # Kınalıada
]
ELSEWHERE = [
    (40.8020, 29.4310),  # Gebze
    (40.7730, 29.4000),  # Darıca
    (40.8170, 29.3790),  # Çayırova, next to Tuzla
    (41.1590, 27.8000),  # Çorlu
    (41.2850, 28.0030),  # Çerkezköy
    (41.4410, 27.9210),  # Saray
    (40.6550, 29.2770),  # Yalova
    (40.7500, 28.6000),  # the Sea of Marmara
    (41.5000, 29.5000),  # the Black Sea
    (39.9200, 32.8500),  # Ankara
    (0.0, 0.0),
    (-90.0, 180.0),
]


@pytest.fixture(scope="module")
def district_map() -> DistrictMap:
    return DistrictMap(load_places().outlines)


def test_every_district_has_its_outline() -> None:
    places = load_places()
    assert {each.district for each in places.outlines} - {None} == places.neighbourhoods.keys()


@pytest.mark.parametrize(("latitude", "longitude", "district"), KNOWN)
def test_a_known_point_lies_in_its_district(
    district_map: DistrictMap, latitude: float, longitude: float, district: str
) -> None:
    assert district_map.district_at(latitude, longitude) == district


@pytest.mark.parametrize(("latitude", "longitude"), ELSEWHERE)
def test_a_point_outside_the_province_has_no_district(
    district_map: DistrictMap, latitude: float, longitude: float
) -> None:
    assert district_map.district_at(latitude, longitude) is None


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (40.9515, 29.0940),  # Bostancı: Kadıköy ends at the pier, Maltepe begins
        (41.0786, 29.0113),  # Büyükdere Caddesi: Şişli on one side, Beşiktaş on the other
    ],
)
def test_a_point_at_a_border_is_left_open(
    district_map: DistrictMap, latitude: float, longitude: float
) -> None:
    assert district_map.district_at(latitude, longitude) is None


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("burada çöp var", Place(latitude=41.0472, longitude=29.0269), "Beşiktaş"),
        # what a form says stays, whatever the position says
        ("burada çöp var", Place(district="Kadıköy", latitude=41.0472, longitude=29.0269), "Kadıköy"),
        # the position says more than a name in the text
        ("Üsküdar vapurunda", Place(latitude=41.0472, longitude=29.0269), "Beşiktaş"),
        # where the position leaves it open, the text may settle it
        ("Bostancı iskelesinde çöp var", Place(latitude=40.9515, longitude=29.0940), "Kadıköy"),
        ("burada çöp var", Place(latitude=39.92, longitude=32.85), None),
    ],
)
def test_a_position_settles_the_district(
    classifier: KeywordClassifier, text: str, known: Place, expected: str | None
) -> None:
    [found] = classifier.classify([Question(text=text, place=known)])
    assert found.place is not None
    assert found.place.district == expected
    assert (found.place.latitude, found.place.longitude) == (known.latitude, known.longitude)


def test_a_position_alone_brings_household_waste_to_the_district_s_own_municipality(
    classifier: KeywordClassifier, taxonomy: Taxonomy
) -> None:
    text = "sokağımızdaki çöp konteyneri taştı, çöpler üç gündür alınmıyor"
    [found] = classifier.classify([Question(text=text, place=Place(latitude=41.0472, longitude=29.0269))])
    decided = assign(found, found.place, RuleBook(taxonomy), now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert decided.unit == taxonomy.by_district["Beşiktaş"]


@pytest.mark.parametrize(
    ("text", "district", "neighbourhood"),
    [
        ("Bebek mahallesinde, 41.0763, 29.0437", "Beşiktaş", "Bebek"),
        ("Moda'dan yazıyorum, yer: 41.0763, 29.0437", "Beşiktaş", None),
    ],
)
def test_a_neighbourhood_is_told_only_in_the_district_of_the_point(
    finder: PlaceFinder, text: str, district: str, neighbourhood: str | None
) -> None:
    found = finder.find(text) or Place()
    assert (found.district, found.neighbourhood) == (district, neighbourhood)
