"""What the verbs of a text do, by their endings."""

import pytest

from config.cues import load_cues
from router.moods import SIGNS, Moods
from router.tokens import tokens


@pytest.fixture(scope="module")
def moods() -> Moods:
    cues = load_cues()
    return Moods(cues.verbs, cues.no_verbs)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("bankı onarın", {"imperative", "last imperative"}),
        ("BANKI ONARTIN", {"imperative", "last imperative"}),
        ("perde asılsın, boya yapılsın", {"optative", "last optative"}),
        ("bankın onarılmasını rica ederiz", {"deed", "formal", "deed wished", "last deed", "last formal"}),
        ("bankı boyar mısınız", {"would you", "last would you"}),
        ("banki boyarmisiniz", {"would you", "last would you"}),
        ("nerede bu bank, ben bulamadım onu hiç", {"what"}),
        ("istiyorum", {"want", "last want"}),
        ("o da bunu istiyor", {"goes on", "last goes on"}),
        ("altın, yakın, gelin", set()),
        ("", set()),
    ],
)
def test_signs_are_found_by_endings_however_letters_are_typed(
    moods: Moods, text: str, signs: set[str]
) -> None:
    (row,) = moods.signs([tokens(text)])
    assert {name for name, has in zip(SIGNS, row, strict=True) if has} == signs
