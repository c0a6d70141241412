"""Where a photo lies in the network's input, and what the network is asked to draw for it.

The photo, squashed to INNER x INNER by area, lies in a margin of zeros; so a corner a little outside of the photo still has
a place on the maps. Quads are [4, 2] in the photo's own unit square, the document's own top left, top right, bottom
right, bottom left; (0, 0) is the photo's outer edge, not the middle of its first pixel.
"""

import cv2
import numpy as np

from ..preprocess import MEAN, STD

SIDE, MARGIN = 192, 16  # pixels of the input; zeros around the photo
INNER = SIDE - 2 * MARGIN
STRIDE = 4
GRID = SIDE // STRIDE  # cells of a map
PEAK = 0.9  # standard deviation of a corner's peak, in cells
REACH = 0.3  # cells from the canvas' edge within which a corner is not asked for

UNIT = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
WHOLE = 0.045  # the picture is the document where every corner lies this near to the picture's own


def canvas(pixels: np.ndarray) -> np.ndarray:
    """uint8 RGB [n, INNER, INNER, 3] to the network's input, float32 [n, 3, SIDE, SIDE]."""
    value = (pixels.astype(np.float32) / 255 - np.float32(MEAN)) / np.float32(STD)
    full = np.zeros((len(pixels), SIDE, SIDE, 3), np.float32)
    full[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = value
    return np.ascontiguousarray(full.transpose(0, 3, 1, 2))


def to_cells(quad: np.ndarray) -> np.ndarray:
    """Unit square of the photo to cells of the maps; a cell's middle is at .5."""
    return (np.asarray(quad) * INNER + MARGIN) / STRIDE


def from_cells(quad: np.ndarray) -> np.ndarray:
    return (np.asarray(quad) * STRIDE - MARGIN) / INNER


def is_whole(quad: np.ndarray) -> bool:
    """Whether the picture is the document already, whichever way up."""
    return any(np.abs(np.roll(quad, turn, axis=0) - UNIT).max() < WHOLE for turn in range(4))


def targets(quad: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mask [GRID, GRID] in 0..1, a peak a corner [4, GRID, GRID] that sums to 1, and which corners have one [4]."""
    if quad is None:
        return np.zeros((GRID, GRID), np.float32), np.zeros((4, GRID, GRID), np.float32), np.zeros(4, np.float32)
    cells = to_cells(quad)
    drawn = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(drawn, [np.round((cells * STRIDE - 0.5) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    mask = cv2.resize(drawn, (GRID, GRID), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    middles = np.arange(GRID, dtype=np.float32) + 0.5
    across = np.exp(-((middles[None] - cells[:, :1]) ** 2) / (2 * PEAK**2))
    down = np.exp(-((middles[None] - cells[:, 1:]) ** 2) / (2 * PEAK**2))
    peaks = down[:, :, None] * across[:, None, :]
    inside = ((cells > REACH) & (cells < GRID - REACH)).all(axis=1)
    peaks /= np.maximum(peaks.sum(axis=(1, 2), keepdims=True), 1e-6)
    return mask, (peaks * inside[:, None, None]).astype(np.float32), inside.astype(np.float32)
