"""What held-out predictions teach: how sharp, how sure, from where on."""

import numpy as np
import pytest

from router import calibration


def said(confidence: float, right: bool, count: int, labels: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """So many predictions of label 0 with a confidence, right or not."""
    rows = np.full((count, labels), (1 - confidence) / (labels - 1), np.float32)
    rows[:, 0] = confidence
    return rows, np.full(count, 0 if right else 1)


def joined(*parts: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def test_a_threshold_stands_where_enough_is_right() -> None:
    likely, right = joined(said(0.9, True, 200), said(0.7, True, 50), said(0.7, False, 50))
    assert 0.7 < calibration.thresholds(likely, right, 0.97)[0] <= 0.9


def test_what_is_often_wrong_however_confident_is_never_sure() -> None:
    likely, right = joined(said(0.95, True, 50), said(0.95, False, 50))
    assert calibration.thresholds(likely, right, 0.97)[0] == calibration.NEVER


def test_a_label_with_few_predictions_borrows_from_all() -> None:
    likely, right = joined(said(0.9, True, 500))
    few = np.array([[0.1, 0.9]], np.float32)
    limits = calibration.thresholds(np.vstack([likely, few]), np.append(right, 1), 0.97)
    assert limits[1] <= 0.9


@pytest.mark.parametrize(("right", "expected"), [(90, 0.0), (60, 0.3)])
def test_the_calibration_error_is_the_gap_between_said_and_true(right: int, expected: float) -> None:
    hit = np.arange(100) < right
    assert calibration.calibration_error(np.full(100, 0.9, np.float32), hit) == pytest.approx(
        expected, abs=1e-6
    )


def test_overconfident_scores_are_made_softer() -> None:
    scores = np.tile(np.array([[4.0, 0.0]], np.float32), (100, 1))
    right = (np.arange(100) >= 80).astype(int)
    factor = calibration.sharpness(scores, right, np.ones(100, np.float32))
    assert 1 / (1 + np.exp(-4 * factor)) == pytest.approx(0.8, abs=0.02)
