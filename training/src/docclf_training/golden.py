"""The image `docclf-golden-1`: made from integers alone, so that every runtime can draw it and compare vectors."""

import numpy as np

NAME = "docclf-golden-1"


def golden_image() -> np.ndarray:
    """uint8 RGB [150, 200, 3]."""
    y, x, c = np.meshgrid(np.arange(150), np.arange(200), np.arange(3), indexing="ij")
    return (((x >> 3) * 37 + (y >> 3) * 91 + (x >> 3) * (y >> 3) * 11 + c * 53) & 255).astype(np.uint8)
