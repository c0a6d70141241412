"""The second half of `make`: both trunks and the head, from the closed form on, by CosFace.

What earlier training by gradient lost, this one keeps by three means:

- It starts where the closed form ends: every class's centre is the closed form's vector of the picture as it is, and a
  view is also pulled towards that vector itself, so that the space keeps its shape where no class asks for another.
- Classes of one group (a family of files, a printed form, a county's precincts) are never each other's negatives. Without
  that the network learns to tell two fillings of one form apart.
- What the benchmark's hardest pairs look like is among the views: crumpled film, cut-off corners, fillings of one form; and
  siblings, the same picture recoloured and re-lettered, as classes of their own.

A step's views and centres follow from the seed and the step's number alone; a run that was stopped goes on.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..data import SHARED_FORMS, Picture, kind
from ..discriminant import unit
from ..export import Network
from ..preprocess import SIDE
from ..views import Views
from . import margins
from .loop import learn
from .network import Average, tensor
from .pair import Pair


@dataclass(frozen=True)
class Tuning:
    """All knobs."""

    seed: int = 20261124
    steps: int = 5000
    batch: int = 64
    # How often a view of each kind of class comes along.
    shares: tuple[tuple[str, float], ...] = (
        ("covers", 0.36), ("cards", 0.16), ("pages", 0.28), ("sibling", 0.10), ("drawn", 0.06), ("forms", 0.04))
    margin: float = 0.2
    scale: float = 32.0
    anchor: float = 1.0  # weight of 1 - cosine with the closed form's vector of the class
    near: int = 6  # centres nearest to each class in the step that come along as negatives
    others: int = 3000  # random centres that come along
    again: int = 1000  # steps after which the nearest centres are looked up anew
    trunk_rate: float = 1e-4  # learning rates
    head_rate: float = 2e-4
    centre_rate: float = 2e-3
    warmup: int = 200  # steps
    averaging: float = 0.999  # of the weights, over steps


Address = tuple[int, int, int]  # shelf, picture, view


@dataclass(frozen=True)
class Classes:
    """What is told apart; parallel lists over classes."""

    shelves: list[Views]
    views: list[list[Address]]  # of each class, any number
    clean: list[int]  # how many of them, from the first on, show the document as it is
    group: np.ndarray  # classes of one number are never each other's negatives
    kind: np.ndarray

    def __len__(self) -> int:
        return len(self.views)

    @property
    def key(self) -> str:
        """All that decides what the views of these classes are."""
        return repr(self.views)

    def clean_views(self, label: int) -> list[Address]:
        return self.views[label][:self.clean[label]]

    def draw(self, label: int, random: np.random.Generator) -> Address:
        """Any view of a class."""
        return self.views[label][random.integers(len(self.views[label]))]

    def look(self, chosen: list[Address]) -> np.ndarray:
        """uint8 [n, 128, 128, 3]."""
        return np.stack([self.shelves[shelf].view(picture, view) for shelf, picture, view in chosen])


def group_of(picture: Picture) -> str:
    return picture.source if picture.source in SHARED_FORMS else picture.family


def gather(pictures: list[Picture], captures: Views, cut_off: Views, coloured: list[int], film: Views, siblings: Views,
           drawn: Views, forms: list[list[Picture]], contents: Views) -> Classes:
    """Every picture, every sibling of a picture, every drawn layout and every printed form as a class.

    `captures` and `cut_off` are of `pictures`; `film` and `siblings` of those at `coloured`; `contents` of the
    members of `forms`, one after the other. View 0 of captures, siblings and contents is the document as it is.
    """
    shelves = [captures, cut_off, film, siblings, drawn, contents]

    def all_of(shelf: int, picture: int) -> list[Address]:
        return [(shelf, picture, view) for view in range(shelves[shelf].count)]

    views = [all_of(0, index) + all_of(1, index) for index in range(len(pictures))]
    clean, groups, kinds = [1] * len(pictures), [group_of(item) for item in pictures], [kind(item) for item in pictures]
    for place, index in enumerate(coloured):
        views[index] += all_of(2, place)
        views.append(all_of(3, place))
        groups.append(f"sibling of {pictures[index].name}")
    clean += [1] * len(coloured)
    kinds += ["sibling"] * len(coloured)
    for index in range(len(drawn.paths)):
        views.append(all_of(4, index))
        groups.append(f"drawn {index}")
    clean += [drawn.count // 2] * len(drawn.paths)  # the other half are captured
    kinds += ["drawn"] * len(drawn.paths)
    first = 0
    for members in forms:
        own = [address for index in range(first, first + len(members)) for address in all_of(5, index)]
        views.append(sorted(own, key=lambda address: address[2]))
        groups.append(group_of(members[0]))
        first += len(members)
    clean += [len(members) for members in forms]
    kinds += ["forms"] * len(forms)
    return Classes(shelves, views, clean, np.unique(groups, return_inverse=True)[1], np.array(kinds))


class Step:
    """Which views and which centres a step sees."""

    def __init__(self, classes: Classes, tuning: Tuning, number: int, near: np.ndarray) -> None:
        self.random = random = np.random.default_rng([tuning.seed, number])
        members = {name: np.flatnonzero(classes.kind == name) for name, _ in tuning.shares}
        shares = {name: share for name, share in tuning.shares if len(members[name])}
        chances = np.array(list(shares.values())) / sum(shares.values())
        self.target = np.array([random.choice(members[name]) for name in random.choice(list(shares), tuning.batch, p=chances)])
        self.views = [classes.draw(label, random) for label in self.target]
        others = random.integers(0, len(classes), tuning.others)
        self.centres = np.unique(np.concatenate([self.target, near[self.target].ravel(), others]))
        # Where each one's own centre stands among them, and which of them count against it.
        self.column = np.searchsorted(self.centres, self.target)
        self.negative = classes.group[self.centres][None, :] != classes.group[self.target][:, None]


def jitter(pixels: np.ndarray, random: np.random.Generator) -> Tensor:
    """A view is never seen twice the same: a little brighter or tinted, moved by up to two pixels, now and then with a
    rectangle of one colour over it (a thumb, a torn corner). uint8 [n, side, side, 3] to the network's input."""
    gain = np.exp(random.normal(0, 0.03, (len(pixels), 1, 1, 3)) + random.normal(0, 0.08, (len(pixels), 1, 1, 1)))
    values = np.pad(pixels.astype(np.float32) * gain.astype(np.float32), ((0, 0), (2, 2), (2, 2), (0, 0)), mode="edge")
    down, across = random.integers(0, 5, (2, len(pixels)))
    values = np.stack([item[y:y + SIDE, x:x + SIDE] for item, y, x in zip(values, down, across, strict=True)])
    for index in np.flatnonzero(random.random(len(pixels)) < 0.08):
        height, width = random.integers(12, 60, 2)
        top, left = random.integers(-10, SIDE - 10, 2)
        colour = random.choice([0, 255, random.uniform(0, 255)]) + random.uniform(-25, 25, 3)
        values[index, max(top, 0):top + height, max(left, 0):left + width] = colour
    return tensor(np.floor(np.clip(values, 0, 255) + np.float32(0.5)).astype(np.uint8))


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


