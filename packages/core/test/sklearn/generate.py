"""What scikit-learn, numpy and slow definitions say about small sets of scores: writes fixtures/expected.json.

    python -m venv venv && venv/bin/pip install scikit-learn==1.* && venv/bin/python generate.py

Scores are multiples of a power of two, so every sum is exact and ties are many.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import det_curve, roc_auc_score, roc_curve

FPRS = [0.0, 1e-3, 0.01, 0.05, 0.1, 0.3, 1.0]
FPIRS = [0.0, 0.1, 0.25, 1.0]
DRAWS, GALLERY_DRAWS, SEED, THRESHOLD = 60, 7, 11, 0.75


class Mulberry32:
    """The generator of the TypeScript code, from its published description."""

    def __init__(self, seed: int) -> None:
        self.state = seed & 0xFFFFFFFF

    def below(self, limit: int) -> int:
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = self.state
        t = ((t ^ (t >> 15)) * (t | 1)) & 0xFFFFFFFF
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) * limit >> 32


def best_tpr(fpr: np.ndarray, tpr: np.ndarray, target: float) -> float:
    """The definition: the largest TPR whose FPR does not exceed the target."""
    return float(tpr[fpr <= target * (1 + 1e-12)].max())


def curve_case(name: str, genuine: list[float], impostor: list[float]) -> dict:
    truth = np.r_[np.ones(len(genuine)), np.zeros(len(impostor))]
    scores = np.r_[genuine, impostor]
    fpr, tpr, thresholds = roc_curve(truth, scores, drop_intermediate=False)
    det_fpr, det_fnr, det_thresholds = det_curve(truth, scores)
    return {"name": name, "genuine": sorted(genuine, reverse=True), "impostor": sorted(impostor, reverse=True),
            "fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist(),
            "det": [[t, p, n] for t, p, n in zip(det_thresholds, det_fpr, det_fnr, strict=True) if np.isfinite(t)],
            "auroc": float(roc_auc_score(truth, scores)), "tprAtFpr": [best_tpr(fpr, tpr, x) for x in FPRS]}


def curve_cases() -> list[dict]:
    rng = np.random.default_rng(1)

    def draw(mean: float, count: int) -> list[float]:
        return (np.clip(np.round(rng.normal(mean, 0.15, count) * 64), 0, 64) / 64).tolist()

    return [curve_case("overlapping, many ties", draw(0.7, 200), draw(0.5, 900)),
            curve_case("separable", [0.75, 0.875, 1.0], [0.0, 0.25, 0.5]),
            curve_case("inverted", [0.25, 0.125], [0.5, 0.75, 0.875]),
            curve_case("one of each", [0.5], [0.25]),
            curve_case("all tied", [0.5] * 4, [0.5] * 6),
            curve_case("negative scores", [-0.25, 0.5], [-0.5, -0.25, 0.25])]


def labelled_set() -> tuple[np.ndarray, list[str], np.ndarray]:
    """Unit vectors with 16 elements of +-1/4 in 32: every cosine is a multiple of 1/16."""
    rng = np.random.default_rng(2)
    sizes = {"bank/a": 5, "bank/ab": 4, "bank/a/front": 3, "bank/a/back": 1, "id/front": 6, "id/back": 2,
             "single": 1, "receipt": 3, "id": 2}
    parent: dict[str, np.ndarray] = {}

    def fresh() -> np.ndarray:
        vector = np.zeros(32)
        vector[rng.choice(32, 16, replace=False)] = rng.choice([-0.25, 0.25], 16)
        return vector

    def near(vector: np.ndarray, flips: int) -> np.ndarray:
        copy = vector.copy()
        copy[rng.choice(np.flatnonzero(copy), flips, replace=False)] *= -1
        return copy

    vectors, labels = [], []
    for label, count in sizes.items():
        root = parent.setdefault(label.split("/")[0], fresh())
        centre = near(root, 3)
        for _ in range(count):
            vectors.append(near(centre, int(rng.integers(0, 4))))
            labels.append(label)
    vectors[4] = vectors[5].copy()  # a twin under another label
    unknown = [near(vectors[int(rng.integers(len(vectors)))], int(rng.integers(2, 8))) for _ in range(13)]
    order = rng.permutation(len(vectors))
    return np.array(vectors)[order], [labels[i] for i in order], np.array(unknown)


def score_of(a: np.ndarray, b: np.ndarray) -> float:
    return float((a @ b + 1) / 2)


def pairs_of(vectors: np.ndarray, labels: list[str]) -> list[tuple[float, str, str]]:
    return [(score_of(vectors[i], vectors[j]), labels[i], labels[j])
            for i in range(len(labels)) for j in range(i + 1, len(labels))]


def weighted(pairs: list[tuple[float, str, str]], weight: dict[str, float]) -> dict | None:
    """Micro and macro TPR at each FPR, and AUROC, by scikit-learn's sample weights."""
    truth = np.array([a == b for _, a, b in pairs])
    scores = np.array([score for score, _, _ in pairs])
    count = {label: sum(a == b == label for _, a, b in pairs) for label in weight}
    micro = np.array([weight[a] * (1 if a == b else weight[b]) for _, a, b in pairs])
    macro = np.array([weight[a] / count[a] if a == b else weight[a] * weight[b] for _, a, b in pairs])
    if micro[truth].sum() == 0 or micro[~truth].sum() == 0:
        return None
    rows = {}
    for name, mass in (("micro", micro), ("macro", macro)):
        fpr, tpr, _ = roc_curve(truth, scores, sample_weight=mass, drop_intermediate=False)
        rows[name] = [best_tpr(fpr, tpr, x) for x in FPRS]
    used = micro > 0
    return rows | {"auroc": float(roc_auc_score(truth[used], scores[used], sample_weight=micro[used]))}


