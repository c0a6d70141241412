"""Four straight sides of the mask: they reach where no corner can be seen, behind a thumb or beyond the frame."""

import numpy as np

from .frame import GRID

INSIDE = 0.5  # of the mask
LEAST_CELLS = 6
NEAR, ENDS = 0.8, 0.08  # cells from a side within which outline belongs to it; share of it left out at each end
LEAST_POINTS = 4  # that a side is fitted to
LARGEST_MOVE = 6.0  # cells a fitted corner may lie from the hull's
FURTHEST = 0.5 * GRID  # cells beyond the maps that sides may meet at
CUT = 0.2  # of its cost, what it costs to take a side away that is only where the frame cuts the document
EDGE = 0.75  # cells from the edge of the maps: there the outline is the frame's, not the document's


def largest_part(mask: np.ndarray) -> np.ndarray:
    """bool: the largest connected part (four neighbours) of what is over INSIDE."""
    inside, labels, best, label = mask > INSIDE, np.zeros(mask.shape, int), 0, 0
    sizes = [0]
    for start in np.argwhere(inside):
        if labels[tuple(start)]:
            continue
        label += 1
        stack, size = [tuple(start)], 0
        labels[tuple(start)] = label
        while stack:
            row, column = stack.pop()
            size += 1
            for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if 0 <= near[0] < GRID and 0 <= near[1] < GRID and inside[near] and not labels[near]:
                    labels[near] = label
                    stack.append(near)
        sizes.append(size)
        best = label if size > sizes[best] else best
    return labels == best if best else np.zeros(mask.shape, bool)


def outline(mask: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Where the mask crosses INSIDE between a cell of the part and one outside of it, [n, 2] cells.

    Row by row and column by column, between cells' middles; at the edge of the maps the edge itself.
    """
    points = []
    for axis in (0, 1):
        values, inside = (mask, part) if axis == 0 else (mask.T, part.T)
        for line, column in np.argwhere(inside):
            for step in (-1, 1):
                near = column + step
                if not 0 <= near < GRID:
                    place = 0.0 if step < 0 else float(GRID)
                elif inside[line, near]:
                    continue
                else:
                    here, there = values[line, column], values[line, near]
                    # A neighbour of another part may be over INSIDE too: halfway then.
                    share = (here - INSIDE) / (here - there) if there < INSIDE else 0.5
                    place = column + 0.5 + step * share
                points.append((place, line + 0.5) if axis == 0 else (line + 0.5, place))
    return np.array(points, float).reshape(-1, 2)


def hull(points: np.ndarray) -> np.ndarray:
    """Convex hull, clockwise on the screen (Andrew's monotone chain)."""
    ordered = sorted(set(map(tuple, points.tolist())))

    def chain(items: list) -> list:
        kept: list = []
        for x, y in items:
            while len(kept) > 1:
                (ax, ay), (bx, by) = kept[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 1e-12:
                    break
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    return np.array(chain(ordered) + chain(ordered[::-1]))


def meet(start: np.ndarray, along: np.ndarray, other: np.ndarray, other_along: np.ndarray) -> np.ndarray | None:
    """Where two lines cross; None where they hardly do."""
    sine = along[0] * other_along[1] - along[1] * other_along[0]
    if abs(sine) < 1e-6 * np.hypot(*along) * np.hypot(*other_along):
        return None
    share = ((other[0] - start[0]) * other_along[1] - (other[1] - start[1]) * other_along[0]) / sine
    return start + along * share


def four_of(polygon: np.ndarray) -> np.ndarray | None:
    """The convex polygon with sides taken away, each time the one whose neighbours meet at the least cost of area."""
    points = list(polygon)
    while len(points) > 4:
        best = None
        for index in range(len(points)):
            before, first, second, after = (points[(index + step) % len(points)] for step in (-1, 0, 1, 2))
            tip = meet(before, first - before, after, second - after)
            # It has to lie beyond both: neighbours that open outwards never meet there.
            if tip is None or np.dot(tip - first, first - before) < 0 or np.dot(tip - second, second - after) < 0:
                continue
            if (tip < -FURTHEST).any() or (tip > GRID + FURTHEST).any():
                continue
            side, away = second - first, tip - first
            cost = abs(side[0] * away[1] - side[1] * away[0])
            if any(first[axis] == second[axis] and first[axis] in (0, GRID) for axis in (0, 1)):
                cost *= CUT
            if best is None or cost < best[0]:
                best = (cost, index, tip)
        if best is None:
            return None
        _, index, tip = best
        points[index] = tip
        points.pop((index + 1) % len(points))
    return np.array(points) if len(points) == 4 else None


def line_through(points: np.ndarray, start: np.ndarray, along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least squares (across the line) over the outline near one side; the side itself where there is too little of it."""
    length = np.hypot(*along)
    unit = along / length
    away = points - start
    share, distance = away @ unit / length, np.abs(away[:, 0] * unit[1] - away[:, 1] * unit[0])
    seen = ((points > EDGE) & (points < GRID - EDGE)).all(axis=1)
    chosen = points[(share > ENDS) & (share < 1 - ENDS) & (distance < NEAR) & seen]
    if len(chosen) < LEAST_POINTS:
        return start, along
    middle = chosen.mean(axis=0)
    x, y = (chosen - middle).T
    angle = 0.5 * np.arctan2(2 * (x * y).sum(), (x * x).sum() - (y * y).sum())
    return middle, np.array([np.cos(angle), np.sin(angle)])


def mask_quad(mask: np.ndarray) -> np.ndarray | None:
    """The quad of the mask's sides [4, 2], clockwise; None where the mask is empty or has no four sides."""
    part = largest_part(mask)
    if part.sum() < LEAST_CELLS:
        return None
    points = outline(mask, part)
    rough = four_of(hull(points))
    if rough is None:
        return None
    lines = [line_through(points, rough[index], rough[(index + 1) % 4] - rough[index]) for index in range(4)]
    corners = [meet(*lines[index - 1], *lines[index]) for index in range(4)]
    if any(corner is None for corner in corners):
        return rough
    exact = np.array(corners)
    from .decode import is_convex

    return exact if is_convex(exact) and np.hypot(*(exact - rough).T).max() < LARGEST_MOVE else rough
