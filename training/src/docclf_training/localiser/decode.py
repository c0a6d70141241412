"""From the network's maps to quads, best first: the reference that the TypeScript package `locate` is held against.

All coordinates are cells of the maps, the middle of a cell at .5. Hypotheses are subsets of the corner maps' peaks and the
straight sides of the mask, judged alike: how well the quad fits the mask, and how much corner there is at its corners.
"""

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from .frame import GRID

PEAKS, LEAST_PEAK = 8, 0.004  # how many are combined, and the least height of one
FINE = 2  # the mask is compared at twice its resolution
CORNER_WEIGHT, MASK_WEIGHT = 0.5, 3.0  # of the logs of corner mass and of overlap
CORNER_FLOOR, OVERLAP_FLOOR = 0.02, 1e-3
BEYOND = 0.3  # mass that a corner beyond the maps counts as
FROM_MASK = 0.3  # what a quad of the mask's sides alone must be better by: its corners are less exact
LEAST_AREA = 6.0  # cells: below it nothing is looked for
SNAP = 3.0  # cells from a corner of the mask to a peak that may replace it
DISTINCT = 0.85  # overlap from which two hypotheses are one
TURN_BEYOND, TURN_FLOOR = 0.05, 1e-3


@dataclass(frozen=True)
class Hypothesis:
    score: float  # higher is better; 0 would be perfect
    quad: np.ndarray  # [4, 2] cells, the document's own top left first if the network is right about its turn
    turns: np.ndarray  # [4] probabilities: that the document's own top left is corner 0, 1, 2, 3 of `quad`


def clockwise(points: np.ndarray) -> np.ndarray:
    """Four points by their angle about their middle, clockwise on the screen."""
    away = points - points.mean(axis=0)
    return points[np.argsort(np.arctan2(away[:, 1], away[:, 0]), kind="stable")]


def cross(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]


def is_convex(quad: np.ndarray) -> bool:
    """Convex and clockwise, no corner straight."""
    sides = np.roll(quad, -1, axis=0) - quad
    return bool((cross(sides, np.roll(sides, -1, axis=0)) > 1e-9).all())


def area(polygon: np.ndarray) -> float:
    return float(cross(polygon, np.roll(polygon, -1, axis=0)).sum() / 2)


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    common, _ = cv2.intersectConvexConvex(np.float32(first), np.float32(second))
    return common / (area(first) + area(second) - common)


def enlarge(mask: np.ndarray) -> np.ndarray:
    """Twice the resolution, bilinear between cells' middles, edge cells repeated."""
    padded = np.pad(mask, 1, mode="edge")
    rows = np.stack([0.25 * padded[:-2] + 0.75 * padded[1:-1], 0.75 * padded[1:-1] + 0.25 * padded[2:]], axis=1)
    rows = rows.reshape(FINE * mask.shape[0], -1)
    columns = np.stack([0.25 * rows[:, :-2] + 0.75 * rows[:, 1:-1], 0.75 * rows[:, 1:-1] + 0.25 * rows[:, 2:]], axis=2)
    return columns.reshape(len(rows), -1)


def around(values: np.ndarray) -> np.ndarray:
    """The sum of 5x5 cells around each; nothing beyond the maps."""
    padded = np.pad(values, 2)
    rows = sum(padded[shift:shift + GRID] for shift in range(5))
    return sum(rows[:, shift:shift + GRID] for shift in range(5))


