"""A contact sheet of composites, to look at before training on them.

    python -m docclf_training.localiser.sheet --out FILE [--seed N] [--way none]

The sheet shows the data's images: keep it out of the repository.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from ..data import data_folder, read_training
from .frame import INNER, MARGIN, SIDE
from .pictures import Pictures
from .scenes import Scene, Scenes

ACROSS, DOWN = 10, 7


def tile(scene: Scene) -> np.ndarray:
    """The composite in its margin, the quad green, its own top left red, the top edge blue. uint8 RGB."""
    full = np.full((SIDE, SIDE, 3), 60, np.uint8)
    full[MARGIN:-MARGIN, MARGIN:-MARGIN] = scene.photo
    if scene.quad is not None:
        points = np.round(scene.quad * INNER + MARGIN).astype(int)
        cv2.polylines(full, [points.astype(np.int32)], True, (0, 255, 0), 1)
        cv2.line(full, points[0].tolist(), points[1].tolist(), (0, 0, 255), 1)
        cv2.circle(full, points[0].tolist(), 4, (255, 0, 0), -1)
    cv2.putText(full, scene.way, (2, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 0), 1, cv2.LINE_AA)
    return full


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--way", help="only scenes of this way")
    options = parser.parse_args()
    scenes = Scenes(Pictures(read_training(options.data / "train"), validation=False))
    rng, tiles = np.random.default_rng(options.seed), []
    while len(tiles) < ACROSS * DOWN:
        scene = scenes.draw(rng)
        if options.way in (None, scene.way):
            tiles.append(tile(scene))
    rows = [np.hstack(tiles[start:start + ACROSS]) for start in range(0, len(tiles), ACROSS)]
    cv2.imwrite(str(options.out), np.vstack(rows)[..., ::-1])


if __name__ == "__main__":
    main()
