"""Files of an operator's own: every fault is named with its place."""

from pathlib import Path

import pytest

from config.taxonomy import load_taxonomy
from pipeline.evaluating import Trial
from pipeline.refusal import RefusedError
from pipeline.trial_files import read_naming, read_trials

GAS = "gaz-kokusu"


@pytest.fixture(scope="module")
def a_topic() -> tuple[str, str]:
    """A shipped topic, and its unit."""
    taxonomy = load_taxonomy()
    return GAS, taxonomy.topics[GAS].unit


def write(folder: Path, content: str | bytes, name: str = "deneme.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("label", "content"),
    [
        ("plain", 'text,label\n"çöp, alınmadı",cop\nsu yok,su\n'),
        (
            "a mark at the beginning, Windows' line ends",
            '\ufefftext,label\r\n"çöp, alınmadı",cop\r\nsu yok,su\r\n',
        ),
        ("other columns, another order", 'label,id,text\ncop,1,"çöp, alınmadı"\n su ,2,su yok\n'),
    ],
)
def test_rows_are_read(tmp_path: Path, label: str, content: str) -> None:
    expected = [Trial(text="çöp, alınmadı", label="cop"), Trial(text="su yok", label="su")]
    assert read_trials(write(tmp_path, content)) == expected


@pytest.mark.parametrize(
    ("content", "reason", "values"),
    [
        (b"\xff\xfe\x00", "no_text", {}),
        ("", "no_column", {"column": "text"}),
        ("text,konu\na,b\n", "no_column", {"column": "label"}),
        ("text,label\n", "no_rows", {}),
        ("text,label\na,cop\nb,\n", "no_label", {"line": 3, "column": "label"}),
        ("text,label\na\n", "no_label", {"line": 2}),
        ('text,label\n"a"b,c\n', "no_table", {"line": 2}),
    ],
)
def test_a_fault_is_named(
    tmp_path: Path, content: str | bytes, reason: str, values: dict[str, object]
) -> None:
    with pytest.raises(RefusedError) as refused:
        read_trials(write(tmp_path, content))
    assert refused.value.reason == reason
    assert refused.value.values.items() >= values.items()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        read_trials(tmp_path / "yok.csv")
    assert refused.value.reason == "unreadable"


@pytest.mark.parametrize("kind", ["csv", "toml"])
def test_a_topics_own_name_counts_before_its_units(
    tmp_path: Path, a_topic: tuple[str, str], kind: str
) -> None:
    topic, unit = a_topic
    lines = {topic: "kaçak", unit: "gaz işleri"}
    content = (
        "code,label\n" + "".join(f"{code},{name}\n" for code, name in lines.items())
        if kind == "csv"
        else "".join(f'"{code}" = "{name}"\n' for code, name in lines.items())
    )
    name = read_naming(write(tmp_path, content, f"adlar.{kind}"), load_taxonomy())
    other = next(t.code for t in load_taxonomy().topics.values() if t.unit == unit and t.code != topic)
    assert (name(topic), name(other), name("yol-cokmesi"), name(None)) == ("kaçak", "gaz işleri", "", "")


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("a.csv", "code,label\nboyle-konu-yok,x\n", "unknown_code"),
        ("a.csv", "konu,label\nx,y\n", "no_column"),
        ("a.toml", "a = [", "no_toml"),
        ("a.toml", f'"{GAS}" = 3\n', "no_toml"),
    ],
)
def test_a_fault_in_names_is_named(tmp_path: Path, file: str, content: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_naming(write(tmp_path, content, file), load_taxonomy())
    assert refused.value.reason == reason
