"""What a document lies on or hangs before, and things that look like a document and are none."""

import cv2
import numpy as np

from .frame import INNER
from .pictures import SCREENS, Pictures

ROWS, COLUMNS = np.mgrid[:INNER, :INNER].astype(np.float32)


def smooth_noise(rng: np.random.Generator) -> np.ndarray:
    """Grain, wood, cloth: noise of one or two sizes, drawn out along an axis. float32 [INNER, INNER, 1]."""
    rows = int(rng.choice([4, 8, 16, 40, 80]))
    columns = max(2, int(rows * rng.choice([0.1, 0.3, 1, 1, 3])))
    noise = cv2.resize(rng.standard_normal((rows, columns), np.float32), (INNER, INNER), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.4:
        fine = cv2.resize(rng.standard_normal((INNER, INNER // 2), np.float32), (INNER, INNER))
        noise += rng.uniform(0.2, 1) * fine
    return noise[..., None]


def colour(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(0, 255, 3) * 0.5 + rng.uniform(0, 255) * 0.5


def half_plane(rng: np.random.Generator) -> np.ndarray:
    """bool [INNER, INNER, 1]: one side of a line through the middle part."""
    angle = rng.uniform(0, 2 * np.pi)
    middle = rng.uniform(0.2, 0.8, 2) * INNER
    return ((COLUMNS - middle[0]) * np.cos(angle) + (ROWS - middle[1]) * np.sin(angle) > 0)[..., None]


def plain(rng: np.random.Generator) -> np.ndarray:
    """One colour with grain; sometimes a second surface, checks or stripes."""
    chance = rng.random()
    base = colour(rng)
    if chance < 0.35:
        base = rng.uniform(150, 255) + rng.uniform(-12, 12, 3)
    elif chance < 0.5:
        base = rng.uniform(5, 60) + rng.uniform(-8, 8, 3)
    ground = base + smooth_noise(rng) * rng.choice([1, 2, 4, 10, 25]) * rng.uniform(0.6, 1, 3)
    if rng.random() < 0.25:  # the table's edge, a wall
        ground = np.where(half_plane(rng), colour(rng) + smooth_noise(rng) * rng.uniform(0, 10), ground)
    if rng.random() < 0.12:
        size, angle = rng.uniform(6, 30), rng.uniform(0, np.pi)
        along = np.floor((COLUMNS * np.cos(angle) + ROWS * np.sin(angle)) / size) % 2
        across = np.floor((ROWS * np.cos(angle) - COLUMNS * np.sin(angle)) / size) % 2
        ground = ground + (along + across * (rng.random() < 0.6))[..., None] * rng.uniform(-60, 60, 3)
    return ground.astype(np.float32)


def part_of(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Some part of a picture over the whole frame."""
    height, width = image.shape[:2]
    share = rng.uniform(0.25, 1)
    rows, columns = max(16, int(height * share)), max(16, int(width * share))
    top, left = rng.integers(height - rows + 1), rng.integers(width - columns + 1)
    return cv2.resize(image[top:top + rows, left:left + columns], (INNER, INNER), interpolation=cv2.INTER_LINEAR)


def background(pictures: Pictures, rng: np.random.Generator) -> np.ndarray:
    """float32 RGB [INNER, INNER, 3]."""
    chance = rng.random()
    if chance < 0.4:
        ground = plain(rng)
    else:
        image = pictures.background(rng) if chance < 0.9 else pictures.document(rng)[0]
        ground = part_of(image, rng).astype(np.float32)
        if rng.random() < 0.5:
            ground = cv2.GaussianBlur(ground, (0, 0), rng.uniform(0.5, 4))
    return np.ascontiguousarray(np.rot90(ground, rng.integers(4))) if rng.random() < 0.5 else ground


def screen(pictures: Pictures, rng: np.random.Generator) -> np.ndarray:
    """A monitor, a tablet or a picture frame seen straight on: a picture in a rim. uint8 RGB."""
    width, height = (128, 80) if rng.random() < 0.75 else (80, 112)
    panel = cv2.resize(pictures.draw(SCREENS, rng), (width, height), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.15:
        panel = np.full_like(panel, rng.integers(0, 50))  # switched off
    rim = rng.integers(2, 12, 4)
    grey = rng.uniform(0, 60) if rng.random() < 0.7 else rng.uniform(100, 240)
    return cv2.copyMakeBorder(panel, *(int(item) for item in rim), cv2.BORDER_CONSTANT, value=[grey] * 3)


def window(rng: np.random.Generator) -> np.ndarray:
    """Bright panes between bars. uint8 RGB."""
    height, width = 120, int(rng.choice([70, 100, 150]))
    pane = rng.uniform(170, 255) + rng.uniform(-15, 15, 3)
    view = np.clip(pane + cv2.resize(rng.normal(0, 18, (4, 4, 1)), (width, height))[..., None], 0, 255).astype(np.uint8)
    bar = tuple(float(item) for item in np.clip(colour(rng), 0, 255))
    for share in np.linspace(0, 1, int(rng.integers(2, 5))):
        cv2.line(view, (int(share * width), 0), (int(share * width), height), bar, int(rng.integers(3, 9)))
    for share in np.linspace(0, 1, int(rng.integers(2, 4))):
        cv2.line(view, (0, int(share * height)), (width, int(share * height)), bar, int(rng.integers(3, 9)))
    return view


def keyboard(rng: np.random.Generator) -> np.ndarray:
    """Rows of keys. uint8 RGB."""
    height, width = 60, 150
    grey = rng.uniform(10, 80) if rng.random() < 0.6 else rng.uniform(170, 240)
    board = np.full((height, width, 3), grey, np.uint8)
    key = tuple([float(np.clip(grey + rng.choice([-1, 1]) * rng.uniform(15, 45), 0, 255))] * 3)
    for row in range(5):
        for column in range(14):
            start = (int(4 + column * 10.2 + row * 1.5), 4 + row * 11)
            cv2.rectangle(board, start, (min(start[0] + 7, width - 3), start[1] + 8), key, -1)
    return board


def decoy(pictures: Pictures, rng: np.random.Generator) -> np.ndarray:
    """Something with four corners that is no document."""
    chance = rng.random()
    if chance < 0.55:
        return screen(pictures, rng)
    return window(rng) if chance < 0.8 else keyboard(rng)
