"""Where the picture ends is not where the document does: borders, a crop that is too tight, skew, perspective, a neighbour.

Every function takes uint8 RGB [height, width, 3] and a seeded generator, and returns uint8 RGB.
"""

import cv2
import numpy as np

WHITE, BLACK = (244, 256), (0, 14)  # grey levels of a scanner's lid, and of nothing


def ground(rng: np.random.Generator, levels: tuple[int, int] | None = None) -> tuple[float, ...]:
    """A colour of what lies around the document: within the levels where they are given, else of any kind."""
    if levels is None:
        kind = rng.random()
        if kind < 0.7:
            levels = WHITE if kind < 0.35 else BLACK
        else:
            return tuple(np.clip(rng.uniform(20, 235) + rng.normal(0, 22, 3), 0, 255))
    return (float(rng.uniform(*levels)),) * 3


def placed(image: np.ndarray, corners: np.ndarray, rng: np.random.Generator, colour: tuple[float, ...]) -> np.ndarray:
    """The picture with its corners (top left, clockwise, in shares of the frame) there, what it does not cover in one colour."""
    height, width = image.shape[:2]
    size = np.array([width, height], np.float32)
    source = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * size - 0.5
    matrix = cv2.getPerspectiveTransform(source, (corners * size - 0.5).astype(np.float32))
    return cv2.warpPerspective(image, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=colour)


def margins(rng: np.random.Generator, low: float, high: float) -> np.ndarray:
    """Left, top, right and bottom in shares of the document's side: even ones, one side alone, or each its own."""
    kind, most = rng.random(), rng.uniform(low, high)
    if kind < 0.4:
        return np.full(4, most)
    if kind < 0.6:
        alone = np.zeros(4)
        alone[rng.integers(4)] = most * 1.5
        return alone
    return rng.uniform(0, most, 4) * 1.3


def framed(image: np.ndarray, sides: np.ndarray, rng: np.random.Generator, colour: tuple[float, ...]) -> np.ndarray:
    """Margins around the document, or parts of it lost where they are negative."""
    left, top, right, bottom = sides
    size = np.array([1 + left + right, 1 + top + bottom])
    corners = (np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) + [left, top]) / size
    return placed(image, corners, rng, colour)


def white_border(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return framed(image, margins(rng, 0.02, 0.22), rng, ground(rng, WHITE))


def black_border(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return framed(image, margins(rng, 0.02, 0.14), rng, ground(rng, BLACK))


def other_border(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Of a table, with a shadow or a grain."""
    height, width = image.shape[:2]
    sides = margins(rng, 0.02, 0.18)
    key = np.full_like(image, 255)
    covered = framed(key, sides, rng, (0.0, 0.0, 0.0)).astype(np.float32) / 255
    table = np.array(ground(rng)) + rng.normal(0, rng.uniform(0, 18), (height, width, 1))
    return np.clip(framed(image, sides, rng, (0.0, 0.0, 0.0)) + (1 - covered) * table, 0, 255).astype(np.uint8)


def tight_crop(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return framed(image, -margins(rng, 0.01, 0.11), rng, (255.0,) * 3)


def skew(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """By up to ten degrees, in the old frame or in one that holds all of the page."""
    height, width = image.shape[:2]
    angle = np.deg2rad(rng.uniform(1.5, 10) * rng.choice([-1, 1]))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    size = np.array([width, height])
    corners = (np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) - 0.5) * size @ turn
    if rng.random() < 0.4:
        corners = corners * size / np.ptp(corners, axis=0)
    return placed(image, corners / size + 0.5, rng, ground(rng))


def perspective(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    amount = rng.uniform(0.02, 0.1)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) + rng.uniform(-amount, amount, (4, 2))
    return placed(image, corners, rng, ground(rng))


def spread(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The edge of a neighbouring page beside it: the picture itself, mirrored, and the gutter's shadow."""
    height, width = image.shape[:2]
    taken = max(2, round(width * rng.uniform(0.04, 0.16)))
    neighbour = cv2.flip(image, int(rng.integers(-1, 2)))[:, :taken].astype(np.float32)
    if rng.random() < 0.4:
        neighbour[:] = ground(rng, WHITE)
    shade = 1 - rng.uniform(0.1, 0.6) * np.exp(-np.arange(taken) / max(1.0, taken * rng.uniform(0.1, 0.5)))
    neighbour *= shade[None, :, None]
    both = [image, neighbour.astype(np.uint8)]
    return np.concatenate(both if rng.random() < 0.5 else [both[1][:, ::-1], both[0]], axis=1)


def stretched(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A receipt that was torn off sooner or later, or curls away: one part of it shorter, the end lost or blank."""
    height, width = image.shape[:2]
    share = rng.uniform(-0.2, 0.25)
    if share < 0:
        return image[:max(8, round(height * (1 + share)))]
    blank = np.full((max(1, round(height * share)), width, 3), ground(rng, WHITE), np.float64).astype(np.uint8)
    return np.concatenate([image, blank])
