"""The script of the day: every entry and channel speaks, and nobody in it is real."""

import re
import tomllib
from pathlib import Path

import pytest

from config.places import load_places
from config.taxonomy import load_taxonomy
from demo.people import Person
from demo.players.table import BATCHES, PLAYERS
from demo.script import DAY, VIAS, Line, cut, read_day
from domain.vocabulary import Channel

ANSWERS_ONLY = {Channel.PHONE_LINE}
LINE = '{ at = 08:00:00, via = "bip", who = 1, text = "Su yok" }'


def test_every_entry_has_a_player_and_speaks_and_every_channel_is_heard() -> None:
    lines = read_day()
    assert {line.via for line in lines} == set(VIAS) == set(PLAYERS) | set(BATCHES)
    assert {line.channel for line in lines} == set(Channel) - ANSWERS_ONLY


def test_the_day_has_what_a_desk_must_cope_with() -> None:
    lines = read_day()
    assert len(lines) > 250
    assert sum(bool(line.after) for line in lines) >= 20
    assert sum(line.twice for line in lines) >= 10
    assert {line.via for line in lines if line.bad} >= {
        "whatsapp",
        "sms-verimor",
        "telegram",
        "post",
        "cimer",
    }
    assert {line.how for line in lines} == {"", "reply", "answering_machine", "bounce"}


def test_districts_and_topics_are_those_the_desk_knows() -> None:
    districts, topics = load_places().neighbourhoods, load_taxonomy().topics
    assert {line.district for line in read_day()} - {""} <= set(districts)
    assert {line.topic for line in read_day()} - {""} <= set(topics)


def test_nobody_can_be_reached_at_an_address_of_the_day() -> None:
    words = "\n".join(path.read_text(encoding="utf-8") for path in DAY.glob("*.toml"))
    assert all(host.endswith(".example") for host in re.findall(r"https?://([\w.-]+)", words))
    assert not re.findall(r"\b05\d\d (?!000 00 00)", words)
    for number in (1, 77, 150):
        person = Person(number=number, run=28_671_435)
        assert re.fullmatch(r"\+90532000\d{4}", person.phone)
        assert person.email.endswith("@posta.example")


def test_citizens_of_one_run_are_different_people_and_other_ones_in_the_next() -> None:
    first, second = ({Person(number=n, run=run).phone for n in range(1, 151)} for run in (7, 8))
    assert len(first) == 150
    assert not first & second


def test_a_cut_down_day_keeps_every_entry_and_what_goes_on_with_it() -> None:
    kept = cut(read_day(), 1)
    assert {line.via for line in kept} == set(VIAS)
    assert len(kept) < 50
    keys = {line.key for line in kept}
    assert {line.after for line in kept} - {""} <= keys


WRONG = [
    ("an entry that there is not", LINE.replace("bip", "brieftaube"), "there is no entry brieftaube"),
    ("a field that there is not", LINE.replace("who", "kim"), "kim"),
    ("a line that goes on with none", LINE.replace(" }", ', after = "x" }'), "goes on with x"),
    ("a number of no case", LINE.replace("Su", "{number}"), "names the number of no other line"),
    (
        "two lines of one name",
        f"{LINE.replace('{', '{ key = 1a,', 1)}, ".replace("1a", '"a"') * 2,
        "called a",
    ),
]


@pytest.mark.parametrize(
    ("text", "said"), [pytest.param(text, said, id=label.replace(" ", "-")) for label, text, said in WRONG]
)
def test_a_slip_in_the_script_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "1.toml").write_text(f"messages = [{text}]", encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_day(tmp_path)


def test_lines_are_sorted_by_their_hours(tmp_path: Path) -> None:
    later = LINE.replace("08:00:00", "09:00:00")
    (tmp_path / "1.toml").write_text(f"messages = [{later}, {LINE}]", encoding="utf-8")
    assert [line.at.hour for line in read_day(tmp_path)] == [8, 9]
    assert Line.model_validate(tomllib.loads(f"a = {LINE}")["a"]).channel is Channel.BIP
