"""Composites on disk, more of them at every step: each is seen a few times, each time turned, moved and lit otherwise."""

from pathlib import Path

import cv2
import numpy as np

from .frame import INNER
from .scenes import Scenes

CAPACITY = 24_000  # composites, 1.8 GB; then the oldest are replaced
AT_LEAST = 600  # made before the first step


class Pool:
    """Drawn from as a whole, so that what came early is seen again. Kept in `folder`, and gone on with from there."""

    def __init__(self, folder: Path, scenes: Scenes, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.scenes, self.seed = scenes, seed
        fresh = not (folder / "count.npy").exists()
        mode = "w+" if fresh else "r+"

        def stored(name: str, kind: type, shape: tuple[int, ...]) -> np.ndarray:
            if fresh:
                return np.lib.format.open_memmap(folder / f"{name}.npy", "w+", kind, shape)
            return np.lib.format.open_memmap(folder / f"{name}.npy", mode)

        self.photos = stored("photos", np.uint8, (CAPACITY, INNER, INNER, 3))
        self.quads = stored("quads", np.float32, (CAPACITY, 4, 2))
        self.count = stored("count", np.int64, (1,))  # ever made

    def __len__(self) -> int:
        return min(int(self.count[0]), CAPACITY)

    def grow(self, number: int) -> None:
        """A composite's seed is its number, so a run that was stopped goes on with the ones that it had not made."""
        for _ in range(number):
            made = int(self.count[0])
            scene = self.scenes.draw(np.random.default_rng([self.seed, made]))
            self.photos[made % CAPACITY] = scene.photo
            self.quads[made % CAPACITY] = np.nan if scene.quad is None else scene.quad
            self.count[0] = made + 1

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray | None]:
        """uint8 RGB [INNER, INNER, 3] and the quad in its unit square, or None."""
        index = int(rng.integers(len(self)))
        quad = np.array(self.quads[index], np.float64)
        return vary(np.array(self.photos[index]), None if np.isnan(quad).any() else quad, rng)


def vary(photo: np.ndarray, quad: np.ndarray | None, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray | None]:
    """A quarter turn, a shift and another size, another light, sometimes the negative."""
    turns = int(rng.integers(4))
    photo = np.ascontiguousarray(np.rot90(photo, turns))
    if quad is not None:
        for _ in range(turns):  # counter-clockwise, as rot90
            quad = np.stack([quad[:, 1], 1 - quad[:, 0]], axis=1)
    if rng.random() < 0.6:
        scale, shift = np.exp(rng.normal(0, 0.1, 2)), rng.normal(0, 0.04, 2)
        moved = None if quad is None else (quad - 0.5) * scale + 0.5 + shift
        reach = np.inf if moved is None else min(moved.min(), 1 - moved.max())
        if reach > -0.1:  # never further out than the margin shows
            offset = (0.5 - 0.5 * scale + shift) * INNER
            matrix = np.array([[scale[0], 0, offset[0]], [0, scale[1], offset[1]]])
            photo, quad = cv2.warpAffine(photo, matrix, (INNER, INNER), borderMode=cv2.BORDER_REFLECT_101), moved
    value = photo.astype(np.float32)
    if rng.random() < 0.7:
        value = 255 * (value / 255) ** np.exp(rng.normal(0, 0.2)) * np.exp(rng.normal(0, 0.08, 3))
    if rng.random() < 0.06:
        value = 255 - value
    return value.clip(0, 255).astype(np.uint8), quad
