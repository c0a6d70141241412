"""What every network that is learnt by gradient has: its input, its running average, its vectors."""

import copy

import numpy as np
import torch
from torch import Tensor, nn

from ..preprocess import MEAN, STD


class Average:
    """Exponential moving average of a network's weights; batch statistics are averaged with them.

    Early on the factor is smaller, so that the random start is forgotten.
    """

    def __init__(self, network: nn.Module, factor: float) -> None:
        self.network, self.factor, self.steps = copy.deepcopy(network).eval().requires_grad_(False), factor, 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        self.steps += 1
        factor = min(self.factor, self.steps / (self.steps + 10))
        current = network.state_dict()
        for name, kept in self.network.state_dict().items():
            if kept.is_floating_point():
                kept.lerp_(current[name], 1 - factor)
            else:
                kept.copy_(current[name])


def tensor(pixels: np.ndarray) -> Tensor:
    """`preprocess.normalise` without a copy: [n, side, side, 3] to [n, 3, side, side], channels last in memory."""
    values = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float()
    mean, deviation = (torch.tensor(value).reshape(1, 3, 1, 1) for value in (MEAN, STD))
    return values.div_(255).sub_(mean).div_(deviation)


@torch.no_grad()
def embed(network: nn.Module, pixels: np.ndarray, batch: int = 64) -> np.ndarray:
    """uint8 [n, 128, 128, 3] to float32 [n, dimension]; the network has to be in evaluation mode."""
    return np.concatenate([network(tensor(pixels[start:start + batch])).numpy()
                           for start in range(0, len(pixels), batch)])
