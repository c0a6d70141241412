"""What scipy and numpy say about pairs of samples: writes fixtures/drift.json.

    python -m venv venv && venv/bin/pip install scipy==1.* && venv/bin/python generate-drift.py
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.stats import fisher_exact, ks_2samp

LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]
random = np.random.default_rng(5)


def samples(m: int, n: int, shift: float, levels: int | None) -> tuple[np.ndarray, np.ndarray]:
    a, b = random.beta(8, 3, m), np.clip(random.beta(8, 3, n) - shift, 0, 1)
    # Few levels make many ties.
    return tuple(np.round(x, 6) if levels is None else np.round(x * levels) / levels for x in (a, b))


distances = []
for m, n, shift, levels in [(20, 20, 0, None), (20, 33, 0.1, None), (200, 200, 0.05, None),
                            (200, 200, 0, 16), (37, 400, 0.02, 64), (1, 1, 0.5, None), (500, 300, 0.03, None)]:
    a, b = samples(m, n, shift, levels)
    result = ks_2samp(a, b, method="exact")
    distances.append({"a": a.tolist(), "b": b.tolist(), "distance": result.statistic, "pValue": result.pvalue,
                      "quantiles": np.quantile(a, LEVELS).tolist()})

tables = []
for a, m, b, n in [(180, 200, 160, 200), (200, 200, 200, 200), (0, 20, 0, 20), (3, 20, 9, 25), (1900, 2000, 1860, 2000),
                   (0, 50, 7, 50), (10, 20, 10, 20), (1, 1, 0, 1)]:
    tables.append({"a": a, "m": m, "b": b, "n": n, "pValue": fisher_exact([[a, m - a], [b, n - b]]).pvalue})

target = Path(__file__).parent / "fixtures" / "drift.json"
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps({"scipy": scipy.__version__, "distances": distances, "tables": tables}) + "\n")
