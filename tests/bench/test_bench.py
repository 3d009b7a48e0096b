"""The bench measures what it says: the same mails every time, a plain formula, every figure filled in."""

import json
from email import message_from_bytes
from pathlib import Path

import pytest

from bench.corpus import letter, mail, short_text
from bench.limit import Part, composed_limit
from bench.plan import TINY
from bench.plot import draw
from bench.report import figures, table
from bench.run import run, steps
from bench.steady import percentile
from connectors.email.parse import parse_mail
from domain.vocabulary import Verdict

KEYS = {
    "cases_per_s",
    "limit_per_s",
    "share",
    "parts",
    "webhook_p99_ms",
    "accept_to_case_p95_s",
    "peak_rss_mb",
    "accuracy",
}
SOME = range(400)


def test_a_mail_is_the_same_every_time_and_unlike_any_other() -> None:
    assert [mail(number) for number in SOME] == [mail(number) for number in SOME]
    assert len({mail(number) for number in SOME}) == len(SOME)
    assert mail(1, "another seed") != mail(1)


def test_the_corpus_is_mixed_as_it_says() -> None:
    found = [message_from_bytes(mail(number)) for number in SOME]
    plain = [part for message in found for part in message.walk() if part.get_content_maintype() == "text"]
    assert {part["Content-Transfer-Encoding"] for part in plain} == {"8bit", "quoted-printable", "base64"}
    assert sum(message.get_content_type() == "text/html" for message in found) == len(SOME) // 10
    assert sum(message.get_content_type() == "multipart/mixed" for message in found) == len(SOME) // 10
    assert 3_400 <= sum(len(mail(number)) for number in SOME) / len(SOME) <= 3_900


def test_the_program_reads_every_mail_as_it_was_written() -> None:
    for number in SOME:
        written, read = letter(number), parse_mail(mail(number))
        assert read.subject == written.subject
        assert read.sender_name == written.name
        assert read.verdict is Verdict.ORDINARY
        assert read.own_words.split() == written.text.split()
        assert [a.content for a in read.attachments] == ([written.file] if written.file else [])


def test_short_messages_fit_into_a_few_segments() -> None:
    assert all(20 < len(short_text(number)) <= 210 for number in SOME)


@pytest.mark.parametrize(
    ("label", "parts", "cores", "expected"),
    [
        ("one part on one core", [Part(name="a", own=0.01)], 1, 100),
        ("its servers count", [Part(name="a", own=0.004, servers=0.006)], 1, 100),
        ("two parts share a core", [Part(name="a", own=0.004), Part(name="b", own=0.006)], 1, 100),
        ("two cores allow twice as much", [Part(name="a", own=0.004), Part(name="b", own=0.006)], 2, 200),
    ],
)
def test_the_limit_is_what_the_costs_allow(label: str, parts: list[Part], cores: int, expected: int) -> None:
    assert composed_limit(parts, cores) == pytest.approx(expected)


def test_parts_without_cost_are_refused() -> None:
    with pytest.raises(ValueError, match="cost nothing"):
        composed_limit([Part(name="a", own=0.0)], 2)


@pytest.mark.parametrize(
    ("label", "values", "share", "expected"),
    [
        ("the middle", [1.0, 2.0, 3.0], 0.5, 2.0),
        ("nearly all", [float(n) for n in range(100)], 0.99, 99.0),
        ("all", [1.0, 2.0], 1.0, 2.0),
        ("of one", [7.0], 0.95, 7.0),
    ],
)
def test_a_percentile_is_one_of_the_values(
    label: str, values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


@pytest.mark.timeout(600)
def test_a_tiny_run_fills_in_every_figure(tmp_path: Path) -> None:
    told: list[str] = []
    measured = run(TINY, tmp_path / "run", told.append)
    found = json.loads(json.dumps(figures(measured, quick=True)))
    draw(found, measured, tmp_path / "latest.png")
    assert found.keys() >= KEYS
    assert set(found["parts"]) == {"parse", "classify", "write", "ring"}
    assert all(found[key] for key in KEYS)
    assert found["details"]["webhook_not_200"] == 0
    assert len(told) == steps(TINY)
    assert table(found).row_count >= len(KEYS)
    assert (tmp_path / "latest.png").read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / "run" / "flood").exists()
