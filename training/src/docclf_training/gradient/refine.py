"""A closed-form head, refined by gradient on frozen features: a linear map still, so the graph stays the same.

The discriminant treats every pair of classes alike. Here CosFace asks each view to be nearer to its own class
centre than to the centres that are hardest to tell from it. What the features cannot know is given as groups:
classes of one group (one family of files, one printed form) are never each other's negatives. Without that
the map learns to tell two fillings of one form apart, and loses what it is for.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..data import SHARED_FORMS, Picture, kind
from ..discriminant import Head
from ..features import cut_off_view, film_views, filled_views, sibling_views, views_of
from ..validate import CAPTURES, FILLINGS, FILM, layout_held_out, layouts
from . import margins

BLOCK = 4096  # rows
WIDE = 1024  # closed-form directions that the refined ones are made of


@dataclass(frozen=True)
class Refinement:
    """All knobs."""

    seed: int = 20261124
    steps: int = 800
    classes: int = 24  # of each kind, in a step
    views: int = 2  # of each class, in a step
    near: int = 6  # centres nearest to each class in the step that come along as negatives
    others: int = 400  # random centres that come along
    again: int = 400  # steps after which the nearest centres are looked up anew
    margin: float = 0.2
    scale: float = 32.0
    learning_rate: float = 3e-4
    centre_rate: float = 1e-3
    warmup: int = 80  # steps
    averaging: float = 0.98  # of the map, over steps


@dataclass(frozen=True)
class Material:
    """Views of classes as coordinates [k] in a wide closed-form head; parallel lists over classes."""

    views: list[np.ndarray]  # [views, k] of each class, any number of views
    group: np.ndarray  # [classes]; classes of one number are never each other's negatives
    kind: np.ndarray  # [classes]; kinds count alike


def gather(pictures: list[Picture], look: Callable[..., np.ndarray]) -> Material:
    """All views of the pictures to fit, their siblings as further classes, and drawn layouts as a fourth kind.

    look(pictures, captures, views) gives coordinates [pictures, views, k].
    """
    views = [*np.concatenate([look(pictures, CAPTURES, views_of), look(pictures, CAPTURES, cut_off_view)], axis=1)]
    groups = [item.source if item.source in SHARED_FORMS else item.family for item in pictures]
    kinds = [kind(item) for item in pictures]
    coloured = [index for index, item in enumerate(pictures) if kind(item) != "pages"]
    some = [pictures[index] for index in coloured]
    film, siblings = look(some, FILM, film_views), look(some, 1, sibling_views)
    for place, index in enumerate(coloured):
        views[index] = np.concatenate([views[index], film[place]])
        views.append(siblings[place])
        groups.append(f"sibling of {pictures[index].name}")
        kinds.append(kinds[index])
    drawn = [item for item in layouts() if not layout_held_out(item)]
    views += [*look(drawn, FILLINGS, filled_views)]
    groups += [item.name for item in drawn]
    kinds += ["drawn"] * len(drawn)
    return Material(views, np.unique(groups, return_inverse=True)[1], np.array(kinds))


class Step:
    """Which views and which centres a step sees; follows from the seed and the step's number alone."""

    def __init__(self, material: Material, refinement: Refinement, number: int, near: np.ndarray) -> None:
        random = np.random.default_rng([refinement.seed, number])
        members = [np.flatnonzero(material.kind == kind) for kind in np.unique(material.kind)]
        chosen = np.concatenate([random.choice(group, refinement.classes) for group in members])
        self.target = np.repeat(chosen, refinement.views)
        self.rows = np.stack([material.views[label][random.integers(len(material.views[label]))]
                              for label in self.target]).astype(np.float32)
        others = random.choice(len(material.views), refinement.others)
        self.centres = np.unique(np.concatenate([chosen, near[chosen].ravel(), others]))
        # Where each one's own centre stands among them, and which of them count against it.
        self.column = np.searchsorted(self.centres, self.target)
        self.negative = material.group[self.centres][None, :] != material.group[self.target][:, None]


@torch.no_grad()
def nearest(centres: Tensor, count: int, block: int = 1024) -> np.ndarray:
    """[classes, count]: the centres nearest to each, itself left out."""
    rows = functional.normalize(centres)
    count = min(count, len(rows) - 1)
    found = []
    for start in range(0, len(rows), block):
        cosine = rows[start:start + block] @ rows.T
        cosine[torch.arange(len(cosine)), torch.arange(start, start + len(cosine))] = -2
        found.append(cosine.topk(count, dim=1).indices)
    return torch.cat(found).numpy()


