"""The state head, in PyTorch to learn it; `attach` ships it.

In the network: pooled maps at 16x16 places and the colours there, three small convolutions, a few channels at each place: the state map of a picture.
Beside it, where pictures are compared: what is left of a map once a baseline, the same document without a state, is taken from
it, through layers that see a place and those around it, pooled over the places to a unit vector. What is printed on the
document falls out of the difference, the camera with whatever it does alike everywhere, where a stain lies with the pooling.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

PLACES = 16  # along each side
STRONGEST = 8  # places whose mean stands for a mark that is small
SHRUNK = 0.1  # the ridge, in shares of what the channels vary
REWEIGHTED = 2  # how often places that are hardly explained lose weight


@dataclass(frozen=True)
class Shape:
    """Widths of the layers: two in the network, three beside it."""

    wide: int = 48
    channels: int = 20
    fine: int = 36
    hidden: int = 96
    dimension: int = 40


class Head(nn.Module):
    """`mean` and `deviation` [inputs] of the pooled maps, so that layers begin at a common scale."""

    def __init__(self, mean: torch.Tensor, deviation: torch.Tensor, shape: Shape = Shape()):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.widen = nn.Conv2d(len(mean), shape.wide, 1)
        self.around = nn.Conv2d(shape.wide, shape.wide, 3, padding=1, groups=shape.wide)
        self.project = nn.Conv2d(shape.wide, shape.channels, 1)
        self.first = nn.Linear(3 * shape.channels, shape.fine)
        self.near = nn.Conv2d(2 * shape.fine, 2 * shape.fine, 3, padding=1, groups=2 * shape.fine)
        self.second = nn.Linear(2 * shape.fine, shape.hidden)
        self.out = nn.Linear(3 * shape.hidden, shape.dimension)
        self.drop = nn.Dropout(0.1)

    def maps(self, pooled: torch.Tensor) -> torch.Tensor:
        """State maps [N, channels, PLACES, PLACES] of pooled maps [N, inputs, PLACES, PLACES]."""
        hidden = torch.relu(self.widen((pooled - self.mean[:, None, None]) / self.deviation[:, None, None]))
        return self.project(hidden + torch.relu(self.around(hidden)))

    def forward(self, maps: torch.Tensor, baseline: torch.Tensor) -> torch.Tensor:
        """Unit vectors [N, dimension] of state maps [N, channels, PLACES, PLACES] and their baselines."""
        hidden = torch.relu(self.first(beside(maps, baseline).permute(0, 2, 3, 1))).permute(0, 3, 1, 2)
        hidden = torch.cat([functional.avg_pool2d(hidden, 2), functional.max_pool2d(hidden, 2)], 1)
        hidden = hidden + torch.relu(self.near(hidden))
        hidden = torch.relu(self.second(hidden.flatten(2).transpose(1, 2)))
        strongest = hidden.topk(STRONGEST, 1).values.mean(1)
        pooled = torch.cat([hidden.mean(1), hidden.amax(1), strongest], 1)
        return functional.normalize(self.out(self.drop(pooled)), dim=1)

    def widening(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight [wide, inputs] and bias of `widen` with the common scale in it."""
        weight = self.widen.weight[:, :, 0, 0] / self.deviation
        return weight, self.widen.bias - weight @ self.mean


def beside(maps: torch.Tensor, baseline: torch.Tensor) -> torch.Tensor:
    """[N, 3 * channels, ...]: what the baseline does not explain, what it does, and the shift of level.

    A camera mixes and scales the channels alike at all places, which least squares undo; a mark lies at some places, which weigh less.
    """
    told, seen = (one.flatten(2).transpose(1, 2) for one in (baseline, maps))
    weights = torch.full_like(seen[..., :1], 1 / seen.shape[1])
    with torch.no_grad():
        for _ in range(REWEIGHTED):
            left = explained(seen, told, weights)[0]
            strange = (left.square() / (left.square().mean(1, keepdim=True) + 1e-4)).mean(2, keepdim=True)
            weights = 1 / (1 + strange / (2 * strange.median(1, keepdim=True).values + 1e-3))
            weights = weights / weights.sum(1, keepdim=True)
    left, shift = explained(seen, told, weights)
    return torch.cat([left, seen - left, shift.expand_as(seen)], 2).transpose(1, 2).unflatten(2, maps.shape[2:])


def explained(seen: torch.Tensor, told: torch.Tensor, weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Of `seen` [N, places, channels] what `told` does not explain by weighted least squares with a ridge, and the shift of level [N, 1, channels]."""
    level, plain = (weights * seen).sum(1, keepdim=True), (weights * told).sum(1, keepdim=True)
    varied, flat = seen - level, told - plain
    square = flat.transpose(1, 2) @ (weights * flat)
    own = torch.diagonal(square, dim1=1, dim2=2)
    ridge = torch.diag_embed(SHRUNK * (own.mean(1, keepdim=True) + own) + 1e-3)
    mixing = torch.linalg.solve(square + ridge, flat.transpose(1, 2) @ (weights * varied))
    return varied - flat @ mixing, level - plain


def middle(maps: torch.Tensor) -> torch.Tensor:
    """The baseline where no plain picture is known: the median of a document's references, number by number [documents, 1, ...]."""
    return maps.median(1, keepdim=True).values
