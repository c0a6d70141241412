"""A quick look at a run, on pictures that no run is fitted to: each as it is and in two captures.

`docclf_training.validate` measures more, and a finished `model.onnx` too; this is what a ladder can afford.
"""

import numpy as np

from ..data import Picture, kind
from ..validate import strangers, true_positives

CAPTURES = 2  # by the usual and by the rough camera
LARGEST = 400  # pictures of a kind
# The rate at which each kind still has impostor pairs to count and is not perfect yet.
RATES = {"covers": 1e-4, "cards": 1e-3, "pages": 1e-3}


def choose(documents: list[Picture]) -> list[Picture]:
    """Of the documents that are held out, at most about 400 of each kind, spread over all."""
    chosen = []
    for wanted in RATES:
        of_kind = [item for item in strangers(documents) if kind(item) == wanted]
        chosen += of_kind[::max(1, round(len(of_kind) / LARGEST))]
    return chosen


def score(embeddings: np.ndarray, pictures: list[Picture]) -> dict[str, float]:
    """embeddings [pictures * views, d] of unit length; macro TPR (0 to 1) of each kind at its rate, and their mean."""
    vectors = embeddings.reshape(len(pictures), -1, embeddings.shape[-1])
    kinds = np.array([kind(item) for item in pictures])
    families = np.unique([item.family for item in pictures], return_inverse=True)[1]
    found = {name: true_positives(vectors[kinds == name], families[kinds == name], rate)
             for name, rate in RATES.items() if (kinds == name).sum() > 1}
    return found | {"mean": float(np.mean(list(found.values())))}