class Fit:
    """Judges quads by one picture's maps."""

    def __init__(self, maps: np.ndarray) -> None:
        maps = maps.astype(np.float64)
        self.mask = 1 / (1 + np.exp(-maps[0]))
        raised = np.exp(maps[1:] - maps[1:].max(axis=(1, 2), keepdims=True))
        self.corners = raised / raised.sum(axis=(1, 2), keepdims=True)
        self.mass = [around(item) for item in self.corners]
        self.any_mass = sum(self.mass)
        fine = enlarge(self.mask)
        self.total = fine.sum()
        self.running = np.concatenate([np.zeros((len(fine), 1)), np.cumsum(fine, axis=1)], axis=1)

    def overlap(self, quad: np.ndarray) -> float:
        """Of the mask, as it is, with the quad's inside."""
        side = len(self.running)
        middles = np.arange(side) + 0.5
        left, right = np.full(side, np.inf), np.full(side, -np.inf)
        points = quad * FINE
        for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
            low, high = min(start[1], end[1]), max(start[1], end[1])
            rows = (middles >= low) & (middles < high)
            if rows.any():
                crossing = start[0] + (middles[rows] - start[1]) * (end[0] - start[0]) / (end[1] - start[1])
                left[rows], right[rows] = np.minimum(left[rows], crossing), np.maximum(right[rows], crossing)
        rows = np.flatnonzero(left < right)
        first = np.clip(np.ceil(left[rows] - 0.5), 0, side).astype(int)
        last = np.clip(np.ceil(right[rows] - 0.5), 0, side).astype(int)
        common = (self.running[rows, last] - self.running[rows, first]).sum()
        # What lies beyond the maps cannot be seen, and counts neither for nor against.
        return float(common / max(self.total + (last - first).sum() - common, 1e-6))

    def score(self, quad: np.ndarray) -> float:
        corners = sum(np.log(BEYOND if value is None else min(value, 1) + CORNER_FLOOR)
                      for value in (at(self.any_mass, corner) for corner in quad))
        return CORNER_WEIGHT * corners + MASK_WEIGHT * np.log(self.overlap(quad) + OVERLAP_FLOOR)

    def turned(self, score: float, quad: np.ndarray) -> Hypothesis:
        """The quad begun at the corner that the maps take for the document's own top left."""
        logs = []
        for turn in range(4):
            values = [at(self.mass[index], quad[(index + turn) % 4]) for index in range(4)]
            logs.append(sum(np.log((TURN_BEYOND if value is None else value) + TURN_FLOOR) for value in values))
        chances = np.exp(np.array(logs) - max(logs))
        chances /= chances.sum()
        best = int(chances.argmax())
        return Hypothesis(score, np.roll(quad, -best, axis=0), np.roll(chances, -best))


def at(values: np.ndarray, point: np.ndarray) -> float | None:
    column, row = int(np.floor(point[0])), int(np.floor(point[1]))
    return float(values[row, column]) if 0 <= column < GRID and 0 <= row < GRID else None


def peaks(values: np.ndarray) -> list[np.ndarray]:
    """The highest local maxima: x, y (the middle of the mass in 5x5 cells) and that mass, highest first."""
    padded = np.pad(values, 2)
    highest = np.max([padded[1 + row:1 + row + GRID, 1 + column:1 + column + GRID]
                      for row in range(3) for column in range(3)], axis=0)
    rows, columns = np.nonzero((values >= highest) & (values > LEAST_PEAK))
    found = []
    for index in np.argsort(-values[rows, columns], kind="stable")[:PEAKS]:
        row, column = rows[index], columns[index]
        near = padded[row:row + 5, column:column + 5]
        mass, steps = near.sum(), np.arange(-2, 3)
        found.append(np.array([column + 0.5 + (near.sum(axis=0) * steps).sum() / mass,
                               row + 0.5 + (near.sum(axis=1) * steps).sum() / mass, mass]))
    return found


def decode(maps: np.ndarray, count: int = 4) -> list[Hypothesis]:
    """Maps [5, GRID, GRID] to at most `count` hypotheses, best first; none where the mask and the corners say nothing."""
    from .sides import mask_quad

    fit = Fit(maps)
    tips = peaks(fit.corners.sum(axis=0))
    candidates: list[tuple[float, np.ndarray]] = []
    for subset in combinations(range(len(tips)), 4):
        quad = clockwise(np.array([tips[index][:2] for index in subset]))
        if is_convex(quad) and area(quad) >= LEAST_AREA:
            candidates.append((fit.score(quad), quad))
    sides = mask_quad(fit.mask)
    if sides is not None:
        candidates.append((fit.score(sides) - FROM_MASK, sides))
        snapped = snap(sides, tips)
        if is_convex(snapped):
            candidates.append((fit.score(snapped), snapped))
    hypotheses: list[Hypothesis] = []
    for score, quad in sorted(candidates, key=lambda item: -item[0]):
        if all(overlap(quad, other.quad) < DISTINCT for other in hypotheses):
            hypotheses.append(fit.turned(score, quad))
            if len(hypotheses) == count:
                break
    return hypotheses


def snap(quad: np.ndarray, tips: list[np.ndarray]) -> np.ndarray:
    """Each corner drawn to a peak near it; a heavy peak draws from further."""
    moved = quad.copy()
    for index, corner in enumerate(quad):
        reach = [np.hypot(*(tip[:2] - corner)) - 2 * min(tip[2], 1) for tip in tips]
        if reach and min(reach) < SNAP:
            moved[index] = tips[int(np.argmin(reach))][:2]
    return moved
