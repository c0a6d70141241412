"""Which score a false match reaches how often: the table that thresholds are read from.

A pair is what a user's search makes: a clean reference on one side, a capture of another document of the
same kind on the other. Pairs of two captures, and of a book cover with a page of text, score lower and are not
what a gallery of one kind meets; a table of them promised two to three times too much.
"""

import numpy as np

RATES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5)
STEP = 1e-6  # scores are written with six digits


def impostor_scores(references: np.ndarray, captures: np.ndarray, families: np.ndarray, block: int = 256) -> np.ndarray:
    """references [n, d], captures [n, views, d], families [n] integers: (cosine + 1) / 2 of each reference with each
    capture of a document of another family."""
    count, views, size = captures.shape
    flat, stranger = captures.reshape(-1, size), np.repeat(families, views)
    scores = []
    for start in range(0, count, block):
        cosine = references[start:start + block] @ flat.T
        scores.append((cosine[families[start:start + block, None] != stranger[None, :]] + 1) / 2)
    return np.concatenate(scores)


def table(parts: list[np.ndarray], rates: tuple[float, ...] = RATES) -> list[dict]:
    """For each rate the smallest score, in steps of 1e-6, that no larger share reaches; every part counts alike."""
    scores = np.concatenate(parts)
    order = np.argsort(scores)[::-1]
    weights = np.repeat([1 / len(part) for part in parts], [len(part) for part in parts])
    reached = np.cumsum(weights[order]) / len(parts)
    rows = []
    for rate in rates:
        refused = scores[order[np.searchsorted(reached, rate * (1 + 1e-12), side="right")]]  # this pair is one too many
        rows.append({"fpr": rate, "score": round((np.floor(float(refused) / STEP) + 1) * STEP, 6)})
    return rows
