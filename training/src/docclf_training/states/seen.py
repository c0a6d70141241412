"""States of the picture: light that falls on the sheet, what a camera or a copier makes of it.

Each takes and returns float32 RGB [height, width, 3] in 0..255 and a seeded generator. `LIGHT` acts before the camera,
`AFTER` on the captured picture.
"""

import cv2
import numpy as np

from ..film import turned, waves
from .shapes import cloud, grid, ground, outline, place, polygon, soft

Generator = np.random.Generator


def toward_light(image: np.ndarray, share: np.ndarray, rng: Generator) -> np.ndarray:
    """So much of a lamp's reflection, which saturates."""
    lamp = 255 * rng.uniform(0.95, 1.15) * (1 + rng.normal(0, 0.02, 3)).astype(np.float32)
    return np.clip(image + share[..., None] * (lamp - image), 0, 255)


def glare_spot(image: np.ndarray, rng: Generator) -> np.ndarray:
    """One to three lamps reflected: a burnt core in a halo."""
    shape = image.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        away = outline(shape, rng, rng.uniform(0.06, 0.2), rough=rng.uniform(0.02, 0.25))
        core, halo = soft(away, rng.uniform(0.05, 0.3)), np.exp(-np.maximum(away + 1, 0) ** 2 / rng.uniform(2, 8))
        image = toward_light(image, np.clip(core + rng.uniform(0.1, 0.5) * halo, 0, 1), rng)
    return image


def glare_tube(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A tube or a blind reflected: one or several long bars."""
    shape, angle = image.shape[:2], rng.uniform(0, np.pi)
    row, column = grid(shape)
    y, x = place(shape, rng)
    across = (row - y) * np.cos(angle) - (column - x) * np.sin(angle) + 0.02 * waves(shape, (2, 2), rng)
    along = (column - x) * np.cos(angle) + (row - y) * np.sin(angle)
    width, step = rng.uniform(0.015, 0.07), rng.uniform(0.1, 0.25)
    share = np.zeros(shape, np.float32)
    for bar in range(int(rng.integers(1, 4))):
        share = np.maximum(share, np.exp(-np.abs((across - bar * step) / width) ** rng.uniform(2, 5)))
    share *= soft(np.abs(along) - rng.uniform(0.2, 0.7), 0.05)
    return toward_light(image, rng.uniform(0.75, 1) * share, rng)


def glare_window(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A window's panes reflected, slanting."""
    shape, share = image.shape[:2], np.zeros(image.shape[:2], np.float32)
    centre, size = rng.uniform(0.2, 0.8, 2), rng.uniform(0.1, 0.28, 2)
    slant = rng.normal(0, 0.3, 2)
    panes = int(rng.integers(1, 3))
    for i in range(panes):
        for j in range(panes):
            low = np.array([i, j]) / panes - 0.5
            corners = (np.array([(0.03, 0.03), (0.97, 0.03), (0.97, 0.97), (0.03, 0.97)]) / panes + low) * 2 * size
            share = np.maximum(share, polygon(shape, (centre + corners + corners[:, ::-1] * slant).astype(np.float32)))
    share = cv2.GaussianBlur(share, (0, 0), rng.uniform(0.003, 0.02) * max(shape))
    return toward_light(image, rng.uniform(0.6, 1) * share, rng)


def glow(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A lamp on a dull surface: a long or a round glow that saturates in its middle and has no edge."""
    shape = image.shape[:2]
    row, column = grid(shape)
    for _ in range(int(rng.integers(1, 3))):
        (y, x), angle, size = place(shape, rng), rng.uniform(0, np.pi), rng.uniform(0.08, 0.28)
        along = (column - x) * np.cos(angle) + (row - y) * np.sin(angle)
        across = ((row - y) * np.cos(angle) - (column - x) * np.sin(angle)) / rng.uniform(0.25, 1)
        share = rng.uniform(0.85, 1.7) * np.exp(-(along**2 + across**2) / size**2)
        image = toward_light(image, np.clip(share, 0, 1), rng)
    return image


def shadow(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Of a hand or a phone: dark, with a definite edge."""
    shape, centre = image.shape[:2], rng.uniform(0.1, 0.9, 2)
    angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 8))))
    radii = rng.uniform(0.25, 0.6, len(angles))
    points = centre + np.stack([np.cos(angles), np.sin(angles)], 1) * radii[:, None]
    mask = cv2.GaussianBlur(polygon(shape, points.astype(np.float32)), (0, 0), rng.uniform(0.005, 0.04) * max(shape))
    return image * (1 - rng.uniform(0.5, 0.8) * mask[..., None])


def finger(image: np.ndarray, rng: Generator) -> np.ndarray:
    """One or two fingertips over an edge."""
    shape = image.shape[:2]
    row, column = grid(shape)
    height, width = np.array(shape) / max(shape)
    skin = np.array(((225, 175, 150), (190, 135, 105), (130, 85, 60), (240, 200, 180))[int(rng.integers(4))], np.float32)
    for _ in range(int(rng.integers(1, 3))):
        along, side, reach = rng.uniform(0.1, 0.9), int(rng.integers(4)), rng.uniform(0.1, 0.25)
        y, x = ((0, along * width), (height, along * width), (along * height, 0), (along * height, width))[side]
        tall = side < 2
        thick = rng.uniform(0.05, 0.09)
        away = np.hypot((row - y) / (reach if tall else thick), (column - x) / (thick if tall else reach)) - 1
        shade = np.clip(1 - 0.45 * np.clip(away + 1, 0, 1) ** 3, 0, 1)
        image = image * (1 - 0.4 * soft(away - 0.1, 0.1)[..., None])
        image = image + soft(away, 0.03)[..., None] * (skin * shade[..., None] - image)
    return image


