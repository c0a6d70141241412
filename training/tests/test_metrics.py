"""The measures against the definitions, written out slowly."""

import numpy as np
import pytest

from docclf_training import impostors, metrics
from docclf_training.discriminant import unit


def slow_rates(embeddings, labels, fpr):
    """Tries every threshold."""
    positive, impostor = [], []
    for first in range(len(labels)):
        for second in range(first + 1, len(labels)):
            score = float(embeddings[first].astype(float) @ embeddings[second].astype(float))
            if labels[first] == labels[second]:
                positive.append((score, labels[first]))
            else:
                impostor.append(score)
    best = (0.0, 0.0)
    for threshold in sorted({score for score, _ in positive}):
        if np.mean([score >= threshold for score in impostor]) <= fpr:
            hits = [(score >= threshold, label) for score, label in positive]
            types = sorted({label for _, label in hits})
            macro = np.mean([np.mean([hit for hit, label in hits if label == kind]) for kind in types])
            best = max(best, (float(np.mean([hit for hit, _ in hits])), float(macro)))
    return best


@pytest.mark.parametrize("fpr", [0.5, 0.1, 0.02, 0.0])
def test_true_positive_rate_is_the_best_over_all_thresholds(rng, fpr):
    labels = np.repeat(np.arange(8), [1, 2, 3, 4, 5, 2, 3, 4])
    embeddings = unit(rng.normal(0, 1, (8, 6))[labels] + rng.normal(0, 0.6, (len(labels), 6)))
    pairs = metrics.make_pairs(embeddings, labels)
    assert metrics.true_positive_rate(pairs, fpr) == pytest.approx(slow_rates(embeddings, labels, fpr))


def test_ties_are_accepted_together_or_not_at_all():
    pairs = metrics.Pairs(2, np.array([0.9, 0.5]), np.array([0, 1]), np.array([0.5, 0.5, 0.1, 0.0]), np.array([[0, 1]] * 4))
    assert metrics.true_positive_rate(pairs, 0.25)[0] == 0.5  # one of two tied impostors does not fit
    assert metrics.true_positive_rate(pairs, 0.5)[0] == 1.0


def test_identification_of_a_perfect_and_a_blind_embedder():
    labels = np.repeat(np.arange(4), 3)
    perfect, stranger = np.eye(5)[labels], np.eye(5)[[4, 4]]
    found = metrics.identification(perfect, labels, stranger, (0.1,))
    assert found["rank1"]["value"] == pytest.approx(1) and found["fnir"][0]["value"] == pytest.approx(0)
    blind = np.ones((12, 5)) / np.sqrt(5)
    assert metrics.identification(blind, labels, blind[:2], (0.1,))["fnir"][0]["value"] == pytest.approx(1)


def test_impostor_pairs_are_a_reference_and_a_capture_of_another_family(rng):
    families = np.array([0, 1, 1, 2, 3])
    references, captures = unit(rng.normal(0, 1, (5, 4))), unit(rng.normal(0, 1, (5, 3, 4)))
    expected = [(references[a] @ captures[b, view] + 1) / 2
                for a in range(5) for b in range(5) if families[a] != families[b] for view in range(3)]
    found = impostors.impostor_scores(references, captures, families, block=2)
    assert np.allclose(np.sort(found), np.sort(expected), atol=1e-6)


def test_no_rate_of_the_table_is_exceeded_and_none_could_be_lower(rng):
    parts = [np.round(rng.uniform(0, 1, 20_000), 3).astype(np.float32),
             np.round(rng.uniform(0.2, 0.9, 700), 3).astype(np.float32)]
    rows = impostors.table(parts, (0.5, 0.1, 1e-2))
    for row in rows:
        assert np.mean([np.mean(part >= row["score"]) for part in parts]) <= row["fpr"]
        assert np.mean([np.mean(part >= row["score"] - 2e-6) for part in parts]) > row["fpr"]
    assert [row["score"] for row in rows] == sorted(row["score"] for row in rows)