def draw_weights(labels: list[str], draws: int) -> list[dict[str, float]]:
    random = Mulberry32(SEED)
    result = []
    for _ in range(draws):
        weight = dict.fromkeys(labels, 0.0)
        for _ in labels:
            weight[labels[random.below(len(labels))]] += 1
        result.append(weight)
    return result


def interval(values: list[float]) -> list[float]:
    return np.percentile(values, [2.5, 97.5]).tolist()


def verification(vectors: np.ndarray, labels: list[str]) -> dict:
    types = sorted(set(labels))
    pairs = pairs_of(vectors, labels)
    whole = weighted(pairs, dict.fromkeys(types, 1.0))
    samples = [s for s in (weighted(pairs, w) for w in draw_weights(types, DRAWS)) if s is not None]
    figure = {name: [{"value": whole[name][row], "interval": interval([s[name][row] for s in samples])}
                     for row in range(len(FPRS))] for name in ("micro", "macro")}
    return figure | {"auroc": {"value": whole["auroc"], "interval": interval([s["auroc"] for s in samples])},
                     "genuinePairs": sum(a == b for _, a, b in pairs), "impostorPairs": sum(a != b for _, a, b in pairs)}


def draw_gallery(random: Mulberry32, types: list[str], labels: list[str], size: int) -> dict[str, int]:
    chosen = list(range(len(types)))
    if size < len(types):
        for last in range(len(types) - 1, 0, -1):
            other = random.below(last + 1)
            chosen[last], chosen[other] = chosen[other], chosen[last]
        chosen = sorted(chosen[:size])
    gallery = {}
    for type_ in chosen:
        images = [i for i, label in enumerate(labels) if label == types[type_]]
        gallery[types[type_]] = images[random.below(len(images))]
    return gallery


def searches(vectors: np.ndarray, labels: list[str], gallery: dict[str, int]) -> list[dict]:
    found = []
    for i, label in enumerate(labels):
        if label not in gallery or gallery[label] == i:
            continue
        scores = {name: score_of(vectors[i], vectors[reference]) for name, reference in gallery.items()}
        others = {name: score for name, score in scores.items() if name != label}
        best = max(others.values(), default=-1.0)
        rank = 1 + sum(score >= scores[label] for score in others.values())
        found.append({"truth": label, "best": max(best, scores[label]), "rank": rank, "other": best,
                      "named": label if rank == 1 else min(n for n, s in others.items() if s == best)})
    return found


def non_mated(vectors: np.ndarray, gallery: dict[str, int], mated: list[dict], unknown: np.ndarray | None) -> np.ndarray:
    if unknown is None:
        return np.array([search["other"] for search in mated])
    return np.array([max(score_of(u, vectors[r]) for r in gallery.values()) for u in unknown])


def refusing(scores: np.ndarray, fpir: float) -> float:
    """The smallest threshold among the scores, or above them all, at which the share accepted is at most `fpir`."""
    for threshold in [*sorted(set(scores.tolist())), 2.0]:
        if (scores >= threshold).mean() <= fpir:
            return threshold
    raise AssertionError


