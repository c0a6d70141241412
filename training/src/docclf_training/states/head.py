"""The state head, in PyTorch to learn it; `attach` ships it.

In the network: both maps averaged and maximised over 8x8 places, and a linear map of each place on a few channels: the state map
of a picture. Beside it, where pictures are compared: what each place differs in from a baseline, the same document without a
state, through two small layers, pooled over the places to a unit vector. What is printed on the document falls out of the
difference; where a stain lies falls out of the pooling.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

PLACES = 8  # along each side
STRONGEST = 8  # places whose mean stands for a mark that is small


@dataclass(frozen=True)
class Shape:
    """Widths of the layers."""

    channels: int = 16
    hidden: int = 64
    dimension: int = 32


class Head(nn.Module):
    """`mean` and `deviation` [inputs] of the pooled maps, so that layers begin at a common scale."""

    def __init__(self, mean: torch.Tensor, deviation: torch.Tensor, shape: Shape = Shape()):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)
        self.project = nn.Conv2d(len(mean), shape.channels, 1)
        self.first = nn.Linear(2 * shape.channels, shape.hidden)
        self.second = nn.Linear(shape.hidden, shape.hidden)
        self.out = nn.Linear(3 * shape.hidden, shape.dimension)
        self.drop = nn.Dropout(0.1)

    def maps(self, pooled: torch.Tensor) -> torch.Tensor:
        """State maps [N, PLACES ** 2, channels] of pooled maps [N, inputs, PLACES, PLACES]."""
        scaled = (pooled - self.mean[:, None, None]) / self.deviation[:, None, None]
        return self.project(scaled).flatten(2).transpose(1, 2)

    def forward(self, maps: torch.Tensor, baseline: torch.Tensor) -> torch.Tensor:
        """Unit vectors [..., dimension] of state maps [..., places, channels] and their baselines."""
        both = torch.cat([maps - baseline, baseline.expand_as(maps)], -1)
        hidden = torch.relu(self.second(torch.relu(self.first(both))))
        strongest = hidden.topk(STRONGEST, -2).values.mean(-2)
        pooled = torch.cat([hidden.mean(-2), hidden.amax(-2), strongest], -1)
        return functional.normalize(self.out(self.drop(pooled)), dim=-1)

    def projection(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight [channels, inputs] and bias of `maps` as one layer."""
        weight = self.project.weight[:, :, 0, 0] / self.deviation
        return weight, self.project.bias - weight @ self.mean


def middle(maps: torch.Tensor) -> torch.Tensor:
    """The baseline where no plain picture is known: the median of a document's references, place by place [..., 1, places, channels]."""
    return maps.median(-3, keepdim=True).values
