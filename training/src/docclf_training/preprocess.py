"""Bytes to the tensor that the network takes; the same contract as the TypeScript package `preprocess`.

Squash (the aspect is not kept) to 128x128. Each axis on its own: area averaging where it shrinks,
bilinear between pixel centres where it grows. Both axes are done in floating point and rounded
once, half up, to uint8; then (pixel / 255 - mean) / std.
"""

from functools import lru_cache

import cv2
import numpy as np

SIDE = 128
# ImageNet's statistics, red and blue exchanged: the trunk was trained on BGR pictures with the RGB
# numbers in their usual order. `trunk.py` turns its first convolution round, so that input is RGB.
MEAN = (0.406, 0.456, 0.485)
STD = (0.225, 0.224, 0.229)


def decode(data: bytes) -> np.ndarray:
    """Encoded image to RGB uint8 [height, width, 3], EXIF orientation applied."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"expected an encoded image, got {len(data)} bytes that do not decode")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


@lru_cache(maxsize=4096)
def axis_weights(source: int, target: int) -> np.ndarray:
    """The matrix [target, source] that resizes one axis; each row sums to 1."""
    if source > target:  # area: how much of each source pixel a target pixel covers
        edges = np.arange(target + 1, dtype=np.float64) * source / target
        pixels = np.arange(source, dtype=np.float64)
        overlap = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
        weights = np.maximum(overlap, 0)
    else:  # bilinear: the triangle around the target's centre, clamped at the border
        centre = (np.arange(target) + 0.5) * source / target - 0.5
        low = np.floor(centre)
        fraction = centre - low
        weights = np.zeros((target, source))
        rows = np.arange(target)
        np.add.at(weights, (rows, np.clip(low, 0, source - 1).astype(int)), 1 - fraction)
        np.add.at(weights, (rows, np.clip(low + 1, 0, source - 1).astype(int)), fraction)
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    weights.setflags(write=False)
    return weights


def resize(image: np.ndarray, side: int = SIDE) -> np.ndarray:
    """RGB uint8 [height, width, 3] to uint8 [side, side, 3]."""
    height, width, channels = image.shape
    rows = axis_weights(height, side) @ image.reshape(height, -1).astype(np.float32)
    by_column = rows.reshape(side, width, channels).transpose(1, 0, 2).reshape(width, -1)
    pixels = (axis_weights(width, side) @ by_column).reshape(side, side, channels).transpose(1, 0, 2)
    return np.floor(pixels + np.float32(0.5)).clip(0, 255).astype(np.uint8)


def normalise(pixels: np.ndarray) -> np.ndarray:
    """uint8 [..., side, side, 3] to float32 [..., 3, side, side]."""
    value = (pixels.astype(np.float32) / 255 - np.float32(MEAN)) / np.float32(STD)
    return np.ascontiguousarray(np.moveaxis(value, -1, -3))


def preprocess(image: np.ndarray) -> np.ndarray:
    """RGB uint8 of any size to the network's input [3, side, side]."""
    return normalise(resize(image))
