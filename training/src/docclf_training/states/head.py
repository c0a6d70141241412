"""The state head: two maps of the trunk to a unit vector, in PyTorch to learn it and in ONNX to ship it."""

from dataclasses import dataclass

import torch
from torch import nn

PREFIX = "state_"  # of every node and constant, so that a head can be taken off again
OUTPUT = "state"


@dataclass(frozen=True)
class Shape:
    """Widths of the layers."""

    fine: int = 16
    coarse: int = 32
    mixed: int = 64
    hidden: int = 80
    dimension: int = 32


class Head(nn.Module):
    """Fine map halved by its mean and its maximum, beside the coarse one; two convolutions; mean, maximum and spread over all places."""

    def __init__(self, fine: int, coarse: int, shape: Shape = Shape()):
        super().__init__()
        self.fine = nn.Conv2d(fine, shape.fine, 1)
        self.coarse = nn.Conv2d(coarse, shape.coarse, 1)
        joined = 2 * shape.fine + shape.coarse
        self.depthwise = nn.Conv2d(joined, joined, 3, padding=1, groups=joined)
        self.mix = nn.Conv2d(joined, shape.mixed, 1)
        self.halve = nn.Conv2d(shape.mixed, shape.mixed, 3, stride=2, padding=1, groups=shape.mixed)
        self.last = nn.Conv2d(shape.mixed, shape.mixed, 1)
        self.hidden = nn.Linear(5 * shape.mixed, shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.dimension)

    def forward(self, fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
        """Unit vectors [N, dimension]."""
        fine = torch.relu(self.fine(fine))
        fine = torch.cat([nn.functional.avg_pool2d(fine, 2), nn.functional.max_pool2d(fine, 2)], 1)
        mixed = torch.cat([fine, torch.relu(self.coarse(coarse))], 1)
        mixed = torch.relu(self.mix(self.depthwise(mixed)))
        last = torch.relu(self.last(self.halve(mixed)))
        mean, mean_last = mixed.mean((2, 3)), last.mean((2, 3))
        spread = (last.square().mean((2, 3)) - mean_last.square() + 1e-4).clamp(min=1e-4).sqrt()
        pooled = torch.cat([mean, mixed.amax((2, 3)), mean_last, last.amax((2, 3)), spread], 1)
        return nn.functional.normalize(self.out(torch.relu(self.hidden(pooled))), dim=1)
