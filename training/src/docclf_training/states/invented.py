"""Marks that nobody has a name for, invented from a number: a shape, an ink, an edge, a texture, so many of them.

A user's next state is one that training never saw. Hundreds of invented ones, each drawn alike on several documents, teach what
"the same kind of mark, elsewhere" means; named kinds alone teach those kinds.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from ..film import waves
from .shapes import cloud, cover, drawn, grid, multiply, place, soft

Generator = np.random.Generator
STYLES = 600
SHAPES = ("ellipse", "bar", "polygon", "blob", "lines", "curve", "dots", "ring", "strip", "wedge", "hatch", "frame")
TEXTURES = ("flat", "flat", "cloud", "stripes", "checks", "speckle")


@dataclass(frozen=True)
class Style:
    """What captures of one invented state have in common."""

    shape: str
    texture: str
    size: float  # of the longer side
    slender: float  # width by length
    count: tuple[int, int]
    colour: np.ndarray | None  # None: another one each time
    opacity: float
    blend: str
    border: float  # of the edge's softness, in shares of the longer side
    rim: float  # how much darker or lighter the edge is, -1 to 1
    shadow: float
    upright: bool
    frequency: float  # of the texture, waves along the longer side


def style(number: int) -> Style:
    """The style of a number."""
    rng = np.random.default_rng([number, 811])
    few = int(rng.integers(1, 4))
    shape = SHAPES[int(rng.integers(len(SHAPES)))]
    return Style(shape=shape, texture=TEXTURES[int(rng.integers(len(TEXTURES)))],
                 size=float(np.exp(rng.uniform(np.log(0.07), np.log(0.28)))), slender=float(rng.uniform(0.15, 1)),
                 count=(few, few + int(rng.integers(0, 4))), colour=any_colour(rng) if rng.random() < 0.55 else None,
                 opacity=float(rng.uniform(0.5, 1)), blend=("cover", "cover", "multiply", "screen")[int(rng.integers(4))],
                 border=float(rng.choice([0.002, 0.002, 0.006, 0.02])), rim=float(rng.choice([0, 0, 0, -0.8, 0.8])),
                 shadow=float(rng.choice([0, 0, 0.5])), upright=bool(rng.random() < 0.4), frequency=float(rng.uniform(14, 60)))


def any_colour(rng: Generator) -> np.ndarray:
    """Black, white and grey as often as bright."""
    if rng.random() < 0.35:
        return np.full(3, rng.choice([15, 60, 120, 190, 245]), np.float32) + rng.normal(0, 8, 3).astype(np.float32)
    hue = np.uint8([[[rng.integers(180), rng.integers(90, 256), rng.integers(70, 256)]]])
    return cv2.cvtColor(hue, cv2.COLOR_HSV2RGB)[0, 0].astype(np.float32)


def distance(shape: tuple[int, int], one: Style, rng: Generator) -> np.ndarray:
    """To the outline of one mark, negative inside, in shares of the longer side."""
    row, column = grid(shape)
    height, width = np.array(shape) / max(shape)
    y, x = place(shape, rng)
    size = one.size * np.exp(rng.normal(0, 0.18))
    angle = rng.normal(0, 0.1) + (np.pi / 2 if rng.random() < 0.3 else 0) if one.upright else rng.uniform(0, np.pi)
    along, across = (column - x) * np.cos(angle) + (row - y) * np.sin(angle), (row - y) * np.cos(angle) - (column - x) * np.sin(angle)
    far = np.hypot(along, across / one.slender)
    if one.shape == "ellipse":
        return (far - size) * one.slender
    if one.shape == "ring":
        return np.abs(far - size) * one.slender - 0.25 * size * one.slender
    if one.shape == "frame":
        return np.abs(np.maximum(np.abs(along) - size, np.abs(across) - size * max(0.35, one.slender))) - 0.012
    if one.shape == "polygon":
        corners, phase = int(3 + one.frequency % 4), rng.uniform(0, 6)
        turns = phase + 2 * np.pi * np.arange(corners) / corners
        return np.max([along * np.cos(t) + across * np.sin(t) for t in turns], axis=0) - 0.8 * size
    if one.shape == "blob":
        return far * one.slender - one.slender * size * (1 + 0.45 * waves(shape, (6, 6), rng))
    if one.shape == "curve":
        sway = size * np.sin(along / size * 3 + rng.uniform(0, 6)) * 0.6
        return np.maximum(np.abs(across - sway) - 0.05 * one.slender - 0.006, np.abs(along) - 2.2 * size)
    if one.shape == "lines":
        return np.maximum(np.abs(across) - 0.003 - 0.012 * one.slender, np.abs(along) - 2 * size)
    if one.shape == "strip":
        away = (row, height - row, column, width - column)[int(rng.integers(4))]
        return away - 0.5 * size * (1 + one.slender * 0.3 * waves(shape, (5, 5), rng))
    if one.shape == "wedge":
        left, top = (column if rng.random() < 0.5 else width - column), (row if rng.random() < 0.5 else height - row)
        return (left + top * rng.uniform(0.7, 1.4) - 1.3 * size) * 0.7
    return np.maximum(np.abs(along) - size, np.abs(across) - size * one.slender)


def scattered(shape: tuple[int, int], one: Style, rng: Generator) -> np.ndarray:
    """Dots or hatching about a place, as a mask."""
    y, x = place(shape, rng)

    def draw(canvas: np.ndarray, scale: int) -> None:
        for _ in range(int(rng.integers(15, 60)) if one.shape == "dots" else 9):
            at = np.array([x, y]) + rng.normal(0, one.size, 2)
            if one.shape == "dots":
                cv2.circle(canvas, tuple(int(value * scale) for value in at), max(2, int(scale * 0.03 * one.slender)), 255, -1)
        if one.shape == "hatch":
            turn = 0.4 if one.upright else rng.uniform(0, np.pi)
            direction, normal = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
            for step in np.linspace(-one.size, one.size, 5 + int(one.frequency % 5)):
                middle = np.array([x, y]) + step * normal
                ends = [tuple(int(value * scale) for value in middle + sign * one.size * direction) for sign in (-1, 1)]
                cv2.line(canvas, *ends, 255, max(2, int(scale * (0.004 + 0.012 * one.slender))), cv2.LINE_AA)
    return drawn(shape, draw)


def textured(shape: tuple[int, int], one: Style, rng: Generator) -> np.ndarray:
    """How much of the ink lies where, 0..1."""
    row, column = grid(shape)
    turn, wave = (0.0 if one.upright else rng.uniform(0, np.pi)), 2 * np.pi * one.frequency
    first = np.sin(wave * (column * np.cos(turn) + row * np.sin(turn)))
    if one.texture == "stripes":
        return soft(first, 0.3)
    if one.texture == "checks":
        return soft(first * np.sin(wave * (row * np.cos(turn) - column * np.sin(turn))), 0.2)
    if one.texture == "cloud":
        return cloud(shape, rng, 10)
    if one.texture == "speckle":
        return (cloud(shape, rng, int(one.frequency)) > 0.45).astype(np.float32)
    return np.ones(shape, np.float32)


def mark(image: np.ndarray, rng: Generator, number: int) -> np.ndarray:
    """The picture with a mark of that style somewhere."""
    one, shape = style(number), image.shape[:2]
    colour = any_colour(rng) if one.colour is None else np.clip(one.colour + rng.normal(0, 10, 3), 0, 255)
    for _ in range(int(rng.integers(one.count[0], one.count[1] + 1))):
        if one.shape in ("dots", "hatch"):
            mask, rim = scattered(shape, one, rng), np.zeros(shape, np.float32)
        else:
            away = distance(shape, one, rng)
            mask, rim = soft(away, one.border), np.exp(-(away / (0.008 + one.border)) ** 2)
        if one.shadow:
            image = multiply(image, one.shadow * cv2.GaussianBlur(np.roll(mask, (3, 3), (0, 1)), (0, 0), 3), (40, 40, 40))
        strength = one.opacity * mask * (0.25 + 0.75 * textured(shape, one, rng))
        if one.blend == "multiply":
            image = multiply(image, strength, colour)
        elif one.blend == "screen":
            image = image + strength[..., None] * (255 - image) * (0.5 + colour / 510)
        else:
            image = cover(image, strength, colour)
        if one.rim:
            image = cover(image, abs(one.rim) * rim * one.opacity, np.clip(colour + 90 * np.sign(one.rim), 0, 255))
    return np.clip(image, 0, 255).astype(np.float32)
