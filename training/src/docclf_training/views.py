"""Pictures as the product would see them: as they are, and in simulated captures. Made once, kept on disk.

One memory-mapped file a picture and kind of view, so that a run reads the views that it looks at, and a run on
more pictures makes only what is missing. A file's name is a hash of all that decides its content: the code of the camera
and of the preprocessing, the seed, the picture's name. A changed camera therefore never meets an old file.
"""

import hashlib
import multiprocessing
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from . import augment, film, outside, preprocess, siblings, templates
from .damage import copy, frame, kinds, marks
from .data import Picture
from .papers import canvas, genres, paper
from .preprocess import decode, resize

AT_ONCE = 32  # pictures that a process is given at a time

Kind = Callable[[Picture, int, int], np.ndarray]  # (picture, captures, seed) to uint8 [views, 128, 128, 3]


def generator(seed: int, name: str, view: int) -> np.random.Generator:
    """The random stream of one view of one picture: independent of every other and of their order."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), view])


def views_of(picture: Picture, captures: int, seed: int) -> np.ndarray:
    """uint8 [1 + captures, 128, 128, 3]: the picture as it is, then its simulated captures."""
    image = decode(picture.encoded)
    captured = [augment.capture(image, generator(seed, picture.name, view), augment.camera_of(view))
                for view in range(1, 1 + captures)]
    return np.stack([resize(pixels) for pixels in [image, *captured]])


def cut_off_view(picture: Picture, captures: int, seed: int) -> np.ndarray:
    """uint8 [1, 128, 128, 3]: the first capture, as if the document had reached out of the photo."""
    captured = augment.capture(decode(picture.encoded), generator(seed, picture.name, 1), augment.camera_of(1))
    return outside.cut_off(resize(captured), generator(seed, picture.name, 1 + captures))[None]


def film_views(picture: Picture, captures: int, seed: int) -> np.ndarray:
    """uint8 [captures, 128, 128, 3]: captures of the picture below crumpled film."""
    image = decode(picture.encoded)
    return np.stack([resize(film.below_film(image, generator(seed, picture.name, 101 + view)))
                     for view in range(captures)])


def sibling_views(picture: Picture, captures: int, seed: int) -> np.ndarray:
    """uint8 [1 + captures, 128, 128, 3]: a document of the same series, as it is and in rough captures."""
    image = siblings.sibling(decode(picture.encoded), generator(seed, picture.name, 201))
    captured = [augment.capture(image, generator(seed, picture.name, 202 + view), augment.ROUGH)
                for view in range(captures)]
    return np.stack([resize(pixels) for pixels in [image, *captured]])


def filled_views(picture: Picture, captures: int, seed: int) -> np.ndarray:
    """uint8 [captures, 128, 128, 3]: fillings of one drawn layout, the first half as they are, the others captured."""
    layout = int(picture.name.split("/")[1])
    pages = [templates.filled(seed, layout, filling) for filling in range(captures)]
    return np.stack([resize(page if filling < captures / 2 else augment.capture(
        page, generator(seed, picture.name, filling), augment.camera_of(filling))) for filling, page in enumerate(pages)])


def damage_views(picture: Picture, captures: int, seed: int) -> np.ndarray:
    """uint8 [kinds, 128, 128, 3]: the picture after each kind of damage, in the order of `kinds.KINDS`."""
    image = decode(picture.encoded)
    return np.stack([resize(harm(image, generator(seed, picture.name, 301 + index)))
                     for index, harm in enumerate(kinds.KINDS.values())])


def paper_views(picture: Picture, captures: int, seed: int) -> np.ndarray:
    """uint8 [2 * captures, 128, 128, 3]: fillings of one drawn layout, then fillings of its look-alike."""
    layout = int(picture.name.split("/")[1])
    return np.stack([resize(paper.paper(seed, layout, filling, look_alike, kept=True))
                     for look_alike in (False, True) for filling in range(captures)])


# Each way to views with the modules whose code decides what they look like.
CODE = {views_of: (augment, preprocess), cut_off_view: (augment, preprocess, outside),
        film_views: (augment, preprocess, film), sibling_views: (augment, preprocess, siblings),
        filled_views: (augment, preprocess, templates),
        damage_views: (preprocess, copy, frame, kinds, marks), paper_views: (preprocess, canvas, genres, paper)}


class Views:
    """uint8 [pictures, views, 128, 128, 3] on disk."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths
        self.count = len(np.load(paths[0], mmap_mode="r")) if paths else 0

    def view(self, picture: int, view: int) -> np.ndarray:
        """uint8 [128, 128, 3]; of its file only what it takes is read."""
        return np.load(self.paths[picture], mmap_mode="r")[view]

    def stack(self, pictures: np.ndarray, views: np.ndarray) -> np.ndarray:
        """uint8 [n, 128, 128, 3] of n pairs."""
        return np.stack([self.view(picture, view) for picture, view in zip(pictures, views, strict=True)])

    def all(self) -> np.ndarray:
        """uint8 [pictures * views, 128, 128, 3], picture by picture."""
        return np.concatenate([np.load(path) for path in self.paths])


def write(jobs: list[tuple[Picture, int, int, Path, Kind]]) -> int:
    cv2.setNumThreads(1)
    for picture, captures, seed, path, views in jobs:
        partial = path.with_name(f"{path.stem}.{os.getpid()}.partial.npy")
        np.save(partial, views(picture, captures, seed))
        partial.rename(path)
    return len(jobs)


def make_views(pictures: list[Picture], captures: int, seed: int, cache: Path, workers: int = 2,
               views: Kind = views_of) -> Views:
    """Goes on where it was stopped."""
    code = "".join(Path(module.__file__).read_text() for module in CODE[views])
    recipe = f"{code}{views.__name__}.{captures}.{seed}"
    keys = [hashlib.sha256(f"{recipe}\n{item.name}".encode()).hexdigest()[:24] for item in pictures]
    paths = [cache / key[:2] / f"{key}.npy" for key in keys]
    missing = [(item, captures, seed, path, views)
               for item, path in zip(pictures, paths, strict=True) if not path.exists()]
    for folder in {job[3].parent for job in missing}:
        folder.mkdir(parents=True, exist_ok=True)
    if missing:
        os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the processes share the cores; read when they import numpy
        parts, done = [missing[start:start + AT_ONCE] for start in range(0, len(missing), AT_ONCE)], 0
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            for count in pool.imap_unordered(write, parts):
                done += count
                print(f"\r{views.__name__.replace('_', ' ')}, pictures: {done} of {len(missing)}", end="",
                      file=sys.stderr, flush=True)
        print(file=sys.stderr)
    return Views(paths)
