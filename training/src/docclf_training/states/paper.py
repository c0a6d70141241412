"""States of the sheet itself: what was spilt, stuck, stamped, written on it, and how it was folded and torn.

Each takes and returns float32 RGB [height, width, 3] in 0..255 and a seeded generator, and acts before the camera.
"""

import cv2
import numpy as np

from ..film import turned, waves
from .shapes import (INKS, band, box, cloud, cover, drawn, grid, ground, inked, lines_mask, multiply, outline, pick, place, polygon,
                     soft, stroke, text_mask)

Generator = np.random.Generator
LIQUIDS = ((150, 105, 55), (120, 75, 40), (185, 140, 80), (140, 55, 75), (205, 170, 60), (110, 100, 60), (170, 120, 90))


def ring_stain(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Where a cup stood: a ring, broken and darker at its rims, and drops beside it."""
    shape = image.shape[:2]
    colour = pick(LIQUIDS, rng)
    for _ in range(int(rng.integers(1, 4))):
        radius, width = rng.uniform(0.08, 0.2), rng.uniform(0.03, 0.12)
        away = outline(shape, rng, radius, rough=rng.uniform(0, 0.08))
        ring = np.exp(-(away / width) ** 2) * (0.35 + 0.9 * cloud(shape, rng, 6))
        inside = soft(away, 0.05) * rng.uniform(0, 0.25)
        image = inked(image, np.clip(rng.uniform(0.6, 1) * np.maximum(ring, inside), 0, 1), colour, rng)
    return blot(image, rng, largest=0.06) if rng.random() < 0.5 else image


def blot(image: np.ndarray, rng: Generator, largest: float = 0.22) -> np.ndarray:
    """Spilt liquid that has dried: a patch with a darker rim."""
    shape = image.shape[:2]
    colour = np.array(pick(LIQUIDS, rng)) + rng.normal(0, 15, 3)
    for _ in range(int(rng.integers(1, 4))):
        away = outline(shape, rng, np.exp(rng.uniform(np.log(0.04), np.log(largest))), rough=0.35)
        patch = soft(away, 0.03) * (rng.uniform(0.25, 0.8) + 0.3 * (cloud(shape, rng, 8) - 0.5))
        rim = np.exp(-(away / rng.uniform(0.03, 0.09)) ** 2) * rng.uniform(0.2, 0.6)
        image = inked(image, np.clip(patch + rim, 0, 1), np.clip(colour, 0, 255), rng)
    return image


def grease(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Oil: patches that are darker, yellower and let the other side through."""
    shape = image.shape[:2]
    for _ in range(int(rng.integers(1, 6))):
        mask = soft(outline(shape, rng, rng.uniform(0.04, 0.18), rough=0.4), rng.uniform(0.05, 0.3))
        image = multiply(image, rng.uniform(0.35, 0.8) * mask, (190, 180, 140))
    return image


def splatter(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Many drops of mud, ink or paint."""
    shape, (y, x) = image.shape[:2], place(image.shape[:2], rng)
    spread = rng.uniform(0.1, 0.5)

    def draw(canvas: np.ndarray, scale: int) -> None:
        for _ in range(int(rng.integers(25, 160))):
            at = (int((x + rng.normal(0, spread)) * scale), int((y + rng.normal(0, spread)) * scale))
            size = np.exp(rng.normal(np.log(0.006), 0.6)) * scale
            cv2.ellipse(canvas, at, (max(1, int(size)), max(1, int(size * rng.uniform(0.5, 1)))), rng.uniform(0, 180), 0, 360, 255, -1)
    colour = pick(((60, 45, 30), (30, 30, 60), (100, 70, 40), (120, 30, 30), (40, 60, 40)), rng)
    return inked(image, rng.uniform(0.6, 1) * drawn(shape, draw), colour, rng)


def dirt(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Rubbed-in grime: cloudy grey-brown smears, denser in places."""
    shape = image.shape[:2]
    smear = turned(waves(shape, (int(rng.integers(3, 12)), int(rng.integers(2, 5))), rng), rng.uniform(0, 180))
    mask = np.clip(smear * 0.5 + waves(shape, (3, 3), rng) * 0.4 + rng.uniform(-0.1, 0.3), 0, 1)
    return inked(image, rng.uniform(0.5, 0.9) * mask, np.array((110, 95, 75)) + rng.normal(0, 12, 3), rng)


def stamp(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A rubber stamp, round or framed, unevenly inked."""
    shape, mask = image.shape[:2], np.zeros(image.shape[:2], np.float32)
    round_ = rng.random() < 0.5
    for _ in range(int(rng.integers(1, 3))):
        width = rng.uniform(0.2, 0.45) if not round_ else rng.uniform(0.18, 0.36)
        mask = np.maximum(mask, text_mask(shape, rng, width, rng.normal(0, 18), True, round_))
    worn = np.clip(0.45 + 0.9 * cloud(shape, rng, 25), 0, 1) * rng.uniform(0.65, 1)
    return inked(image, mask * worn, pick(INKS, rng), rng)


def overprint(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A large word across the sheet."""
    turn = rng.choice([-1, 1]) * rng.uniform(15, 60)
    mask = text_mask(image.shape[:2], rng, rng.uniform(0.6, 1.0), turn, False)
    colour = pick(INKS + ((120, 120, 120), (200, 60, 60)), rng)
    return inked(image, rng.uniform(0.4, 0.95) * mask, colour, rng)


def handwriting(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A note of several lines by hand."""
    height, (y, x) = rng.uniform(0.008, 0.022), place(image.shape[:2], rng, 0.15)
    lines = []
    for row in range(int(rng.integers(2, 7))):
        start = np.array([max(0.03, x - 0.25 + rng.normal(0, 0.02)), y + 3.2 * height * row])
        lines.append(stroke(rng, start, rng.uniform(0.25, 0.6), height, int(rng.integers(8, 22))))
    return inked(image, rng.uniform(0.7, 1) * lines_mask(image.shape[:2], lines, rng.uniform(0.003, 0.006)), pick(INKS, rng), rng)


def signature(image: np.ndarray, rng: Generator) -> np.ndarray:
    """One large flourish in the lower half."""
    height, width = image.shape[:2]
    low, wide = height / max(height, width), width / max(height, width)
    start = np.array([rng.uniform(0.05, 0.45) * wide, rng.uniform(0.6, 0.92) * low])
    lines = [stroke(rng, start, rng.uniform(0.25, 0.45) * wide, rng.uniform(0.03, 0.06), int(rng.integers(4, 9)))]
    if rng.random() < 0.6:
        lines.append(np.stack([start + [0, 0.03], start + [0.4 * wide, rng.uniform(-0.03, 0.03)]]))
    return inked(image, rng.uniform(0.8, 1) * lines_mask(image.shape[:2], lines, rng.uniform(0.004, 0.009)), pick(INKS[:3], rng), rng)


def crossed_out(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Struck through with a thick pen."""
    height, width = np.array(image.shape[:2]) / max(image.shape[:2])
    ends = [((0.05, 0.05), (0.95, 0.95)), ((0.95, 0.05), (0.05, 0.95))][:int(rng.integers(1, 3))]
    lines = [(np.array(pair) + rng.normal(0, 0.06, (2, 2))) * [width, height] for pair in ends]
    return inked(image, rng.uniform(0.75, 1) * lines_mask(image.shape[:2], lines, rng.uniform(0.006, 0.02)), pick(INKS, rng), rng)


def highlighter(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Broad translucent bars over lines of text."""
    colour = pick(((250, 250, 70), (255, 150, 200), (140, 255, 140), (255, 190, 80), (120, 220, 255)), rng)
    for _ in range(int(rng.integers(2, 7))):
        image = multiply(image, rng.uniform(0.7, 1) * box(image.shape[:2], rng, rng.uniform(0.02, 0.05), rng.uniform(0.15, 0.6), 2), colour)
    return image


def sticker(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A note or label stuck on, with a shadow and a few lines of print."""
    shape = image.shape[:2]
    mask = box(shape, rng, rng.uniform(0.1, 0.25), rng.uniform(0.15, 0.35), 12)
    image = multiply(image, 0.5 * cv2.GaussianBlur(np.roll(mask, (2, 2), (0, 1)), (0, 0), 2), (60, 60, 60))
    colour = pick(((250, 235, 110), (250, 250, 245), (255, 170, 190), (150, 220, 250), (190, 240, 150), (250, 180, 90)), rng)
    face = np.broadcast_to(np.array(colour, np.float32), image.shape)
    row, _ = grid(shape)
    printed = (np.sin(row * rng.uniform(150, 320)) > rng.uniform(0.2, 0.9)) & (cloud(shape, rng, 14) > 0.45)
    face = multiply(face, 0.7 * printed.astype(np.float32), (50, 50, 60))
    return image + mask[..., None] * (face - image)


def redaction(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Black bars."""
    for _ in range(int(rng.integers(3, 9))):
        image = cover(image, box(image.shape[:2], rng, rng.uniform(0.02, 0.06), rng.uniform(0.12, 0.5), 0.5), (rng.uniform(0, 25),) * 3)
    return image


def tape(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A strip of adhesive tape: yellowish, shiny at its borders."""
    for _ in range(int(rng.integers(1, 3))):
        mask = box(image.shape[:2], rng, rng.uniform(0.05, 0.1), rng.uniform(0.35, 0.9), 30)
        veil = rng.uniform(0.3, 0.65)
        image = cover(image, mask * veil, pick(((225, 205, 150), (215, 215, 210), (190, 160, 110)), rng))
        border = np.abs(mask - cv2.GaussianBlur(mask, (0, 0), 1.5))
        image = cover(image, np.clip(border * 0.8, 0, 1), (235, 230, 215))
    return image


def holes(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Punched at one edge for a binder."""
    shape, count, radius = image.shape[:2], int(rng.choice([2, 2, 3, 4])), rng.uniform(0.012, 0.022)
    edge, inset = int(rng.integers(4)), rng.uniform(0.03, 0.07)
    height, width = np.array(shape) / max(shape)

    def draw(canvas: np.ndarray, scale: int) -> None:
        for share in 0.5 + (np.arange(count) - (count - 1) / 2) * rng.uniform(0.12, 0.24):
            x, y = ((inset, share * height), (width - inset, share * height), (share * width, inset), (share * width, height - inset))[edge]
            cv2.circle(canvas, (int(x * scale), int(y * scale)), max(1, int(radius * scale)), 255, -1)
    return cover(image, drawn(shape, draw), ground(shape, rng))


def beyond_corner(shape: tuple[int, int], size: np.ndarray, rng: Generator) -> np.ndarray:
    """Below 0 in the triangle that a cut of that size takes off one of the corners, 0 along the cut."""
    row, column = grid(shape)
    height, width = np.array(shape) / max(shape)
    row = row if rng.random() < 0.5 else height - row
    column = column if rng.random() < 0.5 else width - column
    return row / size[0] + column / size[1] - 1


def torn_corner(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A corner is missing; the tear is rough and shows white fibres."""
    shape = image.shape[:2]
    away = beyond_corner(shape, rng.uniform(0.14, 0.38, 2), rng)
    rough = rng.uniform(0.02, 0.08) * waves(shape, (4, 4), rng) + rng.uniform(0.005, 0.03) * waves(shape, (18, 18), rng)
    return without(image, away + 4 * rough, rng)


def torn_edge(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A strip along one side is missing."""
    shape, depth = image.shape[:2], rng.uniform(0.06, 0.2)
    row, column = grid(shape)
    height, width = np.array(shape) / max(shape)
    away = (row, height - row, column, width - column)[int(rng.integers(4))]
    rough = rng.uniform(0.01, 0.04) * waves(shape, (3, 3), rng) + rng.uniform(0.004, 0.012) * waves(shape, (20, 20), rng)
    return without(image, (away - depth + rough) / 0.2, rng)


def without(image: np.ndarray, away: np.ndarray, rng: Generator) -> np.ndarray:
    """The sheet where `away` is positive, what lies behind it elsewhere, a pale rim between them."""
    rim = soft(np.abs(away) - rng.uniform(0.02, 0.1), 0.01) * rng.uniform(0, 0.9)
    image = cover(image, rim, (238, 234, 226))
    return cover(image, soft(away, 0.01), ground(image.shape[:2], rng))


def dog_ear(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A corner folded over: its back is seen, its shadow falls on the sheet."""
    shape, size = image.shape[:2], rng.uniform(0.14, 0.34)
    right, low = rng.random() < 0.5, rng.random() < 0.5
    a, b = size, size * rng.uniform(0.7, 1.3)
    flip = lambda points: np.abs(np.array([right, low], float) - np.array(points, np.float32)).astype(np.float32)
    gone, back = polygon(shape, flip([(0, 0), (a, 0), (0, b)])), polygon(shape, flip([(a, 0), (0, b), (a * 0.95, b * 0.95)]))
    shadow = cv2.GaussianBlur(back, (0, 0), 0.02 * max(shape))
    image = multiply(image, 0.6 * shadow, (60, 60, 60))
    image = cover(image, gone, ground(shape, rng))
    shade = rng.uniform(0.8, 1) + 0.1 * (cloud(shape, rng, 2) - 0.5)
    return image + back[..., None] * (np.array((240, 237, 230), np.float32) * shade[..., None] - image)


def rip(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A tear from an edge inwards that gapes a little."""
    shape = image.shape[:2]
    height, width = np.array(shape) / max(shape)
    start = np.array(pick(((0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1)), rng), float)
    inward = (np.array([0.5, 0.5]) - start) * rng.uniform(0.7, 1.4) + rng.normal(0, 0.12, 2)
    steps = np.linspace(0, 1, 12)[:, None]
    line = (start + steps * inward + rng.normal(0, 0.02, (12, 2)) * steps) * [width, height]
    gap = lines_mask(shape, [line], rng.uniform(0.008, 0.02))
    image = cover(image, np.clip(cv2.GaussianBlur(gap, (0, 0), 1.5) * 1.6, 0, 1), (240, 236, 228))
    return cover(image, gap, ground(shape, rng))


def fold(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Folded and opened again: the sheet slopes differently on either side of each line, whose ink is worn."""
    shape, across = image.shape[:2], pick((0.0, np.pi / 2), rng)
    angles = [across + rng.normal(0, 0.05) for _ in range(int(rng.integers(1, 4)))]
    if rng.random() < 0.45:
        angles.append(across + np.pi / 2 + rng.normal(0, 0.05))
    sharp = np.ones(shape, np.float32)
    for angle in angles:
        away = band(shape, rng, angle) + 0.004 * waves(shape, (3, 3), rng)
        slope, reach = rng.choice([-1, 1]) * rng.uniform(0.08, 0.35), rng.uniform(0.03, 0.25)
        sharp = sharp * (1 + slope * np.sign(away) * np.exp(-np.abs(away) / reach))
        sharp = sharp * (1 - rng.uniform(0, 0.4) * np.exp(-((away - 0.006) / rng.uniform(0.003, 0.008)) ** 2))
        worn = np.exp(-(away / rng.uniform(0.002, 0.006)) ** 2) * cloud(shape, rng, 30) * rng.uniform(0.3, 1)
        image = cover(image, np.clip(worn, 0, 1), (242, 240, 235))
    return np.clip(image * sharp[..., None], 0, 255)


def crumple(image: np.ndarray, rng: Generator) -> np.ndarray:
    """Crushed and smoothed again: facets of other brightness between sharp creases."""
    shape = image.shape[:2]
    points = rng.uniform(0, 1, (int(rng.integers(14, 60)), 2)).astype(np.float32) * np.array(shape)
    row, column = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    row = row + 0.02 * max(shape) * waves(shape, (5, 5), rng)
    away = (row[..., None] - points[:, 0]) ** 2 + (column[..., None] - points[:, 1]) ** 2
    nearest = np.argmin(away, axis=-1)
    slope = rng.normal(0, 1, (len(points), 3))
    facet = slope[nearest, 0] + (slope[nearest, 1] * (row - points[nearest, 0]) + slope[nearest, 2] * (column - points[nearest, 1])) / (0.15 * max(shape))
    facet = cv2.GaussianBlur(np.clip(facet, -2, 2).astype(np.float32), (0, 0), 0.8)
    crease = np.clip(np.hypot(cv2.Sobel(facet, -1, 1, 0), cv2.Sobel(facet, -1, 0, 1)) / 6, 0, 1)
    image = image * (1 + rng.uniform(0.06, 0.2) * facet[..., None])
    return np.clip(cover(image, crease * rng.uniform(0.1, 0.5), (235, 233, 228)), 0, 255)


def crease(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A sharp fold: a dark line with a bright one beside it, and a shade that fades to one side."""
    shape, across = image.shape[:2], pick((0.0, np.pi / 2), rng)
    angles = [across + rng.normal(0, 0.04)]
    if rng.random() < 0.4:
        angles.append(across + rng.choice([0, np.pi / 2]) + rng.normal(0, 0.04))
    for angle in angles:
        away, width = band(shape, rng, angle), rng.uniform(0.004, 0.012)
        image = image * (1 - rng.uniform(0.3, 0.75) * np.exp(-(away / width) ** 2))[..., None]
        image = cover(image, rng.uniform(0.2, 0.8) * np.exp(-((away - 1.5 * width) / width) ** 2), (250, 248, 242))
        shade = np.exp(-np.maximum(-away, 0) / rng.uniform(0.02, 0.15)) * (away < 0)
        image = image * (1 - rng.uniform(0.05, 0.4) * shade)[..., None]
    return np.clip(image, 0, 255)


def cut_corner(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A corner is missing along a line that is nearly straight."""
    shape = image.shape[:2]
    away = beyond_corner(shape, rng.uniform(0.12, 0.36, 2), rng) + rng.uniform(0, 0.06) * waves(shape, (12, 12), rng)
    return cover(image, soft(away, 0.01), ground(shape, rng))


def seal(image: np.ndarray, rng: Generator) -> np.ndarray:
    """A round seal or a filled block of ink with rings, rays or bars left free in it."""
    shape, (y, x) = image.shape[:2], place(image.shape[:2], rng, 0.2)
    row, column = grid(shape)
    radius, wave = rng.uniform(0.08, 0.19), rng.uniform(2, 6)
    far, turn = np.hypot(row - y, column - x) / radius, np.arctan2(row - y, column - x)
    ring = soft(np.abs(far - 0.95) - rng.uniform(0.04, 0.12), 0.02)
    inner = pick((np.sin(turn * int(4 * wave)), np.sin(far * 6 * wave), np.sin((row - y) / radius * 3 * wave)), rng)
    mask = np.maximum(ring, soft(inner - rng.uniform(-0.4, 0.4), 0.15) * soft(far - rng.uniform(0.5, 0.85), 0.03))
    worn = np.clip(0.45 + 0.9 * cloud(shape, rng, 25), 0, 1) * rng.uniform(0.65, 1)
    return inked(image, mask * worn, pick(INKS, rng), rng)
