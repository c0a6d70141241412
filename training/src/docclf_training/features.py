"""Simulated captures of many pictures through the frozen trunk, cached in chunks so that a run can go on.

A chunk's file name is a hash of all that decides its content: the trunk, the code of the camera
and of the preprocessing, the seed, the pictures' names. A changed recipe therefore never meets an old chunk.
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
import onnxruntime

from . import augment, film, outside, preprocess, siblings, templates
from .data import Picture
from .preprocess import decode, normalise, resize

CHUNK = 256
_session: onnxruntime.InferenceSession | None = None


def open_session(model: bytes | str | Path) -> onnxruntime.InferenceSession:
    """One thread: the processes share the work, and results do not depend on the machine's cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


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


# Each way to views with the modules whose code decides what they look like.
CODE = {views_of: (augment, preprocess), cut_off_view: (augment, preprocess, outside),
        film_views: (augment, preprocess, film), sibling_views: (augment, preprocess, siblings),
        filled_views: (augment, preprocess, templates)}


def _start(trunk: bytes) -> None:
    global _session
    cv2.setNumThreads(1)
    _session = open_session(trunk)


def _chunk(job: tuple) -> Path:
    pictures, captures, seed, path, views = job
    rows = [_session.run(None, {"image": normalise(views(picture, captures, seed))})[0]
            for picture in pictures]
    partial = path.with_suffix(".partial.npy")
    np.save(partial, np.stack(rows).astype(np.float16))
    partial.rename(path)
    return path


def extract(pictures: list[Picture], trunk: bytes, cache: Path, captures: int, seed: int,
            workers: int, views: Callable[[Picture, int, int], np.ndarray] = views_of) -> np.ndarray:
    """float16 [pictures, views, features]: what the trunk returns for the views of each picture, not normalised."""
    code = "".join(Path(module.__file__).read_text() for module in CODE[views])
    recipe = hashlib.sha256(trunk + f"{code}{captures}.{seed}".encode()).hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    jobs = []
    for start in range(0, len(pictures), CHUNK):
        part = pictures[start:start + CHUNK]
        key = hashlib.sha256("\n".join([recipe, *(item.name for item in part)]).encode()).hexdigest()[:24]
        jobs.append((part, captures, seed, cache / f"{key}.npy", views))
    missing = [job for job in jobs if not job[3].exists()]
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the processes share the cores; read when they import numpy
    if not missing:
        return np.concatenate([np.load(job[3]) for job in jobs])
    with multiprocessing.get_context("spawn").Pool(workers, _start, (trunk,)) as pool:
        for done, _ in enumerate(pool.imap_unordered(_chunk, missing), start=1):
            print(f"\rchunks of features: {done} of {len(missing)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return np.concatenate([np.load(job[3]) for job in jobs])
