"""The figures of a table of answers: scikit-learn's own on random tables, counted by hand on small ones."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_curve

from router.evaluation import Answer, Evaluation

LABELS = ("cop", "su", "yol", "park", "gaz")
SEEDS = range(12)


def random_answers(seed: int) -> list[Answer]:
    """Answers of which the confident ones are right more often; some confidences occur often."""
    random = np.random.default_rng(seed)
    answers = []
    for _ in range(int(random.integers(1, 300))):
        expected, confidence = str(random.choice(LABELS)), float(np.round(random.random(), 2))
        label = expected if random.random() < confidence else str(random.choice(LABELS[: seed % 5 + 1]))
        others = tuple(map(str, random.permutation([name for name in LABELS if name != label])[:3]))
        answers.append(Answer(expected=expected, label=label, confidence=confidence, alternatives=others))
    return answers


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_agree_with_scikit_learn(seed: int) -> None:
    answers = random_answers(seed)
    found, expected, given = Evaluation(answers), [a.expected for a in answers], [a.label for a in answers]
    assert found.accuracy == pytest.approx(accuracy_score(expected, given))
    assert found.macro_f1 == pytest.approx(f1_score(expected, given, average="macro", zero_division=0))
    assert found.confusion.tolist() == confusion_matrix(expected, given, labels=found.labels).tolist()


@pytest.mark.parametrize("seed", SEEDS)
def test_precision_at_each_confidence_agrees_with_scikit_learn(seed: int) -> None:
    answers = random_answers(seed)
    right, confidence = [a.right for a in answers], [a.confidence for a in answers]
    if not any(right):
        pytest.skip("no curve without a right answer")
    precision, _, thresholds = precision_recall_curve(right, confidence)
    coverage, reached = Evaluation(answers).curve
    by_threshold = dict(zip(thresholds, precision[:-1], strict=True))
    assert [by_threshold[c] for c in sorted(set(confidence), reverse=True)] == pytest.approx(list(reached))
    shares = [np.mean(np.array(confidence) >= c) for c in sorted(set(confidence), reverse=True)]
    assert list(coverage) == pytest.approx(shares)


@pytest.mark.parametrize("seed", SEEDS)
def test_bins_agree_with_scikit_learn(seed: int) -> None:
    answers = random_answers(seed)
    bins, right = Evaluation(answers).bins(), [a.right for a in answers]
    if len(set(right)) == 2:  # scikit-learn asks for both
        accuracy, confidence = calibration_curve(right, [a.confidence for a in answers], n_bins=10)
        assert [b.accuracy for b in bins] == pytest.approx(list(accuracy))
        assert [b.confidence for b in bins] == pytest.approx(list(confidence))
    assert sum(b.count for b in bins) == len(answers)


def answers_of(*given: tuple[str, str, float]) -> Evaluation:
    return Evaluation([Answer(expected=e, label=g, confidence=c, sure=c > 0.75) for e, g, c in given])


def test_coverage_is_what_the_most_confident_answers_reach_together() -> None:
    found = answers_of(("a", "a", 0.9), ("a", "a", 0.8), ("a", "b", 0.7), ("a", "a", 0.6))
    assert [found.coverage(p) for p in (1.0, 0.75, 0.7)] == [0.5, 1.0, 1.0]
    assert (found.precision(0.5), found.precision(0.8), found.precision(0.75)) == (1.0, 0.75, 2 / 3)
    assert (found.sure_share, found.sure_precision) == (0.5, 1.0)


def test_no_threshold_parts_answers_of_equal_confidence() -> None:
    found = answers_of(("a", "a", 0.9), ("a", "b", 0.9), ("a", "a", 0.5))
    assert found.coverage(1.0) == 0.0
    assert found.coverage(0.6) == 1.0


def test_calibration_error_weighs_a_bin_by_its_answers() -> None:
    found = answers_of(("a", "a", 0.95), ("a", "a", 0.95), ("a", "b", 0.55), ("a", "b", 0.55))
    assert found.calibration_error == pytest.approx(0.5 * 0.05 + 0.5 * 0.55)


def test_the_first_three_count_the_label_given_and_two_more() -> None:
    answers = [
        Answer(expected=expected, label="a", confidence=0.5, alternatives=("b", "c", "d"))
        for expected in ("a", "b", "c", "d", "e")
    ]
    assert [Evaluation(answers).top(count) for count in (1, 3, 4)] == [0.2, 0.6, 0.8]


def test_recall_of_several_labels_counts_any_of_them() -> None:
    found = answers_of(("gaz", "yangin", 0.9), ("gaz", "cop", 0.5), ("cop", "gaz", 0.5))
    assert found.recall(frozenset({"gaz", "yangin"})) == 0.5
    assert found.recall(frozenset({"su"})) is None


def test_the_most_confident_errors_come_first() -> None:
    assert answers_of(("a", "b", 0.2), ("a", "a", 0.9), ("a", "b", 0.8)).errors == [2, 0]


def test_an_empty_table_has_figures_of_nothing() -> None:
    assert set(Evaluation([]).figures(0.97).values()) == {0.0}
    assert Evaluation([]).bins() == []
