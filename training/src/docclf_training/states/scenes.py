"""Pictures of documents in states: the state's mark, then a camera that is as bad for every state as real ones are.

A capture is never told apart from another by its camera, only by its state: each draws its camera anew, the plain ones too.
"""

import multiprocessing
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from .. import augment, outside
from ..data import Picture
from ..preprocess import decode, resize
from ..views import generator
from .kinds import HELD_OUT, KINDS, PLAIN, TRAINED

LONG_SIDE = 192  # in which marks are drawn
PLAIN_VIEWS, KINDS_EACH = 4, 8  # captures of a document: so many plain ones, and two of each of so many kinds
VIEWS = PLAIN_VIEWS + 2 * KINDS_EACH

# Glare is a state, so the camera itself has little of it. An old phone blurs, tints and dims whatever it looks at.
GOOD = replace(augment.Camera(), glare=0.05)
BAD = replace(augment.ROUGH, glare=0.08)
WORST = replace(augment.ROUGH, weakest=0.6, glare=0.08, tint=0.13, exposure=0.32, gamma=0.25, haze=0.3, defocus=0.012,
                motion=0.012, noise=11.0, jpeg=(18, 80), side=(80, 170))


@dataclass(frozen=True)
class Scenes:
    """Captures of many documents, document by document."""

    pixels: np.ndarray  # uint8 [documents, VIEWS, 128, 128, 3]
    kinds: np.ndarray  # int [documents, VIEWS]: 0 is plain, else 1 + the index in KINDS


def large(image: np.ndarray) -> np.ndarray:
    """float32, its long side LONG_SIDE pixels."""
    scale = LONG_SIDE / max(image.shape[:2])
    size = tuple(max(48, round(length * scale)) for length in image.shape[1::-1])
    return cv2.resize(image, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA).clip(0, 255).astype(np.float32)


def captured(image: np.ndarray, kind: str, rng: np.random.Generator, clean: float = 0.2) -> np.ndarray:
    """uint8 [128, 128, 3]: a float32 picture in that state, seen by some camera or, with the chance `clean`, as scanned."""
    def at(stage: str, picture: np.ndarray) -> np.ndarray:
        if kind == PLAIN or KINDS[kind].stage != stage:
            return picture
        return KINDS[kind].step(picture, rng)

    scanned = rng.random() < clean
    picture = at("paper", image)
    if not scanned:  # a lamp's reflection is brighter than white paper
        picture = picture * rng.uniform(0.65, 1)
    pixels = np.clip(at("light", picture) + 0.5, 0, 255).astype(np.uint8)
    if not scanned:
        camera = (GOOD, BAD, WORST)[int(rng.choice(3, p=(0.3, 0.4, 0.3)))]
        pixels = augment.capture(pixels, rng, camera)
        if rng.random() < 0.04:
            pixels = outside.cut_off(pixels, rng)
    pixels = np.clip(at("after", pixels.astype(np.float32)) + 0.5, 0, 255).astype(np.uint8)
    return resize(pixels)


def views_of(picture: Picture, seed: int, kinds: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """All captures of one document, and their kinds: PLAIN_VIEWS plain ones, then pairs of some of `kinds`."""
    rng = generator(seed, picture.name, 301)
    image = large(decode(picture.encoded))
    chosen = rng.choice(len(kinds), KINDS_EACH, replace=len(kinds) < KINDS_EACH)
    names = [PLAIN] * PLAIN_VIEWS + [kinds[index] for index in chosen for _ in range(2)]
    order = list(KINDS)
    numbers = [0 if name == PLAIN else 1 + order.index(name) for name in names]
    return np.stack([captured(image, name, rng) for name in names]), np.array(numbers)


def make_one(job: tuple[Picture, int, tuple[str, ...]]) -> tuple[np.ndarray, np.ndarray]:
    cv2.setNumThreads(1)
    return views_of(*job)


def make_scenes(pictures: list[Picture], seed: int, cache: Path, workers: int = 2, held_out: bool = False) -> Scenes:
    """Made once, kept in the cache by the code that decides what they look like."""
    import hashlib
    from . import kinds, paper, seen, shapes
    code = "".join(Path(module.__file__).read_text() for module in (kinds, paper, seen, shapes, augment, outside, sys.modules[__name__]))
    key = hashlib.sha256("\n".join([code, str(seed), str(held_out), *(item.name for item in pictures)]).encode()).hexdigest()[:16]
    file = cache / f"scenes-{key}.npz"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        jobs = [(item, seed, HELD_OUT if held_out else TRAINED) for item in pictures]
        made = []
        with multiprocessing.get_context("spawn").Pool(workers) as pool:
            for one in pool.imap(make_one, jobs, 8):
                made.append(one)
                if len(made) % 50 == 0:
                    print(f"\rcaptures of {len(made)} of {len(jobs)} documents", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        partial = file.with_suffix(".partial.npz")
        np.savez(partial, pixels=np.stack([one[0] for one in made]), kinds=np.stack([one[1] for one in made]))
        partial.rename(file)
    stored = np.load(file)
    return Scenes(stored["pixels"], stored["kinds"])
