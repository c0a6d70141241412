"""Which score a false match reaches how often: the table that thresholds are read from."""

import numpy as np

RATES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5)
STEP = 1e-6  # scores are written with six digits


def impostor_scores(embeddings: np.ndarray, groups: np.ndarray, block: int = 512) -> np.ndarray:
    """embeddings [n, d], groups [n] integers; (cosine + 1) / 2 of every unordered pair of different groups."""
    scores = []
    for start in range(0, len(groups), block):
        rows = slice(start, start + block)
        cosine = embeddings[rows] @ embeddings[start:].T
        apart = groups[rows, None] != groups[None, start:]
        later = np.arange(len(groups) - start)[None, :] > np.arange(len(cosine))[:, None]
        scores.append((cosine[apart & later] + 1) / 2)
    return np.concatenate(scores)


def table(scores: np.ndarray, rates: tuple[float, ...] = RATES) -> list[dict]:
    """For each rate the smallest score, in steps of 1e-6, such that no larger share reaches it."""
    ordered = np.sort(scores)[::-1]
    rows = []
    for rate in rates:
        refused = ordered[int(rate * len(ordered))]  # this pair is one too many
        rows.append({"fpr": rate, "score": round((np.floor(float(refused) / STEP) + 1) * STEP, 6)})
    return rows
