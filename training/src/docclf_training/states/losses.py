"""What the head learns: one example of each state tells the states of a document apart, as it tells another document's.

An episode is the captures of one document (`scenes`): a plain reference and three plain probes, then a reference and a
probe of each kind. Prototypical networks (Snell, Swersky and Zemel 2017), with one example a class.
"""

import torch
from torch.nn import functional

from .scenes import PLAIN_VIEWS

SMOOTHING = 0.05
PROTOTYPE_SCALE = 12.0


def references(views: torch.Tensor) -> torch.Tensor:
    """[documents, 1 + kinds, ...] of [documents, VIEWS, ...]: the first plain one, then the first of each pair."""
    return torch.cat([views[:, :1], views[:, PLAIN_VIEWS::2]], 1)


def probes(views: torch.Tensor) -> torch.Tensor:
    """The others: the further plain ones, then the second of each pair."""
    return torch.cat([views[:, 1:PLAIN_VIEWS], views[:, PLAIN_VIEWS + 1::2]], 1)


def targets(documents: int, kinds: int) -> torch.Tensor:
    """Of each probe the reference that shows its state [documents, probes]."""
    own = torch.cat([torch.zeros(PLAIN_VIEWS - 1, dtype=torch.long), torch.arange(1, 1 + kinds)])
    return own.expand(documents, -1)


def among_siblings(states: torch.Tensor) -> torch.Tensor:
    """Cosines of each probe with the references of its own document [documents, probes, references]."""
    return probes(states) @ references(states).transpose(1, 2)


def from_another(states: torch.Tensor) -> torch.Tensor:
    """Cosines with the references of the document before, moved by what the plain pictures differ in."""
    own, plain = references(states), states[:, :1]
    moved = functional.normalize(torch.roll(own - plain, 1, 0) + plain, dim=2)
    return probes(states) @ moved.transpose(1, 2)


def loss(states: torch.Tensor, kinds: torch.Tensor, prototypes: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """Among siblings, by the example of another document, and by a prototype of each kind.

    `states` [documents, VIEWS, dimension] of unit length, `kinds` [documents, VIEWS], `prototypes` [kinds, dimension].
    """
    siblings = scale * among_siblings(states)
    own = targets(len(states), siblings.shape[2] - 1)
    first = functional.cross_entropy(siblings.flatten(0, 1), own.flatten(), label_smoothing=SMOOTHING)

    shown, asked = torch.roll(references(kinds), 1, 0), probes(kinds)
    same = asked[:, :, None] == shown[:, None, :]
    logits = scale * from_another(states)
    right = torch.logsumexp(logits.masked_fill(~same, -1e9), 2) - torch.logsumexp(logits, 2)
    second = -right[same.any(2)].mean()

    by_kind = PROTOTYPE_SCALE * states.flatten(0, 1) @ functional.normalize(prototypes, dim=1).T
    third = functional.cross_entropy(by_kind, kinds.flatten(), label_smoothing=SMOOTHING)
    return first + 0.5 * second + 0.5 * third
