"""What copiers, fax machines, scanners and screens make of a page.

Every function takes uint8 RGB [height, width, 3] and a seeded generator, and returns uint8 RGB. Machines work on more
dots than a training picture has, so the picture is enlarged first; the network's input averages the dots again.
"""

import cv2
import numpy as np


def enlarged(image: np.ndarray, long_side: float) -> np.ndarray:
    factor = long_side / max(image.shape[:2])
    size = tuple(max(8, round(length * factor)) for length in image.shape[1::-1])
    return cv2.resize(image, size, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)


def grey(image: np.ndarray) -> np.ndarray:
    """uint8 [height, width]."""
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def coloured(values: np.ndarray) -> np.ndarray:
    return np.repeat(np.clip(values, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def otsu(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One bit a dot, by Otsu's threshold (DOI 10.1109/TSMC.1979.4310076) or by the neighbourhood's mean."""
    values = grey(enlarged(image, rng.uniform(160, 480)))
    if rng.random() < 0.7:
        level = cv2.threshold(values, 0, 255, cv2.THRESH_OTSU)[0] + rng.normal(0, 12)
        return coloured(255 * (values > level))
    block = 2 * int(max(values.shape) * rng.uniform(0.03, 0.1) / 2) + 3
    return coloured(cv2.adaptiveThreshold(values, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block,
                                          float(rng.uniform(4, 16))))


def bayer(order: int) -> np.ndarray:
    """The ordered dither's thresholds, 0..1 [2**order, 2**order]."""
    matrix = np.zeros((1, 1))
    for _ in range(order):
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return (matrix + 0.5) / matrix.size


def dithered(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One bit a dot, as many of them dark as the place is: in order, or at random as error diffusion looks from afar."""
    values = grey(enlarged(image, rng.uniform(160, 400))) / 255.0
    if rng.random() < 0.5:
        pattern = bayer(int(rng.integers(1, 4)))
        rows, columns = (int(np.ceil(length / len(pattern))) for length in values.shape)
        level = np.tile(pattern, (rows, columns))[:values.shape[0], :values.shape[1]]
    else:
        noise = rng.random(values.shape).astype(np.float32)
        level = np.clip(0.5 + 1.3 * (noise - cv2.GaussianBlur(noise, (0, 0), 1.0)), 0.02, 0.98)
    return coloured(255 * (values > level))


def halftone(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Dots of one raster whose size is the darkness."""
    values = grey(enlarged(image, rng.uniform(240, 420))) / 255.0
    row, column = np.indices(values.shape)
    angle, pitch = rng.uniform(0, np.pi), rng.uniform(3, 7)
    across = (column * np.cos(angle) + row * np.sin(angle)) * 2 * np.pi / pitch
    down = (row * np.cos(angle) - column * np.sin(angle)) * 2 * np.pi / pitch
    dots = 0.5 + 0.25 * (np.cos(across) + np.cos(down))
    return coloured(255 * np.clip((values - dots) * rng.uniform(2, 8) + 0.5, 0, 1))


def fax(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """204 x 98 dots an inch, one bit, lost lines, a header of the sender now and then."""
    height, width = image.shape[:2]
    dots = rng.uniform(0.25, 1)  # a page of 8.3 inches is 1,700 dots wide; small pictures hold no more than a part of them
    size = (max(48, round(width * 3 * dots)), max(24, round(height * 1.5 * dots)))
    values = grey(cv2.resize(image, size, interpolation=cv2.INTER_AREA if dots < 0.4 else cv2.INTER_CUBIC)).astype(np.float32)
    level = cv2.threshold(values.astype(np.uint8), 0, 255, cv2.THRESH_OTSU)[0] + rng.normal(0, 15)
    bits = np.where(values + rng.normal(0, rng.uniform(0, 14), values.shape) > level, 255, 0).astype(np.uint8)
    for row in rng.integers(0, size[1], int(rng.integers(0, 5))):
        bits[row] = bits[max(0, row - 1)] if rng.random() < 0.6 else rng.choice([0, 255])
    if rng.random() < 0.3:
        cv2.putText(bits, "14:07  0231-55  P.1/1", (4, max(6, size[1] // 40)),
                    cv2.FONT_HERSHEY_PLAIN, 0.6, 0, 1)
    return coloured(bits)


def photocopy(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One to three generations: harder edges, burnt whites, clogged ink, specks, a slip of the page."""
    values = grey(enlarged(image, rng.uniform(180, 360))).astype(np.float32)
    for _ in range(int(rng.choice([1, 2, 3], p=[0.4, 0.3, 0.3]))):
        values = cv2.GaussianBlur(values, (0, 0), rng.uniform(0.3, 1.0))
        low, high = np.percentile(values, [1, 60])
        middle, slope = low + (high - low) * rng.uniform(0.45, 0.8), rng.uniform(3, 9) / max(high - low, 24)
        values = 255 / (1 + np.exp(-np.clip((values - middle) * slope, -30, 30)))
        if rng.random() < 0.4:
            kernel = np.ones((2, 2), np.uint8)
            values = cv2.erode(values, kernel) if rng.random() < 0.7 else cv2.dilate(values, kernel)
        specks = rng.random(values.shape) < rng.uniform(0, 0.004)
        values[specks] = rng.uniform(0, 120)
        height, width = values.shape
        shift = rng.normal(0, 0.008, 2) * [width, height]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), rng.normal(0, 0.8), rng.uniform(0.97, 1.03))
        matrix[:, 2] += shift
        values = cv2.warpAffine(values, matrix, (width, height), borderValue=float(rng.choice([255, 255, 20])))
    return coloured(values * rng.uniform(0.85, 1) + rng.uniform(0, 38))


def inverted(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A negative, in colour, grey or one bit."""
    kind = rng.random()
    if kind < 0.4:
        return 255 - image
    return 255 - (coloured(grey(image)) if kind < 0.65 else otsu(image, rng))


def scanner_lines(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Dust on the sensor draws lines down the page; a slipping belt draws bands across."""
    values = enlarged(image, rng.uniform(160, 320)).astype(np.float32)
    across = rng.random() < 0.4
    if across:
        values = values.transpose(1, 0, 2)
    width = values.shape[1]
    for _ in range(int(rng.integers(1, 14))):
        left, thick = int(rng.integers(0, width)), max(1, round(width * rng.uniform(0.002, 0.012)))
        colour = rng.choice([0, 255, rng.uniform(60, 200)]) + rng.normal(0, 25, 3)
        values[:, left:left + thick] += rng.uniform(0.3, 1) * (colour - values[:, left:left + thick])
    if rng.random() < 0.5:
        period = width / rng.uniform(4, 40)
        values *= (1 + rng.uniform(0.05, 0.2) * np.sin(np.arange(width) * 2 * np.pi / period + rng.uniform(0, 6)))[None, :, None]
    return np.clip(values.transpose(1, 0, 2) if across else values, 0, 255).astype(np.uint8)


def moire(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A screen's or a print's raster beats with the sensor's: slow coloured waves."""
    values = image.astype(np.float32)
    row, column = np.indices(values.shape[:2]) / max(values.shape[:2])
    bend = rng.normal(0, 1.5, 3)
    for _ in range(int(rng.integers(1, 4))):
        angle, waves = rng.uniform(0, np.pi), rng.uniform(4, 45)
        phase = waves * (column * np.cos(angle) + row * np.sin(angle) + 0.1 * (bend[0] * column**2 + bend[1] * row**2))
        shift = rng.uniform(0, 1, 3) if rng.random() < 0.6 else np.zeros(3)
        wave = np.sin(2 * np.pi * (phase[..., None] + shift))
        values = values * (1 + rng.uniform(0.08, 0.4) * wave) + rng.uniform(0, 10)
    return np.clip(values, 0, 255).astype(np.uint8)


def tiny(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A thumbnail, long side 48 to 110 pixels."""
    return enlarged(image, rng.uniform(48, 110))
