"""Golden maps: what the network says of drawn scenes, and what the reference decoder makes of it, for the TypeScript tests.

    python -m docclf_training.localiser.golden --model FILE --out packages/locate/fixtures/golden-maps.json

The scenes are drawn by formulas, so the file holds no one's picture. Maps are rounded to eighths and kept as bytes.
"""

import argparse
import base64
import json
from pathlib import Path

import cv2
import numpy as np

from ..features import open_session
from .decode import decode
from .frame import INNER, UNIT
from .light import photograph
from .paper import paste
from .pose import pose, strip
from .surfaces import plain
from .validate import run

STEP = 8  # of a logit


def page(rng: np.random.Generator) -> np.ndarray:
    """A sheet with a heading, lines and a box. uint8 RGB."""
    height, width = int(rng.integers(100, 240)), int(rng.integers(80, 200))
    sheet = np.full((height, width, 3), rng.uniform(200, 255), np.uint8)
    ink = tuple(float(item) for item in rng.uniform(0, 120, 3))
    cv2.rectangle(sheet, (width // 10, height // 16), (width // 2, height // 8), ink, -1)
    for row in range(height // 5, height - 10, 8):
        cv2.line(sheet, (width // 10, row), (int(width * rng.uniform(0.6, 0.9)), row), ink, 1)
    cv2.rectangle(sheet, (width // 2, height * 3 // 4), (width * 9 // 10, height * 9 // 10), ink, 2)
    return sheet


def scenes() -> dict[str, np.ndarray]:
    """Name to uint8 RGB [INNER, INNER, 3]."""
    drawn = {}
    for index, name in enumerate(("upright", "turned", "small", "bent", "two", "leaves the frame", "fills the frame", "none")):
        rng = np.random.default_rng(index)
        ground = plain(rng)
        for copy in range(2 if name == "two" else 0 if name == "none" else 1):
            size = {"small": 0.3, "two": 0.5}.get(name, 0.8)
            quad = pose(0.7, 0.75, rng, size=size, frontal=name == "upright")
            if name == "leaves the frame":
                quad = strip(rng)
            if name == "fills the frame":
                quad = UNIT
            if copy:
                quad = quad * 0.8
            paste(ground, page(rng), quad * INNER, rng, bent=name == "bent")
        drawn[name] = photograph(ground, rng)
    return drawn


def golden(model: bytes) -> list[dict]:
    pictures = scenes()
    pictures["one colour"] = np.full((INNER, INNER, 3), 128, np.uint8)
    items = []
    for name, (maps, confidence) in zip(pictures, run(open_session(model), list(pictures.values())), strict=True):
        eighths = np.clip(np.round(maps * STEP), -128, 127).astype(np.int8)
        hypotheses = decode(eighths.astype(np.float32) / STEP)
        items.append({
            "name": name,
            "confidence": np.round(confidence.astype(float), 4).tolist(),
            "hypotheses": [{"score": round(item.score, 6), "corners": np.round(item.quad, 5).tolist(),
                            "turns": np.round(item.turns, 6).tolist()} for item in hypotheses],
            "maps": base64.b64encode(eighths.tobytes()).decode(),
        })
    return items


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    lines = ",\n".join(json.dumps(item) for item in golden(options.model.read_bytes()))
    options.out.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
