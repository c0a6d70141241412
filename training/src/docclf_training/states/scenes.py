"""Pictures of documents in states: the state's mark, then a camera that is as bad for every state as real ones are.

A capture is never told apart from another by its camera, only by its state: each draws its camera anew, the plain ones too.
"""

import hashlib
import multiprocessing
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from .. import augment, film
from ..data import Picture
from ..preprocess import decode, resize
from ..views import generator
from . import invented, kinds, paper, seen, shapes
from .kinds import INVENTED, KINDS, OFTEN, STATES, states
from .losses import PLAIN_VIEWS

LONG_SIDE = 192  # in which marks are drawn
NAMED, NEW = 6, 2  # states of a document: so many that have a name, and so many invented ones
VIEWS = PLAIN_VIEWS + 2 * (NAMED + NEW)
UNSEEN_STYLES = 100  # the last ones, for documents that are held out
AT_ONCE = 100  # documents in one file of the cache

# Glare is a state, so the camera itself has little of it. An old phone blurs, tints and dims whatever it looks at.
GOOD = replace(augment.Camera(), weakest=0.2, corner=0.01, rotation=0.6, glare=0.06, tint=0.035, exposure=0.2, gamma=0.12,
               defocus=0.004, motion=0.006, noise=5.0, side=(140, 240))
BAD = replace(augment.ROUGH, weakest=0.3, corner=0.016, rotation=1.0, glare=0.1, tint=0.08, exposure=0.3, gamma=0.2, haze=0.2,
              defocus=0.006, motion=0.008, side=(115, 220))
WORST = replace(augment.ROUGH, weakest=0.6, corner=0.022, glare=0.1, tint=0.12, exposure=0.35, gamma=0.25, haze=0.3, defocus=0.012,
                motion=0.012, noise=10.0, jpeg=(20, 80), side=(85, 170))
CAMERAS = ((GOOD, 0.7, 0.2), (BAD, 0.35, 0.35), (WORST, 0.2, 0.45))  # with the least colour it keeps and its thickest veil
# Chances of a scan and of each camera: what is registered is the better picture more often.
REFERENCE, PROBE = (0.45, 0.33, 0.2, 0.02), (0.12, 0.4, 0.38, 0.1)

LEAST_CHANGE, STRONGEST_CELLS = 16, 5  # grey levels in so many of 16x16 cells: a mark that nobody sees teaches nothing

Mark = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Scenes:
    """Captures of some documents, document by document."""

    pixels: np.ndarray  # uint8 [documents, VIEWS, 128, 128, 3]
    states: np.ndarray  # int [documents, VIEWS]: places in STATES, or INVENTED and the style


def large(image: np.ndarray) -> np.ndarray:
    """float32, its long side LONG_SIDE pixels."""
    scale = LONG_SIDE / max(image.shape[:2])
    size = tuple(max(48, round(length * scale)) for length in image.shape[1::-1])
    return cv2.resize(image, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA).clip(0, 255).astype(np.float32)


def marked(image: np.ndarray, mark: Mark, rng: np.random.Generator) -> np.ndarray:
    """The picture with a mark that can be seen."""
    for _ in range(5):
        with_mark = mark(image, rng)
        change = cv2.resize(np.abs(with_mark - image).mean(2).astype(np.float32), (16, 16), interpolation=cv2.INTER_AREA)
        if np.sort(change.ravel())[-STRONGEST_CELLS:].mean() >= LEAST_CHANGE:
            break
    return with_mark


def drifted(image: np.ndarray, rng: np.random.Generator, colour: float, veil: float) -> np.ndarray:
    """Of another sensor or another printing: colours that fade, a broad veil of light that hides nothing, another contrast."""
    if rng.random() < 0.6:
        grey = (image @ np.array([0.3, 0.59, 0.11], np.float32))[..., None]
        image = grey + rng.uniform(colour, 1.15) * (image - grey)
    if rng.random() < 0.5:
        cells = int(rng.integers(1, 4))
        share = np.clip(film.waves(image.shape[:2], (cells, cells), rng) * 0.5 + rng.uniform(-0.3, 0.5), 0, 1) * rng.uniform(0.05, veil)
        image = image + share[..., None] * (rng.uniform(150, 255) * np.exp(rng.normal(0, 0.08, 3)).astype(np.float32) - image)
    if rng.random() < 0.3:
        image = 128 + rng.uniform(0.8, 1.35) * (image - 128)
    return image


