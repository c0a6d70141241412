"""Another document of the same series: the layout stays, the colour and some of the print are other ones.

The highest impostors of the benchmark are neighbouring notes of one currency. Nothing else in the fit looks like that, since its classes
are pictures that have nothing to do with each other.
"""

import cv2
import numpy as np


def recolour(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """uint8 RGB with every hue turned by 25 to 335 degrees and another strength of colour."""
    values = cv2.cvtColor(image, cv2.COLOR_RGB2HSV).astype(np.float32)
    values[..., 0] = np.mod(values[..., 0] + rng.uniform(25, 335) / 2, 180)
    values[..., 1] = np.clip(values[..., 1] * rng.uniform(0.7, 1.4), 0, 255)
    return cv2.cvtColor(values.astype(np.uint8), cv2.COLOR_HSV2RGB)


def reprint(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two to four fields, a fifth to two fifths of each side, filled with another place of the picture, upside down."""
    height, width = image.shape[:2]
    result = image.copy()
    for _ in range(int(rng.integers(2, 5))):
        rows, columns = (int(length * rng.uniform(0.2, 0.4)) for length in (height, width))
        top, other_top = rng.integers(0, height - rows + 1, 2)
        left, other_left = rng.integers(0, width - columns + 1, 2)
        field = image[other_top:other_top + rows, other_left:other_left + columns]
        result[top:top + rows, left:left + columns] = field[::-1, ::-1]
    return result


def sibling(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """uint8 RGB of the same size: another type that a user has to tell from this one."""
    return recolour(reprint(image, rng), rng)
