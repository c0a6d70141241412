"""Masks and strokes that the simulated states are made of. Masks are float32 [height, width] in 0..1."""

import cv2
import numpy as np

from ..film import turned, waves

Shape = tuple[int, int]  # height, width

INKS = ((25, 40, 130), (20, 20, 30), (150, 25, 30), (20, 95, 60), (95, 30, 110), (200, 40, 40), (30, 70, 190))
WORDS = ("PAID", "VOID", "COPY", "DRAFT", "RECEIVED", "APPROVED", "SAMPLE", "CANCELLED", "URGENT", "FINAL", "No. 274",
         "12 MAR", "SPECIMEN", "DUPLICATE", "FILED", "OK")


def pick(options: tuple, rng: np.random.Generator):
    """One of them."""
    return options[int(rng.integers(len(options)))]


def grid(shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Row and column of each pixel, as shares of the longer side, from the top left."""
    side = max(shape)
    return np.meshgrid(np.arange(shape[0], dtype=np.float32) / side,
                       np.arange(shape[1], dtype=np.float32) / side, indexing="ij")


def place(shape: Shape, rng: np.random.Generator, margin: float = 0.1) -> tuple[float, float]:
    """A point on the sheet (row, column) in the units of `grid`."""
    side = max(shape)
    row, column = rng.uniform(margin, 1 - margin, 2)
    return row * shape[0] / side, column * shape[1] / side


def outline(shape: Shape, rng: np.random.Generator, radius: float, rough: float = 0.25) -> np.ndarray:
    """Distance to an irregular closed line about a random place, negative inside [height, width], in radii."""
    row, column = grid(shape)
    y, x = place(shape, rng, 0.08)
    stretch, angle = np.exp(rng.normal(0, 0.25)), rng.uniform(0, np.pi)
    along = (column - x) * np.cos(angle) + (row - y) * np.sin(angle)
    across = ((row - y) * np.cos(angle) - (column - x) * np.sin(angle)) * stretch
    theta = np.arctan2(across, along)
    edge = np.ones(shape, np.float32)
    for wave in range(2, 9):
        edge += rough * rng.normal() / wave * np.cos(wave * theta + rng.uniform(0, 2 * np.pi))
    return np.hypot(along, across) / radius - edge


def soft(distance: np.ndarray, width: float) -> np.ndarray:
    """1 inside of distance 0, 0 outside, over so wide a border."""
    return 1 / (1 + np.exp(np.clip(distance / max(width, 1e-3), -30, 30)))


def cloud(shape: Shape, rng: np.random.Generator, cells: int) -> np.ndarray:
    """Smooth noise in 0..1."""
    return np.clip(0.5 + 0.25 * waves(shape, (cells, cells), rng), 0, 1)


def multiply(image: np.ndarray, mask: np.ndarray, colour: tuple | np.ndarray) -> np.ndarray:
    """Ink of that colour on the paper, as much as the mask says."""
    return image * (1 - mask[..., None] * (1 - np.asarray(colour, np.float32) / 255))


def inked(image: np.ndarray, mask: np.ndarray, colour: tuple | np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Between the two: ink on paper darkens, on a glossy or dark ground it lies above."""
    share = rng.random() ** 2
    return (1 - share) * multiply(image, mask, colour) + share * cover(image, mask, colour)


def cover(image: np.ndarray, mask: np.ndarray, colour: tuple | np.ndarray) -> np.ndarray:
    """Something opaque of that colour before the paper."""
    return image + mask[..., None] * (np.asarray(colour, np.float32) - image)


def drawn(shape: Shape, draw, zoom: int = 3) -> np.ndarray:
    """A mask from `draw(canvas, scale)` on a larger uint8 canvas, `scale` its longer side in pixels."""
    canvas = np.zeros((shape[0] * zoom, shape[1] * zoom), np.uint8)
    draw(canvas, max(canvas.shape))
    return cv2.resize(canvas, shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def polygon(shape: Shape, points: np.ndarray) -> np.ndarray:
    """The mask of a polygon of (column, row) in shares of the width and the height."""
    def draw(canvas: np.ndarray, _: int) -> None:
        cv2.fillPoly(canvas, [np.round(points * canvas.shape[::-1]).astype(np.int32)], 255)
    return drawn(shape, draw)


def box(shape: Shape, rng: np.random.Generator, height: float, width: float, turn: float = 10) -> np.ndarray:
    """The mask of a turned rectangle at a random place; its lengths are shares of the longer side."""
    side, (y, x) = max(shape), place(shape, rng)
    corners = cv2.boxPoints(((x * side, y * side), (width * side, height * side), rng.normal(0, turn)))
    return polygon(shape, corners / shape[::-1])


def stroke(rng: np.random.Generator, start: np.ndarray, length: float, height: float, letters: int) -> np.ndarray:
    """A line of handwriting, (column, row) [points, 2]: loops that move on."""
    time = np.linspace(0, 2 * np.pi * letters, 14 * letters)
    x = start[0] + length * time / time[-1] + 0.5 * height * np.cos(time + rng.uniform(0, 6)) * rng.uniform(0.4, 1)
    sway = np.interp(time, np.linspace(0, time[-1], 2 * letters), rng.uniform(0.2, 1, 2 * letters))
    y = start[1] + height * sway * np.sin(time) + length * rng.normal(0, 0.05) * time / time[-1]
    return np.stack([x, y], axis=1)


def lines_mask(shape: Shape, lines: list[np.ndarray], width: float) -> np.ndarray:
    """Strokes of (column, row) in shares of the longer side, `width` likewise."""
    def draw(canvas: np.ndarray, scale: int) -> None:
        points = [np.round(line * scale).astype(np.int32) for line in lines]
        cv2.polylines(canvas, points, False, 255, max(1, round(width * scale)), cv2.LINE_AA)
    return drawn(shape, draw)


def text_mask(shape: Shape, rng: np.random.Generator, width: float, turn: float, frame: bool, round_: bool = False) -> np.ndarray:
    """A word, `width` of the longer side wide, in a frame or a ring, at a random place and angle."""
    word = pick(WORDS, rng)
    y, x = place(shape, rng, 0.2)
    font = pick((cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SIMPLEX), rng)

    def draw(canvas: np.ndarray, scale: int) -> None:
        wide, thick = width * scale, max(1, round(width * scale * rng.uniform(0.015, 0.06)))
        (w, h), _ = cv2.getTextSize(word, font, 1, 1)
        size = wide * (0.62 if round_ else 0.9) / w
        w, h, cx, cy = w * size, h * size, x * scale, y * scale
        cv2.putText(canvas, word, (int(cx - w / 2), int(cy + h / 2)), font, size, 255, thick, cv2.LINE_AA)
        if round_:
            for radius in (0.5, 0.42, 0.37)[:int(rng.integers(2, 4))]:
                cv2.circle(canvas, (int(cx), int(cy)), int(radius * wide), 255, thick, cv2.LINE_AA)
            for angle in np.arange(0, 2 * np.pi, 0.3):
                at = (int(cx + 0.46 * wide * np.cos(angle)), int(cy + 0.46 * wide * np.sin(angle)))
                cv2.circle(canvas, at, thick, 255, -1)
        elif frame:
            extra = 0.5 * h
            corner = (int(cx - w / 2 - extra), int(cy - h / 2 - extra)), (int(cx + w / 2 + extra), int(cy + h / 2 + extra))
            cv2.rectangle(canvas, *corner, 255, thick)
            if rng.random() < 0.5:
                cv2.line(canvas, (corner[0][0], int(cy + 2 * h)), (corner[1][0], int(cy + 2 * h)), 255, thick)
        matrix = cv2.getRotationMatrix2D((cx, cy), turn, 1)
        canvas[:] = cv2.warpAffine(canvas, matrix, canvas.shape[::-1])

    return drawn(shape, draw)


def band(shape: Shape, rng: np.random.Generator, angle: float) -> np.ndarray:
    """Signed distance to a line across the sheet at that angle, in shares of the longer side."""
    row, column = grid(shape)
    y, x = place(shape, rng, 0.2)
    return (row - y) * np.cos(angle) - (column - x) * np.sin(angle)


def ground(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """What lies behind the sheet [height, width, 3]: a table, cloth, wood."""
    base = np.exp(rng.uniform(np.log(8), np.log(250))) + rng.normal(0, 18, 3)
    grain = turned(waves(shape, (int(rng.integers(2, 40)), int(rng.integers(2, 6))), rng), rng.uniform(0, 180))
    return np.clip(base + rng.uniform(0, 22) * grain[..., None], 0, 255).astype(np.float32)
