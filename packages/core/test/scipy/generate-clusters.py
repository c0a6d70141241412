"""Average-linkage clusters of unit vectors by scipy and scikit-learn: writes fixtures/clusters.json.

    python -m venv venv && venv/bin/pip install scipy==1.* scikit-learn==1.* && venv/bin/python generate-clusters.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import AgglomerativeClustering

random = np.random.default_rng(8)
cases = []
for count, centres, noise, score in [(1, 1, 0.1, 0.7), (12, 3, 0.2, 0.8), (60, 9, 0.5, 0.7), (150, 20, 0.9, 0.63), (80, 1, 1.2, 0.75)]:
    middle = random.normal(size=(centres, 8))
    vectors = middle[random.integers(centres, size=count)] + noise * random.normal(size=(count, 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    # score = (cosine + 1) / 2, so a mean score of s is a mean cosine distance of 2 - 2 s.
    distance = 2 - 2 * score
    if count == 1:
        labels = np.zeros(1, int)
    else:
        labels = fcluster(linkage(vectors.astype(float), "average", "cosine"), distance, "distance")
        sk = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=distance)
        other = sk.fit_predict(vectors.astype(float))
        assert {frozenset(np.flatnonzero(labels == k)) for k in set(labels)} == {frozenset(np.flatnonzero(other == k)) for k in set(other)}
    groups = sorted((np.flatnonzero(labels == k).tolist() for k in set(labels)), key=lambda g: (-len(g), g[0]))
    cosines = vectors.astype(float) @ vectors.astype(float).T
    np.fill_diagonal(cosines, 0)
    medoids = [g[int(np.round(cosines[np.ix_(g, g)].sum(1), 9).argmax())] for g in groups]
    cases.append({"score": score, "vectors": vectors.tolist(), "groups": groups, "medoids": medoids})
    print(count, len(groups))

target = Path(__file__).parent / "fixtures" / "clusters.json"
target.write_text(json.dumps({"cases": cases}) + "\n")