def captured(image: np.ndarray, mark: Mark | None, stage: str, rng: np.random.Generator, chances: tuple[float, ...] = PROBE) -> np.ndarray:
    """uint8 [128, 128, 3]: a float32 picture with that mark, made at that stage, seen by some camera or as scanned."""
    camera = int(rng.choice(len(chances), p=chances)) - 1
    picture = marked(image, mark, rng) if mark and stage == "paper" else image
    if camera >= 0:  # a lamp's reflection is brighter than white paper
        picture = picture * rng.uniform(0.6, 1)
    if mark and stage == "light":
        picture = marked(picture, mark, rng)
    if camera >= 0:
        lens, colour, veil = CAMERAS[camera]
        picture = drifted(picture, rng, colour, veil)
    pixels = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
    if camera >= 0:
        pixels = augment.capture(pixels, rng, lens)
    if mark and stage == "after":
        pixels = np.clip(mark(pixels.astype(np.float32), rng) + 0.5, 0, 255).astype(np.uint8)
    return resize(pixels)


def pair(image: np.ndarray, marks: list[tuple[Mark, str]], rng: np.random.Generator) -> list[np.ndarray]:
    """A reference of a state and a probe of it, which may be of another of its kinds."""
    first = marks[int(rng.integers(len(marks)))]
    second = first if rng.random() < 0.5 else marks[int(rng.integers(len(marks)))]
    return [captured(image, *first, rng, REFERENCE), captured(image, *second, rng)]


def views_of(picture: Picture, seed: int, held_out: bool, unseen: bool) -> tuple[np.ndarray, np.ndarray]:
    """All captures of one document, and their states: PLAIN_VIEWS plain ones, then pairs of named states and of invented ones."""
    rng = generator(seed, picture.name, 302)
    image = large(decode(picture.encoded))
    named = states(unseen)
    chances = np.array([OFTEN.get(name, 1.0) for name in named])
    chosen = rng.choice(list(named), NAMED, replace=False, p=chances / chances.sum())
    known = invented.STYLES - UNSEEN_STYLES
    styles = rng.choice(UNSEEN_STYLES, NEW, replace=False) + known if held_out else rng.choice(known, NEW, replace=False)
    pixels = [captured(image, None, "", rng, PROBE if view else REFERENCE) for view in range(PLAIN_VIEWS)]
    numbers = [0] * PLAIN_VIEWS
    for name in chosen:
        pixels += pair(image, [(KINDS[kind].step, KINDS[kind].stage) for kind in named[name]], rng)
        numbers += [STATES.index(name)] * 2
    for style in styles:
        pixels += pair(image, [(lambda one, draw, style=int(style): invented.mark(one, draw, style), "paper")], rng)
        numbers += [INVENTED + int(style)] * 2
    return np.stack(pixels), np.array(numbers)


def make_some(job: tuple[list[Picture], int, bool, bool, Path]) -> Path:
    pictures, seed, held_out, unseen, file = job
    if not file.exists():
        cv2.setNumThreads(1)
        made = [views_of(item, seed, held_out, unseen) for item in pictures]
        partial = file.with_suffix(".partial.npz")
        np.savez(partial, pixels=np.stack([one[0] for one in made]), states=np.stack([one[1] for one in made]))
        partial.rename(file)
    return file


def make_scenes(pictures: list[Picture], seed: int, cache: Path, workers: int = 2, held_out: bool = False, unseen: bool = False) -> list[Path]:
    """Files of captures, AT_ONCE documents each, kept by the code that decides what they look like; goes on where it was stopped.

    `held_out` documents have invented marks of their own, `unseen` ones the named states that training does not know.
    """
    modules = (invented, kinds, paper, seen, shapes, augment, film, sys.modules[__name__])
    code = "".join(Path(module.__file__).read_text() for module in modules)
    cache.mkdir(parents=True, exist_ok=True)
    jobs = []
    for start in range(0, len(pictures), AT_ONCE):
        some = pictures[start:start + AT_ONCE]
        recipe = "\n".join([code, str((seed, held_out, unseen)), *(item.name for item in some)])
        jobs.append((some, seed, held_out, unseen, cache / f"scenes-{hashlib.sha256(recipe.encode()).hexdigest()[:16]}.npz"))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # the processes share the cores; read when they import numpy
    files = []
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for file in pool.imap(make_some, jobs):
            files.append(file)
            print(f"\rcaptures of {min(len(files) * AT_ONCE, len(pictures))} of {len(pictures)} documents", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return files


def read_scenes(file: Path) -> Scenes:
    """What `make_scenes` wrote into it."""
    stored = np.load(file)
    return Scenes(stored["pixels"], stored["states"])
