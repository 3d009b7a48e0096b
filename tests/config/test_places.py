"""The shipped places: complete, consistent, and clear about what is wrong when they are not."""

from pathlib import Path
from shutil import copy

import pytest

from config.places import load_places
from config.taxonomy import FOLDER, load_taxonomy
from domain.errors import NotConfiguredError
from domain.text import words

FILES = ("places.toml", "place_words.toml", "landmarks.toml", "roads.toml", "district_bounds.geojson")


def test_istanbul_is_complete() -> None:
    places = load_places()
    assert len(places.neighbourhoods) == 39
    assert sum(map(len, places.neighbourhoods.values())) == 963


def test_no_district_has_a_neighbourhood_twice() -> None:
    for district, names in load_places().neighbourhoods.items():
        assert len({" ".join(words(n)) for n in names}) == len(names), district


def test_every_district_has_its_municipality_among_the_units() -> None:
    assert load_taxonomy().by_district.keys() == load_places().neighbourhoods.keys()


def test_common_words_are_names_of_places() -> None:
    places = load_places()
    names = {n for listed in places.neighbourhoods.values() for n in listed}
    names |= {n for listed in places.localities.values() for n in listed}
    assert places.words.common <= {" ".join(words(n)) for n in names}


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("places.toml", "[neighbourhoods]", "[hoods]", "neighbourhoods"),
        ("places.toml", "[neighbourhoods]", "[neighbourhoods", "places.toml"),
        ("place_words.toml", '"Moda/Caferağa"', '"Moda/Nowhere"', "Nowhere"),
        ("place_words.toml", '"Sancaktepe" = ["Samandıra"]', '"Elsewhere" = ["Samandıra"]', "Elsewhere"),
        ("place_words.toml", '"Göztepe" = "Kadıköy"', '"Göztepe" = "Elsewhere"', "Elsewhere"),
        ("landmarks.toml", '"Kız Kulesi"', '"Kız Kulesi/Nowhere"', "Nowhere"),
        ("landmarks.toml", '["Zeytinburnu"]', '["Elsewhere"]', "Elsewhere"),
        ("landmarks.toml", "\nparks = ", "\nwoods = ", "woods"),
        (
            "roads.toml",
            '"Barbaros Bulvarı" = ["Beşiktaş"]',
            '"Barbaros Bulvarı" = ["Elsewhere"]',
            "Elsewhere",
        ),
        ("roads.toml", "\ncity_park = ", "\nwood = ", "wood"),
        ("district_bounds.geojson", '"features"', '"areas"', "district_bounds.geojson"),
        ("district_bounds.geojson", "{", "", "district_bounds.geojson"),
        ("district_bounds.geojson", "[[28.955,40.855],", "[", "Adalar is not closed"),
    ],
)
def test_a_broken_file_is_named_with_its_fault(
    tmp_path: Path, file: str, old: str, new: str, named: str
) -> None:
    for name in FILES:
        copy(FOLDER / name, tmp_path)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(NotConfiguredError, match=named):
        load_places(tmp_path)


def test_every_district_has_landmarks_and_no_name_stands_twice() -> None:
    places = load_places()
    assert {
        district for mark in places.landmarks for district, _ in mark.spots
    } == places.neighbourhoods.keys()
    names = [" ".join(words(mark.name)) for mark in places.landmarks]
    assert sorted(names) == sorted(set(names))
