"""The same report is known again however it was typed, and another one is not taken for it."""

import pytest

from domain.fingerprints import alike, digest64, fingerprint, similarity

LONG = (
    "Caferağa Mahallesi Moda Caddesi üzerindeki çöp kutuları üç gündür boşaltılmıyor, koku dayanılmaz oldu"
    " ve kediler torbaları parçalıyor, ilgilenmenizi rica ederim"
)
PAIRS = [
    ("the same", LONG, LONG, True),
    ("other letters' case, accents and signs", LONG, LONG.replace("ç", "c").replace(",", " !").title(), True),
    ("a greeting before it", LONG, f"Merhaba, iyi günler. {LONG}", True),
    ("a signature under it", LONG, f"{LONG}\n\nSaygılarımla\nAyşe Yılmaz", True),
    (
        "another matter",
        LONG,
        "Otobüs durağı camı kırılmış, yolcular yağmurda ıslanıyor, lütfen onarın artık",
        False,
    ),
    ("half of it and as much else", LONG, LONG[:70] + " " + "bambaşka sözler geliyor şimdi " * 4, False),
    ("a short text that is equal", "Çöp alınmadı", "cop alinmadi!", True),
    ("a short text that is nearly equal", "Çöp alınmadı", "Çöp alındı", False),
    ("nothing and nothing", "", " !? ", False),
]


@pytest.mark.parametrize(("label", "one", "other", "same"), PAIRS, ids=[row[0] for row in PAIRS])
def test_texts_are_alike_when_they_say_the_same(label: str, one: str, other: str, same: bool) -> None:
    assert alike(fingerprint(one), fingerprint(other)) is same, similarity(
        fingerprint(one), fingerprint(other)
    )


def test_likeness_is_mutual_and_bounded() -> None:
    one, other = fingerprint(LONG), fingerprint(f"Merhaba. {LONG}")
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 1.0
    assert similarity(fingerprint(""), fingerprint("")) == 0.0


def test_any_text_has_a_mark_that_fits_the_database() -> None:
    for text in ("", "\x00\udcff", "ç" * 100_000, "a b " * 5_000):
        assert -(2**63) <= fingerprint(text).exact < 2**63
    assert digest64("a", "b") != digest64("a b")
