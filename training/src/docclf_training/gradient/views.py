"""Every picture as it is and in simulated captures, made once, kept on disk, shared by all runs.

One memory-mapped file a picture, so that a run reads the views that it looks at, and a run on more pictures
makes only what is missing. A file's name is a hash of all that decides its content: the camera's and the
preprocessing's code, the seed, the picture's name.
"""

import hashlib
import multiprocessing
import os
import sys
from pathlib import Path

import cv2
import numpy as np

from ..data import Picture
from ..features import CODE, views_of

AT_ONCE = 32  # pictures that a process is given at a time


class Views:
    """uint8 [pictures, 1 + captures, 128, 128, 3]; view 0 is the picture as it is."""

    def __init__(self, paths: list[Path], captures: int) -> None:
        self.paths, self.count = paths, 1 + captures

    def stack(self, pictures: np.ndarray, views: np.ndarray) -> np.ndarray:
        """uint8 [n, 128, 128, 3] of n pairs."""
        return np.stack([np.load(self.paths[picture], mmap_mode="r")[view]
                         for picture, view in zip(pictures, views, strict=True)])

    def all(self) -> np.ndarray:
        """uint8 [pictures * (1 + captures), 128, 128, 3], picture by picture."""
        return np.concatenate([np.load(path) for path in self.paths])


def write(jobs: list[tuple[Picture, int, int, Path]]) -> int:
    cv2.setNumThreads(1)
    for picture, captures, seed, path in jobs:
        partial = path.with_name(f"{path.stem}.{os.getpid()}.partial.npy")
        np.save(partial, views_of(picture, captures, seed))
        partial.rename(path)
    return len(jobs)


def make_views(pictures: list[Picture], captures: int, seed: int, cache: Path, workers: int = 2) -> Views:
    """Goes on where it was stopped."""
    code = "".join(Path(module.__file__).read_text() for module in CODE[views_of])
    recipe = f"{code}{captures}.{seed}"
    keys = [hashlib.sha256(f"{recipe}\n{item.name}".encode()).hexdigest()[:24] for item in pictures]
    paths = [cache / key[:2] / f"{key}.npy" for key in keys]
    missing = [(item, captures, seed, path) for item, path in zip(pictures, paths, strict=True) if not path.exists()]
    for folder in {job[3].parent for job in missing}:
        folder.mkdir(parents=True, exist_ok=True)
    if missing:
        os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the processes share the cores; read when they import numpy
        parts, done = [missing[start:start + AT_ONCE] for start in range(0, len(missing), AT_ONCE)], 0
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            for count in pool.imap_unordered(write, parts):
                done += count
                print(f"\rviews of pictures: {done} of {len(missing)}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    return Views(paths, captures)
