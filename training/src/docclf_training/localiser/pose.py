"""Where a sheet lies before the camera: a quad in the photo's unit square."""

import cv2
import numpy as np

# Width to height of photos; the network sees them squashed to a square, and so must the quads be.
PHOTO_ASPECTS = (4 / 3, 4 / 3, 3 / 4, 3 / 4, 1, 9 / 16, 16 / 9, 2.2, 0.45)


def photo_aspect(rng: np.random.Generator) -> float:
    return float(rng.choice(PHOTO_ASPECTS) if rng.random() < 0.9 else rng.uniform(0.4, 2.4))


def turn(rng: np.random.Generator) -> float:
    """Radians: any, nearly upright, or nearly a quarter, half or three-quarter turn."""
    chance = rng.random()
    if chance < 0.38:
        return rng.uniform(-np.pi, np.pi)
    quarters = 0 if chance < 0.72 else rng.integers(1, 4)
    return np.deg2rad(rng.normal(0, 9)) + quarters * np.pi / 2


def rotation(axis: int, angle: float) -> np.ndarray:
    first, second = [item for item in range(3) if item != axis]
    matrix = np.eye(3)
    matrix[first, first] = matrix[second, second] = np.cos(angle)
    matrix[first, second], matrix[second, first] = -np.sin(angle), np.sin(angle)
    return matrix


def pose(aspect: float, photo: float, rng: np.random.Generator, size: float | None = None,
         frontal: bool = False) -> np.ndarray:
    """Quad [4, 2] of a sheet with `aspect` (width / height) in a photo with aspect `photo`.

    `size` is the larger of its two extents in the unit square; where it is left out the sheet is large, and may reach a
    little out of the photo. `frontal`: as a hand holds the phone that means to fill the frame.
    """
    angle = turn(rng)
    tilt = np.deg2rad(rng.normal(0, 18, 2))
    if frontal:
        angle = np.deg2rad(rng.normal(0, 4)) + (0 if rng.random() < 0.75 else rng.integers(1, 4)) * np.pi / 2
        tilt *= 0.4
    extent = np.array([min(aspect, 1), min(1 / aspect, 1), 0])
    sheet = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) / 2 * extent
    points = sheet @ (rotation(1, tilt[0]) @ rotation(0, tilt[1]) @ rotation(2, angle)).T
    distance = rng.uniform(1.2, 3)
    quad = points[:, :2] * (distance / (distance + points[:, 2:])) * [photo**-0.5, photo**0.5]
    if size is None:
        size = rng.uniform(0.35, 1) if rng.random() < 0.7 else rng.uniform(0.8, 1.12)
    if frontal:
        size = rng.uniform(0.85, 1.06)
    quad *= size / np.ptp(quad, axis=0).max()
    slack = 0.03 if rng.random() < 0.75 else 0.09
    low, high = -slack - quad.min(axis=0), 1 + slack - quad.max(axis=0)
    place = np.where(low < high, rng.uniform(np.minimum(low, high), np.maximum(low, high)), (low + high) / 2)
    if rng.random() < 0.5:  # people aim for the middle
        place = (place + (low + high) / 2) / 2
    return quad + place


def strip(rng: np.random.Generator) -> np.ndarray:
    """A long receipt that leaves the photo at one or both of its short sides."""
    width, lean = rng.uniform(0.3, 0.75), rng.normal(0, 0.06)
    start, end = (rng.uniform(-0.35, -0.02) if rng.random() < 0.7 else rng.uniform(0.03, 0.15)), rng.uniform(1.02, 1.5)
    left = rng.uniform(0.02, 0.98 - width)
    taper = rng.normal(0, 0.04)
    quad = np.array([[left - lean - taper, start], [left + width - lean + taper, start],
                     [left + width + lean - taper, end], [left + lean + taper, end]])
    for _ in range(rng.integers(4)):
        quad = np.stack([1 - quad[:, 1], quad[:, 0]], axis=1)  # the photo a quarter turn clockwise
    return quad if rng.random() < 0.7 else np.roll(quad, 2, axis=0)  # or the receipt upside down


def inside(quad: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points of the sheet's own unit square to the photo's, by the sheet's perspective."""
    matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [1, 0], [1, 1], [0, 1]]), np.float32(quad))
    return cv2.perspectiveTransform(np.float32(points)[None], matrix)[0].astype(np.float64)
