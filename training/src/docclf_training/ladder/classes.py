"""One picture, one class; and more classes from the same pictures or from any image folder.

The published expansion makes 24 classes of a picture: it is turned by quarters, mirrored, and cut in
halves. Each result is a class of its own. Classes made alike from pictures of one group share a group.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

EXPANSIONS = {"none": range(1), "turns": range(4), "flips": range(8), "halves": range(24)}
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".ppm"}


@dataclass(frozen=True)
class FolderPicture:
    """A picture of a folder, read when it is needed. It has the members of `data.Picture`."""

    path: Path
    name: str
    group: str

    @property
    def source(self) -> str:
        return self.name.split("/")[0]

    @property
    def encoded(self) -> bytes:
        return self.path.read_bytes()


def read_folder(folder: Path) -> list[FolderPicture]:
    """Every image below a folder, sorted, each a group of its own: ImageNet's layout and any other."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise ValueError(f"expected images below {folder}, found none")
    names = [f"{folder.name}/{path.relative_to(folder).as_posix()}" for path in paths]
    return [FolderPicture(path, name, name) for path, name in zip(paths, names, strict=True)]


@dataclass(frozen=True)
class Classes:
    """Parallel arrays [classes]."""

    picture: np.ndarray  # which picture
    change: np.ndarray  # how it is changed, see `change`
    group: np.ndarray  # classes of the same number are never each other's negatives

    def __len__(self) -> int:
        return len(self.picture)


def expand(groups: Sequence[str], changes: Sequence[int]) -> Classes:
    """Every picture in every change: classes ordered by change, then by picture."""
    number = np.unique(groups, return_inverse=True)[1]
    pictures, kinds = np.tile(np.arange(len(groups)), len(changes)), np.repeat(changes, len(groups))
    return Classes(pictures, kinds, kinds * (number.max() + 1) + number[pictures])


def change(pixels: np.ndarray, code: int) -> np.ndarray:
    """pixels [side, side, 3]; code 0..23 = 8 * half + 4 * mirrored + quarter turns, half 0 being the whole.

    The upper (1) or lower half (2) is cut out first and stretched to the square.
    """
    half, mirrored, turns = code // 8, code // 4 % 2, code % 4
    if half:
        side = len(pixels)
        kept = pixels[:side // 2] if half == 1 else pixels[side // 2:]
        pixels = cv2.resize(kept, (side, side), interpolation=cv2.INTER_LINEAR)
    if mirrored:
        pixels = pixels[:, ::-1]
    return np.rot90(pixels, turns)
