"""The measures of a benchmark folder, from similarity scores alone.

A *type* is what has to be told apart. Verification looks at all pairs of images; identification
searches a gallery that holds one reference a type. Intervals resample types, since images of one
type are not independent.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pairs:
    """All unordered pairs of a set of images, impostors sorted from the highest score down."""

    types: int
    positive: np.ndarray  # scores
    positive_type: np.ndarray  # type index of each positive pair
    impostor: np.ndarray  # scores, descending
    impostor_types: np.ndarray  # [pairs, 2] type indices


def make_pairs(embeddings: np.ndarray, labels: np.ndarray) -> Pairs:
    """embeddings [n, d] of unit length, labels [n] integers 0..types-1; the score is the cosine."""
    first, second = np.triu_indices(len(labels), 1)
    scores = (embeddings.astype(np.float64) @ embeddings.astype(np.float64).T)[first, second]
    same = labels[first] == labels[second]
    order = np.argsort(-scores[~same], kind="stable")
    types = np.stack([labels[first[~same]], labels[second[~same]]], axis=1)
    return Pairs(int(labels.max()) + 1, scores[same], labels[first[same]], scores[~same][order], types[order])


def rejecting_score(pairs: Pairs, fpr: float, weight: np.ndarray) -> float:
    """The highest impostor score that must be refused to keep the weighted FPR at or below `fpr`.

    A pair is accepted where its score is higher than this, so pairs that tie with it are refused,
    and pairs that tie with an accepted impostor are accepted. `weight` [types] says how often each
    type was drawn; an impostor pair counts the product of its two types' weights.
    """
    mass = weight[pairs.impostor_types[:, 0]] * weight[pairs.impostor_types[:, 1]]
    accepted = np.cumsum(mass, dtype=np.float64)
    over = np.searchsorted(accepted, fpr * accepted[-1] * (1 + 1e-12), side="right")
    return float(pairs.impostor[over]) if over < len(pairs.impostor) else -np.inf


def true_positive_rate(pairs: Pairs, fpr: float, weight: np.ndarray | None = None) -> tuple[float, float]:
    """(micro, macro) TPR at the largest FPR that does not exceed `fpr`."""
    weight = np.ones(pairs.types) if weight is None else weight
    accepted = pairs.positive > rejecting_score(pairs, fpr, weight)
    count = np.bincount(pairs.positive_type, minlength=pairs.types)
    hits = np.bincount(pairs.positive_type, weights=accepted, minlength=pairs.types)
    has = weight * (count > 0)
    micro = (weight * hits).sum() / (weight * count).sum()
    macro = (has * hits / np.maximum(count, 1)).sum() / has.sum()
    return float(micro), float(macro)


def draw_weights(types: int, draws: int, seed: int) -> np.ndarray:
    """[draws, types]: how often each type falls in a sample of `types` types with replacement."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(types, np.full(types, 1 / types), size=draws).astype(np.float64)


def interval(values: np.ndarray) -> tuple[float, float]:
    """The central 95 % of resampled values."""
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def verification(pairs: Pairs, fprs: tuple[float, ...], draws: int = 400, seed: int = 0) -> list[dict]:
    """One row an FPR: micro and macro TPR with their 95 % intervals."""
    rows = []
    weights = draw_weights(pairs.types, draws, seed)
    # A draw needs a positive pair and two types, or there is nothing to measure in it.
    counted = np.bincount(pairs.positive_type, minlength=pairs.types) > 0
    weights = weights[((weights > 0).sum(axis=1) > 1) & (weights[:, counted].sum(axis=1) > 0)]
    for fpr in fprs:
        micro, macro = true_positive_rate(pairs, fpr)
        sampled = np.array([true_positive_rate(pairs, fpr, weight) for weight in weights])
        rows.append({"fpr": fpr, "micro": micro, "microInterval": interval(sampled[:, 0]),
                     "macro": macro, "macroInterval": interval(sampled[:, 1])})
    return rows


def identification(known: np.ndarray, labels: np.ndarray, unknown: np.ndarray,
                   fpirs: tuple[float, ...], draws: int = 20, seed: int = 0) -> dict:
    """Search with one random reference a type; the other images are probes, `unknown` the non-mated searches.

    FNIR: the share of probes whose best match is another type or does not pass the threshold at
    which at most `fpir` of the non-mated searches are accepted. Intervals resample types.
    """
    rng = np.random.default_rng(seed)
    types = int(labels.max()) + 1
    probes = np.maximum(np.bincount(labels, minlength=types) - 1, 0)
    right = np.zeros(types)
    missed = np.zeros((len(fpirs), types))
    for _ in range(draws):
        references = np.array([rng.choice(np.flatnonzero(labels == label)) for label in range(types)])
        probe = np.setdiff1d(np.arange(len(labels)), references)
        scores = known[probe] @ known[references].T
        best, named = scores.max(axis=1), scores.argmax(axis=1) == labels[probe]
        right += np.bincount(labels[probe], weights=named, minlength=types) / draws
        false = np.sort((unknown @ known[references].T).max(axis=1))[::-1]
        for row, fpir in enumerate(fpirs):
            allowed = int(fpir * len(false) + 1e-9)
            threshold = false[allowed] if allowed < len(false) else -np.inf
            miss = ~(named & (best > threshold))
            missed[row] += np.bincount(labels[probe], weights=miss, minlength=types) / draws
    weights = draw_weights(types, 1000, seed)
    total = weights @ probes

    def share(hits: np.ndarray) -> dict:
        kept = total > 0
        return {"value": float(hits.sum() / probes.sum()),
                "interval": interval((weights @ hits)[kept] / total[kept])}

    return {"rank1": share(right),
            "fnir": [{"fpir": fpir, **share(missed[row])} for row, fpir in enumerate(fpirs)]}


def nearest_right(embeddings: np.ndarray, labels: np.ndarray) -> float:
    """The share of images, of types with at least two, whose nearest other image has the same type."""
    scores = embeddings @ embeddings.T
    np.fill_diagonal(scores, -np.inf)
    counted = np.bincount(labels)[labels] > 1
    return float((labels[scores.argmax(axis=1)] == labels)[counted].mean())
