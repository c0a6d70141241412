"""All kinds of damage by name, and a page that met one or two of them.

KEPT_OUT are never trained on: `validate` says by them what a network that learned the others makes of a new one.
"""

from collections.abc import Callable

import numpy as np

from . import copy, frame, marks

Damage = Callable[[np.ndarray, np.random.Generator], np.ndarray]  # uint8 RGB in and out, of another size perhaps

FRAME: dict[str, Damage] = {
    "white border": frame.white_border, "black border": frame.black_border, "other border": frame.other_border,
    "tight crop": frame.tight_crop, "skew": frame.skew, "perspective": frame.perspective, "spread": frame.spread,
    "length": frame.stretched,
}
COPY: dict[str, Damage] = {
    "one bit": copy.otsu, "dithered": copy.dithered, "halftone": copy.halftone, "fax": copy.fax, "photocopy": copy.photocopy,
    "inverted": copy.inverted, "scanner lines": copy.scanner_lines, "moire": copy.moire, "tiny": copy.tiny,
}
MARKS: dict[str, Damage] = {
    "stamp": marks.stamp, "stains": marks.stains, "highlighter": marks.highlighter, "punched": marks.punched,
    "low ink": marks.low_ink, "bleed-through": marks.bleed_through,
}
KINDS = FRAME | COPY | MARKS
KEPT_OUT = ("halftone", "stains")
SHARES = ((FRAME, 0.45), (COPY, 0.37), (MARKS, 0.18))  # of the damages that a page meets
TWICE = 0.35  # of the pages meet two: first on paper, then in a machine, then in the frame


def damaged(image: np.ndarray, rng: np.random.Generator, kept_out: tuple[str, ...] = KEPT_OUT) -> np.ndarray:
    """uint8 RGB in and out: one kind of damage, or two of different families."""
    families = [{name: harm for name, harm in family.items() if name not in kept_out} for family, _ in SHARES]
    count = 2 if rng.random() < TWICE else 1
    for family in sorted(rng.choice(len(families), count, replace=False, p=[share for _, share in SHARES]), reverse=True):
        harms = list(families[family].values())
        image = harms[rng.integers(len(harms))](image, rng)
    return image
