"""Routing rules as a file: groups are spread, and whatever is mistyped is named."""

from pathlib import Path

import pytest

from config.rules import load_rules, rule_or_fault
from domain.errors import NotConfiguredError
from domain.vocabulary import CaseKind, Channel, Confidentiality, PlaceKind, Priority

WHOLE = """
[groups]
north = ["Şile", "Sarıyer"]
green = ["park", "city_park"]

[lamp]
name = "Lamp"
precedence = 7
unit = "light"
topics = ["lamp"]
districts = ["@north", "Fatih"]
neighbourhoods = ["Fatih/Balat"]
place_kinds = ["@green"]
channels = ["sms"]
kinds = ["request"]
raise_to = "high"
confidentiality = "restricted"
"""


def loaded(folder: Path, text: str) -> Path:
    path = folder / "tried.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_everything_a_rule_can(tmp_path: Path) -> None:
    [rule] = load_rules(loaded(tmp_path, WHOLE))
    assert (rule.code, rule.name, rule.precedence, rule.unit, rule.topics) == (
        "lamp", "Lamp", 7, "light", ("lamp",)
    )  # fmt: skip
    assert rule.districts == ("Şile", "Sarıyer", "Fatih")
    assert rule.neighbourhoods == ("Fatih/Balat",)
    assert rule.place_kinds == (PlaceKind.PARK, PlaceKind.CITY_PARK)
    assert (rule.channels, rule.kinds) == ((Channel.SMS,), (CaseKind.REQUEST,))
    assert (rule.raise_to, rule.confidentiality) == (Priority.HIGH, Confidentiality.RESTRICTED)


@pytest.mark.parametrize(
    ("label", "find", "put", "named"),
    [
        ("no TOML", "[lamp]", "[lamp", "cannot be read"),
        ("a mistyped key", "districts =", "distrcts =", "'lamp': unknown key distrcts"),
        ("no name", 'name = "Lamp"', "", "'lamp' lacks 'name'"),
        ("no precedence", "precedence = 7", "", "'lamp' lacks 'precedence'"),
        ("a precedence in words", "precedence = 7", 'precedence = "7"', "'lamp': precedence"),
        ("an unknown channel", '"sms"', '"smoke"', "'lamp': 'smoke'"),
        ("an unknown kind of place", '"park",', '"pond",', "'lamp': 'pond'"),
        ("an unknown kind", '"request"', '"wish"', "'lamp': 'wish'"),
        ("an unknown priority", '"high"', '"soon"', "'lamp': 'soon'"),
        ("an unknown degree", '"restricted"', '"secret"', "'lamp': 'secret'"),
        ("no list", '["sms"]', '"sms"', "'lamp': 'sms' is no list"),
        ("a group there is not", "@north", "@south", "'lamp': there is no group @south"),
        ("no rule at all", "[groups]", "stray = 1\n[groups]", "'stray' is no rule"),
        ("a list of numbers", '["lamp"]', "[1]", "'lamp': topics"),
        ("groups that are none", "[groups]\n", "groups = 1\n[other]\n", "groups is no table"),
    ],
)
def test_loading_names_the_file_and_what_is_wrong(
    tmp_path: Path, label: str, find: str, put: str, named: str
) -> None:
    assert find in WHOLE
    with pytest.raises(NotConfiguredError) as raised:
        load_rules(loaded(tmp_path, WHOLE.replace(find, put, 1)))
    assert "tried.toml" in str(raised.value), label
    assert named in str(raised.value), label


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotConfiguredError, match=r"none\.toml cannot be read"):
        load_rules(tmp_path / "none.toml")


def test_a_stored_rule_at_fault_keeps_what_it_covers() -> None:
    row = {
        "name": "R", "precedence": 1, "unit": "u", "topics": ["lamp"], "districts": ["Şile"],
        "neighbourhoods": [], "channels": ["smoke"],
    }  # fmt: skip
    rule = rule_or_fault("r", row)
    assert (rule.topics, rule.districts, rule.channels) == (("lamp",), ("Şile",), ())
    assert "'smoke'" in (rule.fault or "")
    assert rule_or_fault("r", row | {"channels": ["sms"]}).fault is None
