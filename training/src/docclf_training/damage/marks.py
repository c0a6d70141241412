"""What is put on a page, taken out of it, or shows through it.

Every function takes uint8 RGB [height, width, 3] and a seeded generator, and returns uint8 RGB. Lengths are shares of the
picture's side; inks multiply what is below them.
"""

import cv2
import numpy as np


def inked(image: np.ndarray, cover: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """cover 0..1 [height, width]: ink of the colour (0..255) over the paper, darker where print lies below."""
    amount = np.clip(cover, 0, 1)[..., None]
    return np.clip(image * (1 - amount * (1 - colour / 255)), 0, 255).astype(np.uint8)


def stamp(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One to three rubber stamps: rings or boxes with lines of letters, unevenly inked."""
    height, width = image.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        cover = np.zeros((height, width), np.uint8)
        x, y = int(rng.uniform(0.1, 0.9) * width), int(rng.uniform(0.1, 0.9) * height)
        reach = max(6, int(rng.uniform(0.08, 0.26) * min(height, width)))
        thick = max(1, reach // 9)
        if rng.random() < 0.5:
            cv2.circle(cover, (x, y), reach, 255, thick, cv2.LINE_AA)
            cv2.circle(cover, (x, y), max(2, reach * 2 // 3), 255, 1, cv2.LINE_AA)
        else:
            cv2.rectangle(cover, (x - 2 * reach, y - reach // 2), (x + 2 * reach, y + reach // 2), 255, thick)
        for line in range(int(rng.integers(1, 4))):
            letters = "".join(rng.choice(list("ABCDEHKLMNOPRSTUX0123456789 "), int(rng.integers(4, 10))))
            cv2.putText(cover, letters, (x - reach, y + (line - 1) * reach // 3), cv2.FONT_HERSHEY_DUPLEX, reach / 60, 255, 1,
                        cv2.LINE_AA)
        matrix = cv2.getRotationMatrix2D((x, y), rng.uniform(-40, 40), 1)
        cover = cv2.warpAffine(cover, matrix, (width, height)) / 255.0
        uneven = cv2.resize(rng.uniform(0.4, 1, (5, 5)).astype(np.float32), (width, height))
        colour = np.array([[30, 40, 150], [170, 25, 40], [20, 20, 20], [70, 20, 120]])[rng.integers(4)] + rng.normal(0, 15, 3)
        image = inked(image, cover * uneven, np.clip(colour, 0, 255))
    return image


def stains(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Coffee rings, grease, a spilt glass."""
    height, width = image.shape[:2]
    row, column = np.indices((height, width))
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        radius = rng.uniform(0.06, 0.35) * min(height, width)
        wobble = 1 + 0.12 * np.sin(np.arctan2(row - y, column - x) * rng.integers(2, 7) + rng.uniform(0, 6))
        distance = np.hypot(row - y, column - x) / (radius * wobble)
        cover = rng.uniform(0.15, 0.8) * np.exp(-((distance - 1) / rng.uniform(0.04, 0.15)) ** 2)
        cover += rng.uniform(0.05, 0.5) * (distance < 1)
        colour = np.array([[120, 75, 30], [150, 130, 80], [80, 40, 70], [60, 60, 60]])[rng.integers(4)]
        image = inked(image, cover, colour + rng.normal(0, 15, 3))
    return image


def highlighter(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Bars of marker over the lines, and strokes of a pen."""
    height, width = image.shape[:2]
    colour = np.array([[255, 245, 40], [120, 255, 90], [255, 130, 190], [90, 210, 255], [255, 170, 60]])[rng.integers(5)]
    for _ in range(int(rng.integers(2, 10))):
        cover = np.zeros((height, width), np.uint8)
        x, y = int(rng.uniform(0, 0.8) * width), int(rng.uniform(0, 1) * height)
        end = (x + int(rng.uniform(0.1, 0.7) * width), y + int(rng.normal(0, 0.01) * height))
        if rng.random() < 0.75:
            cv2.line(cover, (x, y), end, 255, max(2, int(rng.uniform(0.015, 0.04) * height)))
            image = inked(image, cover / 255.0, colour * 1.0)
        else:
            cv2.line(cover, (x, y), end, 255, 1, cv2.LINE_AA)
            image = inked(image, cover / 255.0, np.array([30.0, 30.0, 110.0]))
    return image


def punched(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Holes along one side, dog ears, staples."""
    height, width = image.shape[:2]
    image = image.copy()
    level = tuple(float(value) for value in rng.choice([10, 250, rng.uniform(60, 200)]) * np.ones(3))
    holes, along = int(rng.choice([2, 4, 6])), rng.random() < 0.7
    for place in np.linspace(0.15, 0.85, holes) + rng.normal(0, 0.01):
        radius = max(2, round(rng.uniform(0.010, 0.022) * max(height, width)))
        centre = (round(rng.uniform(0.035, 0.05) * width), round(place * height)) if along else (
            round(place * width), round(rng.uniform(0.03, 0.05) * height))
        cv2.circle(image, centre, radius, level, -1, cv2.LINE_AA)
        cv2.circle(image, centre, radius, (120.0,) * 3, 1, cv2.LINE_AA)  # its edge throws a shadow
    if rng.random() < 0.6:
        reach = rng.uniform(0.05, 0.22) * min(height, width)
        corner = np.array([[0, 0], [reach, 0], [0, reach * rng.uniform(0.6, 1.5)]])
        if rng.random() < 0.5:
            corner[:, 0] = width - corner[:, 0]
        if rng.random() < 0.5:
            corner[:, 1] = height - corner[:, 1]
        cv2.fillPoly(image, [corner.astype(np.int32)], level, cv2.LINE_AA)
    return image


def low_ink(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A cartridge near its end: pale print, pale bands."""
    height, width = image.shape[:2]
    values = 255 - image.astype(np.float32)
    left = rng.uniform(0.15, 0.6)
    bands = cv2.resize(rng.uniform(0, 1, (int(rng.integers(3, 30)), 1)).astype(np.float32), (1, height))
    keep = left + (1 - left) * bands * rng.uniform(0, 0.8)
    return np.clip(255 - values * keep[..., None] - rng.uniform(0, 8), 0, 255).astype(np.uint8)


def bleed_through(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The back of the sheet shines through: the picture itself mirrored, blurred and pale, or upside down."""
    back = cv2.flip(image, int(rng.choice([1, -1])))
    shift = (rng.uniform(-0.2, 0.2, 2) * image.shape[:2]).astype(int)
    back = np.roll(back, tuple(shift), axis=(0, 1))
    back = cv2.GaussianBlur(back, (0, 0), rng.uniform(0.4, 2))
    amount = rng.uniform(0.15, 0.5)
    return np.clip(image * (1 - amount * (255.0 - back) / 255), 0, 255).astype(np.uint8)
