"""One classifier serves all threads of a worker."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from domain.decisions import Question
from tests.router.keywords import KeywordClassifier


def test_threads_share_a_classifier_whose_caches_are_always_being_emptied(
    classifier: KeywordClassifier, samples: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [Question(text=sample["text"]) for sample in samples]
    expected = classifier.classify(questions)
    monkeypatch.setattr("router.lexicon._CACHE_LIMIT", 3)
    monkeypatch.setattr("router.gazetteer._CACHE_LIMIT", 3)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(classifier.classify, [questions] * 8):
            assert found == expected
