"""The closed-form head: a linear discriminant.

With S_w the scatter within a class (captures of one picture) and S_b that between class means:
whiten S_w with a ridge, keep the directions of the largest between/within ratio, and divide each by
the square root of its ratio to a power. Power 1 gives every kept direction the same spread over
classes, power 0 the same noise.
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg


@dataclass(frozen=True)
class Head:
    """embedding = unit(matrix @ feature + bias). The matrix holds numbers that float16 can hold."""

    matrix: np.ndarray  # [dimension, features]
    bias: np.ndarray  # [dimension]
    ratio: np.ndarray  # between/within variance of the kept directions, descending

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return unit(features.astype(np.float32) @ self.matrix.T + self.bias)


def unit(rows: np.ndarray) -> np.ndarray:
    """float32 rows of length 1 (along the last axis)."""
    rows = rows.astype(np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12)


@dataclass(frozen=True)
class Scatter:
    """Second moments of features: what a fit needs, however many images there were."""

    mean: np.ndarray  # [d], mean of the class means
    within: np.ndarray  # [d, d]
    between: np.ndarray  # [d, d]


def scatter(features: np.ndarray, views: list[int], block: int = 1024) -> Scatter:
    """features [classes, views, d]; only the listed views of each class count."""
    classes, _, size = features.shape
    within = np.zeros((size, size))
    means = np.empty((classes, size), np.float32)
    for start in range(0, classes, block):
        rows = features[start:start + block][:, views].astype(np.float32)
        means[start:start + block] = rows.mean(axis=1)
        rows = (rows - rows.mean(axis=1, keepdims=True)).reshape(-1, size)
        within += rows.T @ rows
    within /= classes * (len(views) - 1)
    mean = means.mean(axis=0, dtype=np.float64)
    centred = means - mean.astype(np.float32)
    return Scatter(mean, within, (centred.T @ centred).astype(np.float64) / classes)


def blend(parts: list[Scatter]) -> Scatter:
    """One scatter in which every part counts alike, however many classes it has."""
    mean = np.mean([part.mean for part in parts], axis=0)
    apart = [np.outer(part.mean - mean, part.mean - mean) for part in parts]
    between = np.mean([part.between + spread for part, spread in zip(parts, apart, strict=True)], axis=0)
    return Scatter(mean, np.mean([part.within for part in parts], axis=0), between)


def fit(moments: Scatter, dimension: int = 512, ridge: float = 0.02, power: float = 1.0) -> Head:
    """ridge: share of the mean within-class eigenvalue added to all of them."""
    size = len(moments.mean)
    within = moments.within + ridge * np.trace(moments.within) / size * np.eye(size)
    ratio, directions = linalg.eigh(moments.between, within, subset_by_index=[size - dimension, size - 1])
    ratio, directions = ratio[::-1], directions[:, ::-1]
    # A direction's sign is arbitrary; fixing it makes two runs give the same file.
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(dimension)])
    matrix = (directions / ratio ** (power / 2)).T
    # Any common factor is undone by the unit length; this one keeps the numbers near 1.
    matrix = (matrix / np.abs(matrix).mean()).astype(np.float16).astype(np.float32)
    return Head(matrix, (-matrix @ moments.mean).astype(np.float32), ratio)
