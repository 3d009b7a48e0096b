"""Places in free text, with Turkish endings, in any case, with and without Turkish letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.places import load_places
from domain.messages import Place
from domain.text import fold, words
from router.places import PlaceFinder

PLACES = load_places()


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Kadıköy'de çöp var", "Kadıköy"),
        ("Kadıköyde çöp var", "Kadıköy"),
        ("kadikoyde cop var", "Kadıköy"),
        ("KADIKÖY'DE ÇÖP VAR", "Kadıköy"),
        ("KADIKOY'DE COP VAR", "Kadıköy"),
        ("Üsküdar'ın sokakları", "Üsküdar"),
        ("Uskudarin sokaklari", "Üsküdar"),
        ("Beşiktaş'tan yazıyorum", "Beşiktaş"),
        ("Eyüpsultandaki park", "Eyüpsultan"),
        ("Eyüp'te oturuyorum", "Eyüpsultan"),
        ("GOP'ta su yok", "Gaziosmanpaşa"),
        ("Küçük Çekmece'de", "Küçükçekmece"),
        ("kagithanede", "Kâğıthane"),
        ("Kâğıthane", "Kâğıthane"),
        ("Beylikdüzülüyüm, Beylikdüzü'nde oturuyorum", "Beylikdüzü"),
        ("Şişli'de", "Şişli"),
        ("sislide su yok", "Şişli"),
        ("sisli havada yollar görünmüyor", None),
        ("Fatih'te", "Fatih"),
        ("Fatih Bey ile görüştüm", None),
        ("Adım Kartal", None),
        ("Fatih Sultan Mehmet Köprüsü'nde kaza oldu", None),
        ("Şile yolu kapalı", None),
        ("Şehrimizde her yer böyle", None),
        ("GOP'ta çöp var", "Gaziosmanpaşa"),
        # two districts told alike leave it open, also where one of them is named by an everyday word
        ("Maltepe'de alınmıyor, Kadıköy'de alınıyor", None),
        ("Kadıköy Belediyesi'ne yazdım, ben Maltepe'deyim", None),
        ("Avcılar ile Beylikdüzü arasında", None),
        ("Kartal Pendik sınırında", None),
        ("Taksim'den Beşiktaş'a giden yol", None),
        ("Eyüp Bey ile görüştüm", None),
        # neighbourhoods of other provinces
        ("İzmir Bornova Yeşilova'da çöp var", None),
        ("Antalya Muratpaşa", None),
        ("Denizli Merkezefendi mahallesi", None),
        ("Bursa'dan taşındım, Çengelköy'deyim", "Üsküdar"),
        ("Ankara Caddesi Çengelköy", "Üsküdar"),
    ],
)
def test_a_district_is_found_in_any_spelling(finder: PlaceFinder, text: str, district: str | None) -> None:
    found = finder.find(text)
    assert (found.district if found else None) == district


@pytest.mark.parametrize(
    ("text", "district", "neighbourhood"),
    [
        ("Moda mahallesinde", "Kadıköy", "Caferağa"),
        ("modada park yok", "Kadıköy", "Caferağa"),
        ("Üsküdar Çengelköy'de", "Üsküdar", "Çengelköy"),
        ("cengelkoyde su yok", "Üsküdar", "Çengelköy"),
        ("Hasan Paşa mahallesi, Kadıköy", "Kadıköy", "Hasanpaşa"),
        ("Ümraniye Necip Fazıl Mah.", "Ümraniye", "Necip Fazıl"),
        ("Kilyos'ta plaj", "Sarıyer", "Kumköy"),
        # a name that several districts have is settled by a named district, or left open
        ("Gültepe mahallesi", None, "Gültepe"),
        ("gultepe mah. kagithane", "Kâğıthane", "Gültepe"),
        ("Küçükçekmece Gültepe", "Küçükçekmece", "Gültepe"),
        ("Cumhuriyet Mahallesi Kartal/İstanbul", "Kartal", "Cumhuriyet"),
        ("Gültepe'de ve Çeliktepe'de", "Kâğıthane", "Gültepe"),
        # everyday words count only with "mahallesi" or right beside their district
        ("Merkez mahallesi", None, "Merkez"),
        ("avcilar merkez mah", "Avcılar", "Merkez"),
        ("şehrin merkezinde", None, None),
        ("Cumhuriyet bayramı", None, None),
        ("yeni mahallemizde park yok", None, None),
        ("Pendik Yeni Mahalle", "Pendik", "Yeni"),
        ("Gaziosmanpaşa yeni mah", "Gaziosmanpaşa", "Yeni Mahalle"),
        ("Beyoğlu'nda yolda çukur var", "Beyoğlu", None),
        ("bebek arabasıyla geçemiyorum", None, None),
        # names of districts that are neighbourhoods of others
        ("Beşiktaş Arnavutköy'de", "Beşiktaş", "Arnavutköy"),
        ("Arnavutköy Mahallesi", "Beşiktaş", "Arnavutköy"),
        ("Arnavutköy'de", "Arnavutköy", None),
        ("Fatih mahallesi", None, "Fatih"),
        ("Esenyurt Fatih Mahallesi", "Esenyurt", "Fatih"),
        ("Silivri Kadıköy köyü", "Silivri", "Kadıköy"),
    ],
)
def test_a_neighbourhood_is_found_and_gives_its_district(
    finder: PlaceFinder, text: str, district: str | None, neighbourhood: str | None
) -> None:
    found = finder.find(text) or Place()
    assert (found.district, found.neighbourhood) == (district, neighbourhood)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Beyoğlu Caddesi No:5 Kartal", "Kartal"),
        ("Kartal'da Beyoğlu Caddesi'nde", "Kartal"),
        ("Beyoğlu Caddesi'nde", None),
        ("Moda Caddesi'nde", "Kadıköy"),
        ("Kadıköy'den Üsküdar'a giden otobüs", None),
        ("Kadıköy'den binip Üsküdar'da iniyorum", "Üsküdar"),
        ("Ümraniye'de oturuyorum, Kadıköy'e gidiyorum", "Ümraniye"),
        ("İkitelli'de", None),
        ("Bağcılar'da Bakırköy yönüne", "Bağcılar"),
        ("Maltepe Belediyesi ile Kartal Belediyesi", None),
    ],
)
def test_the_district_named_best_wins_and_equals_leave_it_open(
    finder: PlaceFinder, text: str, district: str | None
) -> None:
    assert (finder.find(text) or Place()).district == district


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Kadıköy Moda Caddesi'nde", "Moda Caddesi"),
        ("Moda Caddesinde", "Moda Caddesi"),
        ("Moda Caddesi No:12", "Moda Caddesi No:12"),
        ("Moda Caddesi'nde No: 12/3 önünde", "Moda Caddesi No:12/3"),
        ("papatya sk no 12a", "papatya sk No:12A"),
        ("FATİH CAD. NO:5", "FATİH CAD No:5"),
        ("1234. Sokak No 7", "1234. Sokak No:7"),
        ("Cumhuriyet Mah. Papatya Sokağı 14/2, Kartal", "Papatya Sokağı No:14/2"),
        ("Hacı Bekir Ağa Sokak", "Hacı Bekir Ağa Sokak"),
        ("Barbaros Bulvarı'nda asfalt", "Barbaros Bulvarı"),
        ("Beyoğlu Caddesi", "Beyoğlu Caddesi"),
        ("bu sokakta çukur var", None),
        ("evimin önündeki caddede çukur var", None),
        ("okulun yanındaki sokak, pazarın kurulduğu sokak", None),
        ("lambası yanmayan sokak", None),
        ("Kadıköyde Moda caddesinde", "Moda caddesi"),
        ("sokağımızda çukur var", None),
        ("ana cadde üzerinde", None),
        ("Her cadde aynı", None),
        ("sokaklarda", None),
        ("skandal", None),
    ],
)
def test_a_street_is_found_as_it_is_written(finder: PlaceFinder, text: str, address: str | None) -> None:
    assert (finder.find(text) or Place()).address == address


@pytest.mark.parametrize("district", sorted(PLACES.neighbourhoods))
def test_every_neighbourhood_is_found_beside_its_district(finder: PlaceFinder, district: str) -> None:
    for name in PLACES.neighbourhoods[district]:
        for text in (f"{name} Mahallesi, {district}", fold(f"{district} {name} mah").upper()):
            found = finder.find(text) or Place()
            assert found.district == district, text
            assert words(found.neighbourhood or "") == words(name), text


def test_what_a_form_says_is_kept_and_what_it_leaves_open_is_found(finder: PlaceFinder) -> None:
    known = Place(district="BESIKTAS", latitude=41.04)
    found = finder.find("Kadıköy'de gördüğüm gibi Levent Mahallesi'nde", known=known)
    assert found == Place(district="Beşiktaş", neighbourhood="Levent", latitude=41.04)


def test_a_text_without_a_place_keeps_what_is_known(finder: PlaceFinder) -> None:
    assert finder.find("çöp var", known=Place(district="Ankara")) == Place(district="Ankara")
    assert finder.find("çöp var") is None


@given(st.text(max_size=300))
def test_no_text_raises(finder: PlaceFinder, text: str) -> None:
    finder.find(text)
