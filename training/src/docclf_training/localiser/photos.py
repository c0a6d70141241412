"""Quads on real photos whose corners are known (the benchmark's `quads.json`)."""

import json
from pathlib import Path

import numpy as np

from ..features import open_session
from ..preprocess import decode as read_image
from ..preprocess import resize
from .decode import decode
from .frame import INNER, from_cells
from .validate import overlap, run


def photos_report(model: bytes, folder: Path) -> str:
    """By source: mean overlap, shares over 0.8 and 0.9, and how many of those over 0.8 are upright."""
    known = json.loads((folder / "quads.json").read_text())
    images = [read_image((folder / name).read_bytes()) for name in known]
    found = run(open_session(model), [resize(image, INNER) for image in images])
    rows: dict[str, list[tuple[float, bool]]] = {}
    for (name, corners), image, (maps, _) in zip(known.items(), images, found, strict=True):
        size = np.array(image.shape[1::-1])
        hypotheses = decode(maps)
        value, upright = 0.0, False
        if hypotheses:
            quad = from_cells(hypotheses[0].quad)
            value = overlap(quad * size, np.array(corners))
            upright = np.abs(quad - np.array(corners) / size).max() < 0.2
        rows.setdefault(name.split("/")[0], []).append((value, upright))
    rows["all"] = [item for values in list(rows.values()) for item in values]
    lines = []
    for source, values in rows.items():
        overlaps, turns = np.array([item[0] for item in values]), np.array([item[1] for item in values])
        good = overlaps > 0.8
        lines.append(f"{source}\t{len(values)}\toverlap {overlaps.mean():.3f}\tover 0.8 {good.mean():.3f}\t"
                     f"over 0.9 {(overlaps > 0.9).mean():.3f}\tupright {turns[good].mean() if good.any() else 0:.3f}")
    return "\n".join(lines)
