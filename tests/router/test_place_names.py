"""Landmarks, old and short names, misspellings, and names that several districts have."""

from pathlib import Path

import pytest

from config.places import load_places
from config.taxonomy import FOLDER
from domain.messages import Place
from domain.text import words
from router.gazetteer import Gazetteer
from router.misspellings import Misspellings
from router.places import PlaceFinder


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Kız Kulesi'nin karşısında", "Üsküdar"),
        ("yildiz parkinda bank yok", "Beşiktaş"),
        ("Yıldız Park'ta", "Beşiktaş"),
        ("ÇAĞLAYAN ADLİYESİ ÖNÜNDE", "Şişli"),
        ("sabiha gokcene giden yol", "Pendik"),
        ("Haydarpaşa Garı'nda", "Kadıköy"),
        ("zeynep kamil hastanesinin onunde", "Üsküdar"),
        ("Taksim meydanda", "Beyoğlu"),
        # a landmark yields to a district that is said to be the place
        ("Kartal'da oturuyorum, Taksim Meydanı'na gidemiyorum", "Kartal"),
        # what stands beside a name and is a point in it
        ("beşiktaş vapuru değil üsküdar iskelesinde bekliyoruz", "Üsküdar"),
        # bridges and motorways lead through several
        ("Fatih Sultan Mehmet köprüsünde kaza", None),
        ("Şile yolunda", None),
        # an artery of one district settles it, one of several leaves it to the rest
        ("Halaskargazi Caddesi'nde", "Şişli"),
        ("Bağdat Caddesi'nde", None),
        ("Bağdat Caddesi'nde, Maltepe tarafında", "Maltepe"),
    ],
)
def test_a_landmark_settles_the_district(finder: PlaceFinder, text: str, district: str | None) -> None:
    assert (finder.find(text) or Place()).district == district


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("G.O.P. merkezde", "Gaziosmanpaşa"),
        ("B.çekmece'de", "Büyükçekmece"),
        ("k.çekmecede", "Küçükçekmece"),
        ("z.burnunda", "Zeytinburnu"),
        ("Ayastefanos'ta", "Bakırköy"),
        ("mköyde", "Şişli"),
        ("Kartal E-5 yan yolda", "Kartal"),
    ],
)
def test_old_and_short_names_are_known(finder: PlaceFinder, text: str, district: str) -> None:
    assert (finder.find(text) or Place()).district == district


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Beşiktas'ta", "Beşiktaş"),
        ("Umranye'de", "Ümraniye"),
        ("bayrampsada", "Bayrampaşa"),
        ("Sancktepe'de", "Sancaktepe"),
        ("kadıkyöde", "Kadıköy"),
        ("küçükçekmeece", "Küçükçekmece"),
        ("esenyrutta", "Esenyurt"),
        ("mecidyeköyde", "Şişli"),
        ("duman etrafı sarıyor", None),
        ("büyüklere saygı", None),
        ("kiracı çıktı", None),
        # whoever types Turkish letters is believed
        ("şamandıra söküldü", None),
        ("Samandıra'da su yok", "Sancaktepe"),
        ("samandirada su yok", "Sancaktepe"),
        ("Beşiktas'ta, Besiktaş'ta", "Beşiktaş"),
        ("KADIKÖY'DE, Kadikoy'de ışık yok", "Kadıköy"),
    ],
)
def test_a_name_may_miss_by_one_letter(finder: PlaceFinder, text: str, district: str | None) -> None:
    assert (finder.find(text) or Place()).district == district


def test_words_of_the_example_sentences_are_not_taken_for_misspelt_names() -> None:
    gazetteer = Gazetteer(load_places())
    texts = (path.read_text("utf-8") for path in Path(FOLDER / "examples").glob("*.txt"))
    taken = {
        word: found[0].name.key
        for text in texts
        for word in words(text)
        if (found := gazetteer.find([word])) and found[0].name.key[:4] != word[:4]
    }
    assert len(taken) <= 3, taken


@pytest.mark.parametrize(
    ("text", "district", "neighbourhood"),
    [
        ("Ortaköy'de koku var", "Beşiktaş", "Ortaköy"),
        ("Silivri Ortaköy'de koku var", "Silivri", "Ortaköy"),
        ("Göztepe'de", "Kadıköy", "Göztepe"),
        ("Göztepe Mahallesi, Bağcılar", "Bağcılar", "Göztepe"),
        ("Cihangir mahallesi Avcılar", "Avcılar", "Cihangir"),
        ("Cevizli'de su patladı", None, None),
        ("cevizlide maltepe tarafında", "Maltepe", "Cevizli"),
        # everyday words are places when something is in them
        ("Güneşli'de park yok", "Bağcılar", "Güneşli"),
        ("güneşli havada", None, None),
        ("bebekte otopark yok", "Beşiktaş", "Bebek"),
        ("yukarı mahallede oturuyorum", None, None),
        ("yukarı mahallesi kartal", "Kartal", "Yukarı"),
    ],
)
def test_a_name_of_several_districts_is_the_famous_one_unless_another_is_named(
    finder: PlaceFinder, text: str, district: str | None, neighbourhood: str | None
) -> None:
    found = finder.find(text) or Place()
    assert (found.district, found.neighbourhood) == (district, neighbourhood)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("Kadıköy Sokak No 5, Ümraniye", "Ümraniye"),
        ("Kartal'da Üsküdar Caddesi'nde", "Kartal"),
        ("Üsküdar Caddesi'nde", None),
        ("Bağcılar'dan Bakırköy yönüne giderken Şirinevler'de", "Bahçelievler"),
        ("Menekşe Sahili ile Florya arası, Menekşe Sahili tarafı", "Küçükçekmece"),
    ],
)
def test_the_rest_of_the_text_settles_what_a_name_means(
    finder: PlaceFinder, text: str, district: str | None
) -> None:
    assert (finder.find(text) or Place()).district == district


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("kadikoy", "kadikoy"),
        ("kadkoy", "kadikoy"),
        ("kadiikoy", "kadikoy"),
        ("kadukoy", "kadikoy"),
        ("kadiokk", None),
        ("adikoy", None),  # the first letter is hardly ever wrong
        ("kadikyo", "kadikoy"),
        ("kad", None),
        ("sultangezi", "sultangazi"),
    ],
)
def test_one_edit_is_forgiven(word: str, name: str | None) -> None:
    assert Misspellings(["kadikoy", "sultangazi", "sultanbeyli"]).nearest(word) == name


@pytest.mark.parametrize("name", ["kadikoy", "bahcelievler"])
def test_one_edit_is_forgiven_wherever_it_is(name: str) -> None:
    known = Misspellings([name])
    for at in range(1, len(name)):
        head, tail = name[:at], name[at:]
        swapped = head + tail[1:2] + tail[:1] + tail[2:]
        for word in (head + tail[1:], f"{head}x{tail}", f"{head}x{tail[1:]}", swapped):
            assert known.nearest(word) == name, word


def test_a_word_between_two_names_is_neither() -> None:
    assert Misspellings(["merkezkoy", "merkezkay"]).nearest("merkezkuy") is None
