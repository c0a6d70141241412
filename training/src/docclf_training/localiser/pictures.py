"""The pictures that composites are made of, by what they stand for; a fifth of them is kept for validation."""

import cv2
import numpy as np

from ..data import Picture, held_out
from ..preprocess import decode

# Which shards stand for which kind of document, and how often the kind is drawn.
DOCUMENTS = {
    "covers": (0.29, ("book_covers",)),
    "pages": (0.36, ("texlive", "misc_pdf", "election_pdf", "docbank_pages", "htr_manuscripts", "debian_manuals")),
    "cards": (0.22, ("unique_pool", "xwing_cards")),
    "prints": (0.08, ("repo_figures_misc", "texlive_images")),
    "photographs": (0.05, ("imagenet_samples", "bsds500")),
}
# What lies behind a document. Natural photos come most: their clutter is what a desk has.
BACKGROUNDS = {"imagenet_samples": 5, "bsds500": 3, "debian_wallpapers": 2, "texlive_images": 1}
SCREENS = ("debian_doc_screenshots", "debian_wallpapers", "imagenet_samples")
ROOT = 0.7  # a shard is drawn in proportion to its size to this power, so that the largest does not drown the rest


class Pictures:
    """Draws decoded pictures of a kind. `validation` takes those families that no training composite shows."""

    def __init__(self, pictures: list[Picture], validation: bool) -> None:
        self.shards: dict[str, list[bytes]] = {}
        for picture in pictures:
            if held_out(picture.family) == validation:
                self.shards.setdefault(picture.source, []).append(picture.encoded)

    def draw(self, names: tuple[str, ...], rng: np.random.Generator) -> np.ndarray:
        """uint8 RGB [height, width, 3] from one of these shards."""
        names = tuple(name for name in names if name in self.shards)
        sizes = np.array([len(self.shards[name]) ** ROOT for name in names])
        shard = self.shards[names[rng.choice(len(names), p=sizes / sizes.sum())]]
        return decode(shard[rng.integers(len(shard))])

    def background(self, rng: np.random.Generator) -> np.ndarray:
        names = [name for name in BACKGROUNDS if name in self.shards]
        weights = np.array([BACKGROUNDS[name] for name in names], float)
        return self.draw((names[rng.choice(len(names), p=weights / weights.sum())],), rng)

    def document(self, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        """A document and its kind; now and then it is only a strip or a part of the picture."""
        kinds = list(DOCUMENTS)
        kind = kinds[rng.choice(len(kinds), p=[DOCUMENTS[name][0] for name in kinds])]
        return reshape(self.draw(DOCUMENTS[kind][1], rng), kind, rng), kind


def reshape(image: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Strips like receipts and notes, parts of a picture, grey copies, paper that is not white."""
    height, width = image.shape[:2]
    chance = rng.random()
    if chance < 0.08:  # receipt: a part of the width, printed long
        part = image[:, : max(20, int(width * rng.uniform(0.4, 1)))]
        image = resized(part, max(24, int(height * rng.uniform(0.22, 0.6))), height)
    elif chance < 0.13:
        image = resized(image, width, max(24, int(width * rng.uniform(0.3, 0.6))))
    elif chance < 0.22 and min(height, width) > 60:
        image = image[int(height * rng.uniform(0, 0.4)):, int(width * rng.uniform(0, 0.4)):]
    if rng.random() < 0.06:
        image = np.repeat(image.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    if kind == "pages" and rng.random() < 0.4:
        image = (image * rng.uniform([0.78, 0.82, 0.78], 1)).astype(np.uint8)
    return image


def resized(image: np.ndarray, width: int, height: int) -> np.ndarray:
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
