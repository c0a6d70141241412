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
NAMED, NEW = 5, 3  # states of a document: so many that have a name, and so many invented ones
VIEWS = PLAIN_VIEWS + 2 * (NAMED + NEW)
UNSEEN_STYLES = 100  # the last ones, for documents that are held out
AT_ONCE = 100  # documents in one file of the cache

# Photographs that people cut out are sharp at 128 pixels; it is colour, contrast and reflections that go astray, on plain pictures too.
GOOD = replace(augment.Camera(), weakest=0.2, corner=0.011, rotation=0.7, glare=0.08, tint=0.05, exposure=0.25, gamma=0.2, haze=0.1,
               defocus=0.003, motion=0.005, noise=4.0, side=(150, 260))
BAD = replace(augment.ROUGH, weakest=0.3, corner=0.017, rotation=1.1, glare=0.12, tint=0.09, exposure=0.33, gamma=0.28, haze=0.2,
              defocus=0.0045, motion=0.007, side=(125, 230))
WORST = replace(augment.ROUGH, weakest=0.6, corner=0.02, glare=0.12, tint=0.13, exposure=0.35, gamma=0.3, haze=0.3, defocus=0.011,
                motion=0.011, noise=10.0, jpeg=(20, 80), side=(90, 170))


@dataclass(frozen=True)
class Drift:
    """What a camera does to colours and light besides."""

    colour: float  # the least that it keeps of it
    grey: float  # chance that it keeps none
    veil: float  # the thickest


CAMERAS = ((GOOD, Drift(0.6, 0.05, 0.15)), (BAD, Drift(0.35, 0.12, 0.3)), (WORST, Drift(0.2, 0.15, 0.45)))
# Chances of a scan and of each camera: what is registered is the better picture more often.
REFERENCE, PROBE = (0.55, 0.28, 0.16, 0.01), (0.1, 0.4, 0.43, 0.07)
SAME_CAPTURE = 0.6  # share of documents whose references are one capture with different marks
GLOSSY = 0.35  # share of documents that reflect
REFLECTIONS = (0.05, 0.6)  # chance that a photograph has some, of a dull document and of a glossy one
BENT = 0.018  # shares of the longer side: the largest deviation of places that are moved
AFTERWARDS = 0.4  # share of documents whose marks are made on captures, not before them

LEAST_CHANGE, STRONGEST_CELLS = 18, 5  # grey levels in so many of 16x16 cells: a mark that nobody sees teaches nothing

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


def drifted(image: np.ndarray, rng: np.random.Generator, drift: Drift, reflections: float) -> np.ndarray:
    """Of another sensor or another printing: colours that fade or mix, a broad veil of light that hides nothing, another contrast, a glossy ground."""
    grey = (image @ np.array([0.3, 0.59, 0.11], np.float32))[..., None]
    if rng.random() < drift.grey:
        image = np.repeat(grey, 3, axis=2)
    elif rng.random() < 0.6:
        image = grey + rng.uniform(drift.colour, 1.2) * (image - grey)
    if rng.random() < 0.35:
        mixed = np.eye(3) + rng.normal(0, 0.09, (3, 3))
        image = image @ (mixed / mixed.sum(0)).astype(np.float32)
    if rng.random() < 0.5:
        cells = int(rng.integers(1, 4))
        share = np.clip(film.waves(image.shape[:2], (cells, cells), rng) * 0.5 + rng.uniform(-0.3, 0.5), 0, 1) * rng.uniform(0.05, drift.veil)
        image = image + share[..., None] * (rng.uniform(150, 255) * np.exp(rng.normal(0, 0.08, 3)).astype(np.float32) - image)
    if rng.random() < 0.4:
        image = 128 + rng.uniform(0.7, 1.5) * (image - 128)
    if rng.random() < reflections:
        image = image + rng.uniform(0.1, 0.85) * film.ridges(image.shape[:2], rng)[..., None] * np.maximum(255 - image, 0)
    return image


