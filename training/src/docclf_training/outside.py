"""A document that reaches out of the photo: once it is straightened, what was never seen is black.

The worst genuine pairs of the benchmark's banknotes are such photos. No other effect of the simulated
camera resembles it, so it has its own weight in the fit.
"""

import numpy as np


def cut_off(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """uint8 [height, width, 3]: one or two half planes black, each less than a quarter of the picture."""
    height, width = image.shape[:2]
    row, column = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    image = image.copy()
    for _ in range(rng.integers(1, 3)):
        angle = rng.uniform(0, 2 * np.pi)
        edge = (abs(np.cos(angle)) + abs(np.sin(angle))) * (1 - rng.uniform(0.05, 0.7))
        beyond = column * np.cos(angle) + row * np.sin(angle) > edge
        if beyond.mean() < 0.25:
            image[beyond] = 0
    return image
