"""Crumpled clear film over a cover: bright ridges that hide what is below, a veil, a coloured lamp.

The worst genuine pairs of photographed covers look like this (`sheets`); the soft spot of glare in `augment`
does not. Steps take and return float32 RGB [height, width, 3] in 0..255.
"""

import cv2
import numpy as np

from .augment import ROUGH, capture


def waves(shape: tuple[int, int], cells: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Smooth noise [height, width] of standard deviation near 1 and so many random cells down and across."""
    grid = rng.standard_normal((cells[0] + 3, cells[1] + 3)).astype(np.float32)
    return cv2.resize(grid, shape[::-1], interpolation=cv2.INTER_CUBIC)


def turned(field: np.ndarray, angle: float) -> np.ndarray:
    """The field about its centre; what comes from outside is mirrored."""
    height, width = field.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.2)
    return cv2.warpAffine(field, matrix, (width, height), borderMode=cv2.BORDER_REFLECT)


def ridges(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Share of the light that the film sends back, 0..1 [height, width]: folds where a broad light falls on it."""
    lit = turned(waves(shape, (2, int(rng.integers(1, 4))), rng), rng.uniform(0, 180)) - rng.uniform(-0.2, 0.9)
    angle = rng.uniform(0, 180)
    fold = np.zeros(shape, np.float32)
    for _ in range(int(rng.integers(1, 4))):
        cells = (int(rng.integers(3, 9)), int(rng.integers(1, 4)))
        height = turned(waves(shape, cells, rng), angle + rng.normal(0, 20))
        fold = np.maximum(fold, np.clip(1.2 - np.abs(height) / rng.uniform(0.1, 0.45), 0, 1))
    return np.clip(fold * np.clip(lit / 0.35, 0, 1) + rng.uniform(0, 0.35) * np.clip(lit, 0, 1), 0, 1)


def film(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The document below the film, in a lamp of another colour."""
    lamp = np.exp(rng.normal(0, 0.12, 3) + rng.normal(0, 0.15)).astype(np.float32)
    veil = rng.uniform(0, 0.45) * (0.6 + 0.4 * np.tanh(waves(image.shape[:2], (1, 1), rng)))[..., None]
    image = image * (1 - veil) + rng.uniform(90, 200) * veil
    back = rng.uniform(0.5, 1) * ridges(image.shape[:2], rng)[..., None]
    return np.clip(image * lamp * (1 - back) + 255 * back, 0, 255)


def below_film(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One simulated capture of a document below film: uint8 RGB in, uint8 RGB out, of another size."""
    return capture(film(image.astype(np.float32), rng).astype(np.uint8), rng, ROUGH)
