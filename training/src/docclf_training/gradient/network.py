"""What every network that is learnt by gradient has: its layers, its input, its running average, its vectors."""

import copy

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..chain import Layer
from ..preprocess import MEAN, STD

ACTIVATIONS = {"": nn.Identity, "hard_swish": nn.Hardswish, "relu6": nn.ReLU6}


def parameter(values: np.ndarray) -> nn.Parameter:
    return nn.Parameter(torch.from_numpy(np.ascontiguousarray(values, np.float32)))


class Convolution(nn.Module):
    """A layer of a chain without its scale and shift; padding may differ from side to side."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.weight, self.bias = parameter(layer.weight), parameter(layer.bias)
        self.strides, self.groups = layer.attributes["strides"], layer.attributes["group"]
        self.top, self.left, self.bottom, self.right = layer.attributes["pads"]
        self.activation = ACTIVATIONS[layer.activation]()

    def forward(self, value: Tensor) -> Tensor:
        padding = (self.top, self.left)
        if padding != (self.bottom, self.right):
            value, padding = functional.pad(value, (self.left, self.right, self.top, self.bottom)), 0
        return self.activation(functional.conv2d(value, self.weight, self.bias, self.strides, padding, groups=self.groups))

    def layer(self, like: Layer) -> Layer:
        """With the attributes of the layer that this one was made from."""
        made = Layer(self.weight.detach().numpy(), self.bias.detach().numpy(), like.attributes)
        made.activation = like.activation
        return made


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