def refined(material: Material, dimension: int, refinement: Refinement = Refinement()) -> tuple[np.ndarray, np.ndarray]:
    """The map [dimension, k] and its term [dimension]; starts from the first coordinates as they are."""
    size = material.views[0].shape[1]
    linear = nn.Linear(size, dimension)
    with torch.no_grad():
        linear.weight.copy_(torch.eye(dimension, size))
        linear.bias.zero_()
    means = np.stack([views.mean(axis=0, dtype=np.float32) for views in material.views])
    centres = nn.Parameter(functional.normalize(torch.from_numpy(means[:, :dimension])))
    optimiser = torch.optim.Adam(linear.parameters())
    centre_optimiser = torch.optim.SparseAdam([centres])
    average = [value.detach().clone() for value in linear.parameters()]
    started = shown = time.monotonic()
    for number in range(refinement.steps):
        if number % refinement.again == 0:
            near = nearest(centres, refinement.near)
        step = Step(material, refinement, number, near)
        rows = functional.embedding(torch.from_numpy(step.centres), centres, sparse=True)
        cosine = functional.normalize(linear(torch.from_numpy(step.rows))) @ functional.normalize(rows).T
        loss = margins.loss(cosine, torch.from_numpy(step.column), torch.from_numpy(step.negative),
                            "cosface", refinement.margin, refinement.scale)
        optimiser.zero_grad()
        centre_optimiser.zero_grad()
        loss.backward()
        share = min(1, (number + 1) / refinement.warmup) * (1 + np.cos(np.pi * number / refinement.steps)) / 2
        optimiser.param_groups[0]["lr"] = refinement.learning_rate * share
        centre_optimiser.param_groups[0]["lr"] = refinement.centre_rate * max(share, 1e-6)
        optimiser.step()
        centre_optimiser.step()
        for kept, value in zip(average, linear.parameters(), strict=True):
            kept.lerp_(value.detach(), 1 - refinement.averaging)
        if time.monotonic() - shown > 5 or number + 1 == refinement.steps:
            shown = time.monotonic()
            left = round((shown - started) / (number + 1) * (refinement.steps - number - 1))
            print(f"\rrefinement: step {number + 1} of {refinement.steps}, loss {loss.item():.3f}, {left} s left ",
                  end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return average[0].numpy(), average[1].numpy()


def fold(wide: Head, weight: np.ndarray, bias: np.ndarray) -> Head:
    """One head that is `wide` without its unit length, then the map. Its numbers fit float16, as a head's must."""
    matrix = weight.astype(np.float64) @ wide.matrix
    factor = np.abs(matrix).mean()
    narrow = (matrix / factor).astype(np.float16).astype(np.float32)
    term = (weight.astype(np.float64) @ wide.bias + bias) / factor
    return Head(narrow, term.astype(np.float32), wide.ratio[:len(narrow)])


def refine(wide: Head, dimension: int, pictures: list[Picture], store: Callable[..., np.ndarray],
           refinement: Refinement = Refinement()) -> Head:
    """From a closed-form head of many directions to a refined one of `dimension`.

    store(pictures, captures, views) gives features [pictures, views, d], as `make.Store` does.
    """
    some = store(pictures[:64], CAPTURES, views_of).reshape(-1, wide.matrix.shape[1]).astype(np.float32)
    size = np.sqrt(np.mean((some @ wide.matrix.T + wide.bias) ** 2))
    wide = Head(wide.matrix / size, wide.bias / size, wide.ratio)  # learning rates are for coordinates near 1

    def look(items: list[Picture], captures: int, views: Callable) -> np.ndarray:
        features = store(items, captures, views)
        rows = features.reshape(-1, features.shape[-1])
        # In large blocks: one picture at a time would read the whole matrix again for each.
        found = [(rows[start:start + BLOCK].astype(np.float32) @ wide.matrix.T + wide.bias).astype(np.float16)
                 for start in range(0, len(rows), BLOCK)]
        return np.concatenate(found).reshape(*features.shape[:2], -1)

    return fold(wide, *refined(gather(pictures, look), dimension, refinement))