def bent(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paper is never quite flat, a cut-out never quite the catalogue's: places move by up to some hundredths; often sharpened by the phone."""
    height, width = image.shape[:2]
    reach = rng.uniform(0, BENT) * max(height, width)
    cells = int(rng.integers(1, 4))
    row, column = np.meshgrid(np.arange(height, dtype=np.float32), np.arange(width, dtype=np.float32), indexing="ij")
    moved = [axis + reach * film.waves((height, width), (cells, cells), rng) for axis in (column, row)]
    image = cv2.remap(image, *moved, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.4:
        image = image + rng.uniform(0.3, 1.5) * (image - cv2.GaussianBlur(image, (0, 0), rng.uniform(1, 3)))
    return image


@dataclass(frozen=True)
class Session:
    """How the captures of one kind are made: with which chance by which camera; each by its own, or one for all where there is a seed."""

    chances: tuple[float, ...] = PROBE
    camera: tuple[int, ...] | None = None
    afterwards: bool = False  # the mark is made on the capture
    reflections: float = REFLECTIONS[0]


def captured(image: np.ndarray, mark: Mark | None, stage: str, rng: np.random.Generator, session: Session = Session()) -> np.ndarray:
    """uint8 [128, 128, 3]: a float32 picture with that mark, made at that stage, seen by some camera or as scanned."""
    lens_rng = rng if session.camera is None else np.random.default_rng(session.camera)
    camera = int(lens_rng.choice(len(session.chances), p=session.chances)) - 1
    before = mark is not None and not session.afterwards
    picture = marked(image, mark, rng) if before and stage == "paper" else image
    if camera >= 0:  # a lamp's reflection is brighter than white paper
        picture = picture * lens_rng.uniform(0.6, 1)
    if before and stage == "light":
        picture = marked(picture, mark, rng)
    if camera >= 0:
        lens, drift = CAMERAS[camera]
        picture = drifted(bent(picture, lens_rng), lens_rng, drift, session.reflections * (stage != "light"))
    pixels = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
    if camera >= 0:
        pixels = augment.capture(pixels, lens_rng, lens)
    if mark and stage == "after":
        pixels = np.clip(mark(pixels.astype(np.float32), rng) + 0.5, 0, 255).astype(np.uint8)
    elif mark and session.afterwards:
        pixels = augment.compress(np.clip(marked(large(pixels), mark, rng) + 0.5, 0, 255).astype(np.uint8), int(rng.integers(70, 96)))
    return resize(pixels)


def pair(image: np.ndarray, marks: list[tuple[Mark, str]], rng: np.random.Generator, sessions: tuple[Session, Session]) -> list[np.ndarray]:
    """A reference of a state and a probe of it, which may be of another of its kinds."""
    first = marks[int(rng.integers(len(marks)))]
    second = first if rng.random() < 0.5 else marks[int(rng.integers(len(marks)))]
    return [captured(image, *one, rng, session) for one, session in zip((first, second), sessions, strict=True)]


def views_of(picture: Picture, seed: int, held_out: bool, unseen: bool) -> tuple[np.ndarray, np.ndarray]:
    """All captures of one document, and their states: PLAIN_VIEWS plain ones, then pairs of named states and of invented ones."""
    rng = generator(seed, picture.name, 302)
    image = large(decode(picture.encoded))
    named = states(unseen)
    chances = np.array([OFTEN.get(name, 1.0) for name in named])
    chosen = rng.choice(list(named), NAMED, replace=False, p=chances / chances.sum())
    known = invented.STYLES - UNSEEN_STYLES
    styles = rng.choice(UNSEEN_STYLES, NEW, replace=False) + known if held_out else rng.choice(known, NEW, replace=False)
    camera = (int(rng.integers(2**32)),) if rng.random() < SAME_CAPTURE else None
    glossy = REFLECTIONS[int(rng.random() < GLOSSY)]
    reference, probe = (Session(some, own, rng.random() < AFTERWARDS, glossy) for some, own in ((REFERENCE, camera), (PROBE, None)))
    pixels = [captured(image, None, "", rng, probe if view else reference) for view in range(PLAIN_VIEWS)]
    numbers = [0] * PLAIN_VIEWS
    for name in chosen:
        pixels += pair(image, [(KINDS[kind].step, KINDS[kind].stage) for kind in named[name]], rng, (reference, probe))
        numbers += [STATES.index(name)] * 2
    for style in styles:
        mark = lambda one, draw, style=int(style): invented.mark(one, draw, style)
        pixels += pair(image, [(mark, "paper")], rng, (reference, probe))
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
