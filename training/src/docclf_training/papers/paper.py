"""A layout, its fillings and its look-alikes.

A look-alike differs from its layout in what really differs between two companies or two generations of a form: the logo,
the title, the colours, the words of the labels (in another script, perhaps), or one row of fields.
"""

import cv2
import numpy as np

from .genres import GENRES, Parts, Style

PARTS = ("structure", "logo", "title", "colour", "labels", "field")
CHANGED = ("logo", "title", "colour", "labels", "field")  # one of them, or two


def changed(seed: int, layout: int) -> set[str]:
    """Which parts the layout's look-alike has of its own."""
    rng = np.random.default_rng([seed, layout, 99])
    return set(rng.choice(CHANGED, int(rng.integers(1, 3)), replace=False).tolist())


def paper(seed: int, layout: int, filling: int, look_alike: bool = False, kept: bool = False) -> np.ndarray:
    """uint8 RGB: one filling of one layout or of its look-alike; `kept` draws with the fonts that validate."""
    other = changed(seed, layout) if look_alike else set()
    streams = {name: np.random.default_rng([seed, layout, index, int(name in other)]) for index, name in enumerate(PARTS)}
    parts = Parts(**streams, filling=np.random.default_rng([seed, layout, 50 + int(look_alike), filling]), kept=kept)
    pixels = GENRES[layout % len(GENRES)](parts, Style(parts)).pixels()
    if parts.filling.random() < 0.1:  # scanned in grey
        pixels = np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    return pixels
