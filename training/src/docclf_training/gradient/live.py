"""Classes whose views are made when they are looked at: a short run makes no more of them than it sees.

A class is a picture, another one of its series, a printed form, or a drawn paper; a paper and its look-alike are two
classes, each the other's hardest negative. `Live` has what `tune.Run` asks of its `Classes`.
"""

from dataclasses import dataclass

import numpy as np

from .. import augment, film, outside, siblings
from ..damage.kinds import KEPT_OUT, damaged
from ..data import Picture, kind
from ..papers.paper import paper
from ..preprocess import decode, resize
from ..views import generator
from .tune import group_of

SEED = 20261126
CLEAN, CAPTURED, ROUGH, CUT_OFF, FILM, DAMAGED, DAMAGED_CAPTURE = range(7)
# How often each way comes along; film is for covers and cards.
WAYS = {"covers": (0.08, 0.17, 0.2, 0.05, 0.2, 0.22, 0.08), "cards": (0.1, 0.2, 0.2, 0.06, 0.12, 0.24, 0.08)}
OTHERS = (0.12, 0.16, 0.2, 0.02, 0.0, 0.36, 0.14)
CLEAN_FILLINGS = 3  # whose mean is a paper's target

Address = tuple[int, int, int]  # class, way, number of the random stream


def seen(image: np.ndarray, way: int, rng: np.random.Generator, kept_out: tuple[str, ...]) -> np.ndarray:
    """uint8 RGB of any size to [128, 128, 3]."""
    if way in (DAMAGED, DAMAGED_CAPTURE):
        image = damaged(image, rng, kept_out)
    if way == FILM:
        image = film.below_film(image, rng)
    elif way in (CAPTURED, ROUGH, CUT_OFF, DAMAGED_CAPTURE):
        image = augment.capture(image, rng, augment.ROUGH if way == ROUGH else augment.Camera())
    pixels = resize(image)
    return outside.cut_off(pixels, rng) if way == CUT_OFF else pixels


@dataclass(frozen=True)
class Live:
    """Parallel lists over classes; see `live`."""

    sources: list[tuple]  # ("picture" or "sibling", Picture), ("form", pictures) or ("paper", layout, look-alike)
    group: np.ndarray
    kind: np.ndarray
    kept_out: tuple[str, ...] = KEPT_OUT

    def __len__(self) -> int:
        return len(self.sources)

    @property
    def key(self) -> str:
        names = [source[1].name if isinstance(source[1], Picture) else repr(source[1:]) if source[0] == "paper"
                 else source[1][0].name for source in self.sources]
        return repr((SEED, WAYS, OTHERS, self.kept_out, names))

    def clean_views(self, label: int) -> list[Address]:
        what, first = self.sources[label][:2]
        count = {"form": len(first) if what == "form" else 0, "paper": CLEAN_FILLINGS}.get(what, 1)
        return [(label, CLEAN, number) for number in range(count)]

    def draw(self, label: int, random: np.random.Generator) -> Address:
        ways = WAYS.get(str(self.kind[label]), OTHERS)
        return label, int(random.choice(len(ways), p=ways)), int(random.integers(2**31))

    def look(self, chosen: list[Address]) -> np.ndarray:
        """uint8 [n, 128, 128, 3]."""
        return np.stack([self.view(*address) for address in chosen])

    def view(self, label: int, way: int, number: int) -> np.ndarray:
        what, first, *rest = self.sources[label]
        if what == "paper":
            image = paper(SEED, first, number, *rest)
        else:
            item = first[number % len(first)] if what == "form" else first
            image = decode(item.encoded)
            if what == "sibling":
                image = siblings.sibling(image, generator(SEED, item.name, 0))
        return seen(image, way, np.random.default_rng([SEED, label, way, number]), self.kept_out)


def live(pictures: list[Picture], coloured: list[Picture], forms: list[list[Picture]], layouts: int,
         kept_out: tuple[str, ...] = KEPT_OUT) -> Live:
    """`coloured` are those of which another one of the series is a class too; `layouts` of drawn papers."""
    sources: list[tuple] = [("picture", item) for item in pictures]
    groups, kinds = [group_of(item) for item in pictures], [kind(item) for item in pictures]
    for item in coloured:
        sources.append(("sibling", item))
        groups.append(f"sibling of {item.name}")
        kinds.append("sibling")
    for members in forms:
        sources.append(("form", members))
        groups.append(group_of(members[0]))
        kinds.append("forms")
    for layout in range(layouts):
        for look_alike in (False, True):
            sources.append(("paper", layout, look_alike))
            groups.append(f"paper {layout} {look_alike}")
            kinds.append("papers")
    return Live(sources, np.unique(groups, return_inverse=True)[1], np.array(kinds), kept_out)