def blurred(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Out of focus, more than any camera of the set."""
    return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.016, 0.035) * max(image.shape[:2]))


def shaken(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A long streak of motion."""
    reach = max(3, round(rng.uniform(0.03, 0.07) * max(image.shape[:2])))
    kernel = turned(np.pad(np.ones((1, 2 * reach + 1), np.float32), ((reach, reach), (0, 0))), rng.uniform(0, 180))
    return cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)


def dark(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Hardly any light: dim, noisy."""
    image = image * rng.uniform(0.1, 0.28)
    return np.clip(image + rng.normal(0, rng.uniform(3, 9), image.shape) + rng.uniform(0, 8), 0, 255).astype(np.float32)


def washed(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Overexposed: what is pale is gone."""
    return np.clip(image * rng.uniform(1.7, 2.6) + rng.uniform(0, 30), 0, 255)


def grey(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Without colour."""
    return np.repeat((image @ np.array([0.3, 0.59, 0.11], np.float32))[..., None], 3, axis=2)


def photocopy(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Grey, hard, speckled, with a dark border where the lid was open."""
    value = grey(image, rng)[..., 0]
    value = 255 * soft(-(value / 255 - rng.uniform(0.4, 0.6)), rng.uniform(0.06, 0.12))
    value = value - 60 * (rng.random(value.shape) < rng.uniform(0, 0.02))
    row, column = grid(value.shape)
    edge = (row, column, row.max() - row, column.max() - column)[int(rng.integers(4))]
    value = value * (1 - rng.uniform(0, 0.9) * soft(edge - rng.uniform(0.0, 0.05), 0.008))
    return np.repeat(np.clip(value, 0, 255)[..., None], 3, axis=2).astype(np.float32)


def fax(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Black or white and nothing between, in coarse lines."""
    value = grey(image, rng)[..., 0]
    coarse = cv2.resize(value, (value.shape[1], max(8, value.shape[0] // 2)), interpolation=cv2.INTER_AREA)
    level = cv2.GaussianBlur(coarse, (0, 0), 0.1 * max(coarse.shape)) * rng.uniform(0.85, 0.97)
    bits = 255 * (coarse + rng.normal(0, 14, coarse.shape) > level)
    value = cv2.resize(bits.astype(np.float32), value.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.repeat(value[..., None], 3, axis=2)


def faded(image: np.ndarray, rng: Generator) -> np.ndarray:
    """By the sun: pale and yellowish, hardly any black left."""
    keep = rng.uniform(0.25, 0.45)
    return keep * image + (1 - keep) * np.array((232, 222, 195), np.float32) * rng.uniform(0.92, 1.05)


def screen(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Photographed from a screen: moiré, bluish, glowing blacks."""
    row, column = grid(image.shape[:2])
    bend = 0.01 * waves(image.shape[:2], (2, 2), rng)
    moire = np.zeros(image.shape, np.float32)
    for channel in range(3):
        angle, frequency = rng.uniform(0, np.pi), rng.uniform(60, 220)
        moire[..., channel] = np.sin(frequency * ((column + bend) * np.cos(angle) + row * np.sin(angle)))
    moire += np.sin(rng.uniform(15, 50) * (row + bend))[..., None]
    image = (25 + 0.9 * image) * np.array((0.9, 0.97, 1.08), np.float32)
    return np.clip(image * (1 + rng.uniform(0.06, 0.16) * moire), 0, 255)


def tinted(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Under a strongly coloured lamp."""
    lamps = ((1, 0.72, 0.35), (0.5, 0.75, 1.1), (1.05, 0.55, 0.6), (0.6, 1, 0.6))
    return np.clip(image * np.array(lamps[int(rng.integers(4))], np.float32) * rng.uniform(0.8, 1.1), 0, 255)


def foggy(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Through a dirty or misted lens: soft and milky."""
    soft_image = cv2.GaussianBlur(image, (0, 0), 0.03 * max(image.shape[:2]))
    veil = rng.uniform(0.35, 0.6) + 0.2 * (cloud(image.shape[:2], rng, 2)[..., None] - 0.5)
    return (1 - veil) * (0.5 * image + 0.5 * soft_image) + veil * rng.uniform(170, 225)


def covered(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Another sheet or a thing lies over a part."""
    points = rng.uniform(0.2, 0.8, 2) + np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * rng.uniform(0.12, 0.3, 2)
    points = points + np.array(((-0.4, 0), (0.4, 0), (0, -0.4), (0, 0.4))[int(rng.integers(4))]) + rng.normal(0, 0.03, (4, 2))
    mask = polygon(image.shape[:2], points.astype(np.float32))[..., None]
    return image + mask * (ground(image.shape[:2], rng) - image)
