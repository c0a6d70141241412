"""Draws one sheet into a photo: perspective, curl, crumples, round corners, its own shadow."""

import cv2
import numpy as np

from .frame import INNER

BORDER = 8  # pixels around the quad that bent edges may reach
SMALLER = 0.75  # a document drawn below this share of its own size is shrunk by area first


def shrunk(image: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """The document at about the size at which it will be drawn, so that it does not alias."""
    height, width = image.shape[:2]
    share = np.linalg.norm(quad - np.roll(quad, -1, axis=0), axis=1).max() / max(height, width)
    if share >= SMALLER:
        return image
    size = max(8, int(width * share * 1.15)), max(8, int(height * share * 1.15))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def opacity(height: int, width: int, radius: float) -> np.ndarray:
    """uint8 [height, width]: 255 but beyond corners rounded by `radius` of the shorter side."""
    if radius <= 0:
        return np.full((height, width), 255, np.uint8)
    cut = max(1, int(min(height, width) * radius))
    shape = np.zeros((height, width), np.uint8)
    cv2.rectangle(shape, (cut, 0), (width - 1 - cut, height - 1), 255, -1)
    cv2.rectangle(shape, (0, cut), (width - 1, height - 1 - cut), 255, -1)
    for column in (cut, width - 1 - cut):
        for row in (cut, height - 1 - cut):
            cv2.circle(shape, (column, row), cut, 255, -1)
    return shape


def bend(across: np.ndarray, down: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each place of the flat sheet (0..1) looks for its colour once it is bent, and how light it is."""
    a, d = across.clip(0, 1), down.clip(0, 1)
    way = rng.integers(4)  # bent about one axis, the other, both; crumpled as well
    phase = rng.uniform(0.5, 1.6)
    if way != 1:
        wave = np.sin(np.pi * a) * (1 if rng.random() < 0.5 else np.cos(np.pi * a * phase))
        down = down + rng.normal(0, 0.022) * wave
    if way != 0:
        across = across + rng.normal(0, 0.022) * np.sin(np.pi * d)
    if way < 2:
        bent = a if way == 0 else d
        return across, down, 1 + rng.normal(0, 0.15) * np.cos(np.pi * bent * rng.uniform(0.5, 2))
    knots = int(rng.integers(3, 8))
    noise = cv2.resize(rng.standard_normal((knots, knots, 2), np.float32), a.shape[::-1], interpolation=cv2.INTER_CUBIC)
    still = (16 * a * (1 - a) * d * (1 - d)).clip(0, 1) * rng.uniform(0, 0.022)  # the outline stays where the truth has it
    light = 1 + noise[..., 0] * rng.uniform(0, 0.15)
    if rng.random() < 0.4:  # folds: facets with hard edges between them
        angle, place = rng.uniform(0, np.pi), rng.uniform(0.2, 0.8)
        fold = (a - place) * np.cos(angle) + (d - 0.5) * np.sin(angle) > 0
        light = light * np.where(fold, 1 + rng.normal(0, 0.1), 1)
    return across + noise[..., 0] * still, down + noise[..., 1] * still, light


def paste(ground: np.ndarray, image: np.ndarray, quad: np.ndarray, rng: np.random.Generator, *,
          bent: bool = False, radius: float = 0.0, shadow: bool = True) -> None:
    """Draws `image` (uint8 RGB) over `ground` (float32 [INNER, INNER, 3], changed) at `quad` (pixels, outer edges)."""
    image = shrunk(image, quad)
    height, width = image.shape[:2]
    low = np.floor(quad.min(axis=0) - BORDER).astype(int).clip(0, INNER)
    high = np.ceil(quad.max(axis=0) + BORDER).astype(int).clip(0, INNER)
    if (high - low < 2).any():
        return
    square = np.float32([[0, 0], [1, 0], [1, 1], [0, 1]])
    inverse = cv2.getPerspectiveTransform(np.float32(quad), square)
    rows, columns = np.mgrid[low[1]:high[1], low[0]:high[0]].astype(np.float32) + 0.5
    depth = inverse[2, 0] * columns + inverse[2, 1] * rows + inverse[2, 2]
    behind = depth <= 1e-6  # beyond the sheet's horizon
    depth = np.where(behind, 1, depth)
    across = (inverse[0, 0] * columns + inverse[0, 1] * rows + inverse[0, 2]) / depth
    down = (inverse[1, 0] * columns + inverse[1, 1] * rows + inverse[1, 2]) / depth
    across[behind] = -9
    light = None
    if bent:
        across, down, light = bend(across, down, rng)
    source = np.dstack([image, opacity(height, width, radius)])
    drawn = cv2.remap(source, (across * width - 0.5).astype(np.float32), (down * height - 0.5).astype(np.float32),
                      cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    alpha = drawn[..., 3:].astype(np.float32) / 255
    colour = np.where(alpha > 0.02, drawn[..., :3] / np.maximum(alpha, 0.02), 0)  # the border is black: divided out again
    if light is not None:
        colour = colour * light[..., None]
    below = ground[low[1]:high[1], low[0]:high[0]]
    if shadow and rng.random() < 0.6:
        shift = np.float32([[1, 0, rng.normal(0, 2.5)], [0, 1, rng.normal(0, 2.5)]])
        cast = cv2.warpAffine(alpha[..., 0], shift, (alpha.shape[1], alpha.shape[0]))
        below = below * (1 - rng.uniform(0.15, 0.7) * cv2.GaussianBlur(cast, (0, 0), rng.uniform(0.6, 4))[..., None])
    ground[low[1]:high[1], low[0]:high[0]] = below * (1 - alpha) + colour.clip(0, 255) * alpha