def identification(vectors: np.ndarray, labels: list[str], unknown: np.ndarray | None) -> dict:
    types = sorted(set(labels))
    random = Mulberry32(SEED)
    rows = []
    for _ in range(GALLERY_DRAWS):
        gallery = draw_gallery(random, types, labels, len(types))
        mated = searches(vectors, labels, gallery)
        false = non_mated(vectors, gallery, mated, unknown)
        for fpir in FPIRS:
            # Above every refused score: at 1.0 nothing is refused.
            threshold = refusing(false, fpir) if fpir < 1 else -1.0
            refused = false[false < threshold].max() if (false < threshold).any() else -1.0
            for search in mated:
                accepted = search["best"] > refused
                rows.append({**search, "fpir": fpir, "miss": not accepted,
                             "misnamed": accepted and search["rank"] > 1})
    def share(chosen: list[dict], hit) -> dict:
        by_type = {t: [hit(r) for r in chosen if r["truth"] == t] for t in types}
        return {"micro": float(np.mean([hit(r) for r in chosen])),
                "macro": float(np.mean([np.mean(v) for v in by_type.values() if v]))}
    once = [r for r in rows if r["fpir"] == FPIRS[0]]
    confusions: dict[str, int] = {}
    for r in once:
        if r["rank"] > 1:
            key = f"{r['truth']} > {r['named']}"
            confusions[key] = confusions.get(key, 0) + 1
    return {"ranks": [{"rank": k, **share(once, lambda r, k=k: r["rank"] <= k)} for k in (1, 2, 5)],
            "fnirAtFpir": [{"fpir": x, "fnir": share(c, lambda r: r["miss"] or r["misnamed"]),
                            "misses": share(c, lambda r: r["miss"]),
                            "misidentifications": share(c, lambda r: r["misnamed"])}
                           for x in FPIRS for c in [[r for r in rows if r["fpir"] == x]]],
            "confusions": confusions, "searches": len(once)}


def answer(scores: dict[str, float]) -> str | None:
    """What all labels with the best score have in common, from the root on; nothing below the threshold."""
    best = max(scores.values(), default=-1.0)
    if best < THRESHOLD:
        return None
    paths = [name.split("/") for name, score in scores.items() if score == best]
    common = []
    for segments in zip(*paths):
        if len(set(segments)) > 1:
            break
        common.append(segments[0])
    return "/".join(common) or None


def sizes(vectors: np.ndarray, labels: list[str], unknown: np.ndarray) -> list[dict]:
    types = sorted(set(labels))
    rows = []
    for size in (2, 5, len(types)):
        random = Mulberry32(SEED)
        misses, wrong, accepted = [], [], []
        for _ in range(GALLERY_DRAWS):
            gallery = draw_gallery(random, types, labels, size)
            ask = lambda vector: answer({name: score_of(vector, vectors[i]) for name, i in gallery.items()})
            for i, label in enumerate(labels):
                if label in gallery and gallery[label] != i:
                    said = ask(vectors[i])
                    misses.append(said is None)
                    wrong.append(said is not None and not (label + "/").startswith(said + "/"))
            accepted += [ask(vector) is not None for vector in unknown]
        rows.append({"types": size, "fpir": float(np.mean(accepted)),
                     "fnir": float(np.mean(np.array(misses) | np.array(wrong))), "misses": float(np.mean(misses)),
                     "misidentifications": float(np.mean(wrong))})
    return rows


def main() -> None:
    vectors, labels, unknown = labelled_set()
    expected = {
        "madeWith": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
        "options": {"fprs": FPRS, "fpirs": FPIRS, "ranks": [1, 2, 5], "draws": DRAWS, "galleryDraws": GALLERY_DRAWS,
                    "seed": SEED, "threshold": THRESHOLD},
        "curves": curve_cases(),
        "set": {"vectors": (vectors * 4).astype(int).tolist(), "labels": labels, "unknown": (unknown * 4).astype(int).tolist()},
        "pairs": sorted(pairs_of(vectors, labels), reverse=True),
        "verification": verification(vectors, labels),
        "identification": {"unknown": identification(vectors, labels, unknown),
                           "withoutUnknown": identification(vectors, labels, None)},
        "gallerySizes": sizes(vectors, labels, unknown),
    }
    text = json.dumps(expected, ensure_ascii=False, separators=(",", ":"))
    Path(__file__).parent.joinpath("fixtures", "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
