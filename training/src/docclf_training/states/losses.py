"""What the head learns: captures of one state are alike, of one document and of others, and unlike those of other states.

Neighbourhood components (Goldberger et al. 2005) over the captures of a document, each beside its first plain one: its
neighbours should be those in its own state. The same over the other documents, for examples of a branch; and a prototype of each named state.
"""

import torch
from torch.nn import functional

SMOOTHING = 0.05
PROTOTYPE_SCALE = 12.0
OTHERS, PROTOTYPES = 0.5, 0.3  # weights beside the first
PLAIN_VIEWS = 4


def references(views: torch.Tensor) -> torch.Tensor:
    """[documents, 1 + states, ...] of [documents, VIEWS, ...]: the first plain one, then the first of each pair."""
    return torch.cat([views[:, :1], views[:, PLAIN_VIEWS::2]], 1)


def probes(views: torch.Tensor) -> torch.Tensor:
    """The others: the further plain ones, then the second of each pair."""
    return torch.cat([views[:, 1:PLAIN_VIEWS], views[:, PLAIN_VIEWS + 1::2]], 1)


def targets(documents: int, states: int) -> torch.Tensor:
    """Of each probe the reference that shows its state [documents, probes]."""
    own = torch.cat([torch.zeros(PLAIN_VIEWS - 1, dtype=torch.long), torch.arange(1, 1 + states)])
    return own.expand(documents, -1)


def among_siblings(states: torch.Tensor) -> torch.Tensor:
    """Cosines of each probe with the references of its own document [documents, probes, references]."""
    return probes(states) @ references(states).transpose(1, 2)


def from_another(states: torch.Tensor) -> torch.Tensor:
    """Cosines with the references of the document before, and with the own plain one first [documents, probes, references]."""
    shown = torch.cat([states[:, :1], torch.roll(references(states), 1, 0)[:, 1:]], 1)
    return probes(states) @ shown.transpose(1, 2)


def neighbours(logits: torch.Tensor, same: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Mean surprise [] that a neighbour drawn by `logits` [n, n] from `others` is one of `same`, over rows that have such."""
    right = torch.logsumexp(logits.masked_fill(~(same & others), -1e9), 1)
    return (torch.logsumexp(logits.masked_fill(~others, -1e9), 1) - right)[(same & others).any(1)].mean()


def loss(vectors: torch.Tensor, states: torch.Tensor, prototypes: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """`vectors` [documents, VIEWS, dimension] of unit length, `states` [documents, VIEWS] as in `Scenes`, `prototypes` [named, dimension]."""
    flat, own = vectors.flatten(0, 1), states.flatten()
    document = torch.arange(len(vectors)).repeat_interleave(vectors.shape[1])
    logits, same = scale * flat @ flat.T, own[:, None] == own[None]
    siblings = document[:, None] == document[None]
    first = neighbours(logits, same, siblings & ~torch.eye(len(flat), dtype=torch.bool))
    second = neighbours(logits, same, ~siblings)
    named = own < len(prototypes)
    by_name = PROTOTYPE_SCALE * flat[named] @ functional.normalize(prototypes, dim=1).T
    third = functional.cross_entropy(by_name, own[named], label_smoothing=SMOOTHING)
    return first + OTHERS * second + PROTOTYPES * third