@dataclass(frozen=True)
class Learner:
    """What of the network learns, and how it takes what `Classes.look` returns."""

    make: Callable[[Network], nn.Module]  # a module like `Pair`
    learning: Callable[[np.ndarray, np.random.Generator], Tensor]  # never twice the same
    plain: Callable[[np.ndarray], Tensor]


WHOLE = Learner(Pair, jitter, tensor)


@torch.no_grad()
def targets(pair: nn.Module, classes: Classes, plain: Callable[[np.ndarray], Tensor] = tensor, block: int = 64) -> np.ndarray:
    """float32 [classes, dimension]: the mean vector of each class's clean views, of unit length."""
    clean = [classes.clean_views(label) for label in range(len(classes))]
    chosen = [address for views in clean for address in views]
    vectors = np.concatenate([pair(plain(classes.look(chosen[start:start + block]))).numpy()
                              for start in range(0, len(chosen), block)])
    return unit(np.stack([part.mean(axis=0) for part in np.split(vectors, np.cumsum([len(views) for views in clean])[:-1])]))


class Run:
    """The network, its class centres, and all that a stopped run needs to go on."""

    def __init__(self, network: Network, classes: Classes, tuning: Tuning, learner: Learner = WHOLE) -> None:
        self.classes, self.tuning, self.learner, self.step = classes, tuning, learner, 0
        self.pair = learner.make(network).eval()
        self.average = Average(self.pair, tuning.averaging)
        self.average.steps = -1  # so that the first step's weights replace those of the start
        self.target = torch.from_numpy(targets(self.pair, classes, learner.plain))
        self.centres = nn.Parameter(self.target.clone())
        self.optimiser = torch.optim.Adam([
            {"params": parameters, "rate": rate}
            for parameters, rate in ((self.pair.trunks, tuning.trunk_rate), (self.pair.rest, tuning.head_rate))
            if parameters], betas=(0.9, 0.99))
        self.centre_optimiser = torch.optim.SparseAdam([self.centres])
        self.near = np.zeros((len(classes), 0), int)

    @property
    def share(self) -> float:
        return self.step / self.tuning.steps

    def loss(self, step: Step) -> Tensor:
        tuning = self.tuning
        vectors = self.pair(self.learner.learning(self.classes.look(step.views), step.random))
        rows = functional.embedding(torch.from_numpy(step.centres), self.centres, sparse=True)
        cosine = vectors @ functional.normalize(rows).T
        apart = margins.loss(cosine, torch.from_numpy(step.column), torch.from_numpy(step.negative), "cosface",
                             tuning.margin, tuning.scale)
        return apart + tuning.anchor * (1 - (vectors * self.target[torch.from_numpy(step.target)]).sum(dim=1)).mean()

    def advance(self) -> float:
        """One step; returns the loss."""
        tuning = self.tuning
        if self.step % tuning.again == 0:
            self.near = nearest(self.centres, tuning.near)
        loss = self.loss(Step(self.classes, tuning, self.step, self.near))
        if not torch.isfinite(loss):
            raise ValueError(f"the loss is {loss.item()} at step {self.step}: lower trunk_rate or scale")
        self.optimiser.zero_grad()
        self.centre_optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.pair.parameters(), 1.0)
        share = min(1.0, (self.step + 1) / tuning.warmup) * (0.51 + 0.49 * math.cos(math.pi * self.step / tuning.steps))
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * share
        self.centre_optimiser.param_groups[0]["lr"] = tuning.centre_rate * share
        self.optimiser.step()
        self.centre_optimiser.step()
        self.average.update(self.pair)
        self.step += 1
        return loss.item()

    def state(self) -> dict:
        return {"step": self.step, "pair": self.pair.state_dict(), "average": self.average.network.state_dict(),
                "centres": self.centres.detach(), "near": torch.from_numpy(self.near),
                "optimiser": self.optimiser.state_dict(), "centre_optimiser": self.centre_optimiser.state_dict()}

    def restore(self, state: dict) -> None:
        self.step, self.near = state["step"], state["near"].numpy()
        self.average.steps = self.step - 1
        self.average.network.load_state_dict(state["average"])
        for name in ("pair", "optimiser", "centre_optimiser"):
            getattr(self, name).load_state_dict(state[name])
        with torch.no_grad():
            self.centres.copy_(state["centres"])


def tune(network: Network, classes: Classes, folder: Path, tuning: Tuning = Tuning(), learner: Learner = WHOLE) -> Network:
    """From a network to a tuned one of the same shape. `folder` keeps a checkpoint while it runs."""
    run = Run(network, classes, tuning, learner)
    # Another recipe, start or set of classes never meets an old checkpoint.
    start = hashlib.sha256(repr((asdict(tuning), classes.key)).encode() + run.target.numpy().tobytes()).hexdigest()[:24]
    learn(run, folder / f"tuning-{start}.pt", "tuning")
    return run.average.network.network()
