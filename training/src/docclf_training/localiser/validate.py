"""How well quads are found: on composites of pictures that no training shows, and on photos whose corners are known.

    python -m docclf_training.localiser.validate --model FILE [--data DIR]
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from ..data import Picture, data_folder, read_training
from ..features import open_session
from .decode import decode
from .frame import canvas, from_cells, is_whole
from .pictures import Pictures
from .scenes import Scene, Scenes

COMPOSITES, SEED = 300, 1_000_003


def held_out_scenes(pictures: list[Picture]) -> list[Scene]:
    """Composites of held-out documents on held-out backgrounds, always the same."""
    scenes = Scenes(Pictures(pictures, validation=True))
    return [scenes.draw(np.random.default_rng([SEED, index])) for index in range(COMPOSITES)]


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    """Intersection over union of two convex quads in one unit."""
    first, second = (cv2.convexHull(np.float32(item)) for item in (first, second))
    common, _ = cv2.intersectConvexConvex(first, second)
    union = cv2.contourArea(first) + cv2.contourArea(second) - common
    return float(common / union) if union > 0 else 0.0


def area_under_curve(scores: np.ndarray, true: np.ndarray) -> float:
    """How often a true one scores above a false one."""
    return float((scores[true][:, None] > scores[~true][None]).mean())


def run(session, photos: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Maps and confidences of photos that are INNER x INNER already."""
    found = []
    for start in range(0, len(photos), 16):
        maps, confidence = session.run(["maps", "confidence"], {"image": canvas(np.stack(photos[start:start + 16]))})
        found += list(zip(maps, confidence, strict=True))
    return found


def composites_report(model: bytes, scenes: list[Scene]) -> str:
    """Mean overlap, shares over 0.8 and 0.9, of those the ones the right way up; the two facts' areas under the curve."""
    found = run(open_session(model), [scene.photo for scene in scenes])
    overlaps, upright = [], []
    for scene, (maps, _) in zip(scenes, found, strict=True):
        if scene.quad is None:
            continue
        hypotheses = decode(maps)
        quad = from_cells(hypotheses[0].quad) if hypotheses else None
        overlaps.append(0.0 if quad is None else overlap(quad * 1000, scene.quad * 1000))
        if overlaps[-1] > 0.8:
            upright.append(np.abs(quad - scene.quad).max() < 0.2)
    confidence = np.stack([item for _, item in found])
    there = np.array([scene.quad is not None for scene in scenes])
    whole = np.array([scene.quad is not None and is_whole(scene.quad) for scene in scenes])
    values = np.array(overlaps)
    return (f"overlap {values.mean():.4f} over 0.8 {(values > 0.8).mean():.3f} over 0.9 {(values > 0.9).mean():.3f} "
            f"upright {np.mean(upright) if upright else 0:.3f} there {area_under_curve(confidence[:, 0], there):.4f} "
            f"whole {area_under_curve(confidence[:, 1], whole):.4f}")


def main() -> None:
    from .photos import photos_report

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=data_folder())
    options = parser.parse_args()
    model = options.model.read_bytes()
    print(composites_report(model, held_out_scenes(read_training(options.data / "train"))))
    print(photos_report(model, options.data / "bench" / "photos"))


if __name__ == "__main__":
    main()
