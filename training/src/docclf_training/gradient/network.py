"""Backbone and head as one embedder, its running average, and its ONNX file."""

import copy
import io
import warnings

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..evaluate import embed_with
from ..export import LARGEST_DIFFERENCE
from ..preprocess import MEAN, SIDE, STD
from ..chain import OPSET
from .backbones import Backbone
from .heads import Head


class Embedder(nn.Module):
    """[n, 3, 128, 128] as `preprocess.normalise` makes it, to unit vectors [n, dimension]."""

    def __init__(self, backbone: Backbone, join: str, norm: str, dimension: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = Head(join, norm, backbone.channels, backbone.map_side, dimension)

    def forward(self, image: Tensor) -> Tensor:
        return functional.normalize(self.head(self.backbone(image)))


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


def to_onnx(network: nn.Module, pixels: np.ndarray) -> tuple[onnx.ModelProto, float]:
    """The graph, and its largest difference from PyTorch on these pictures; raises where it is too large."""
    network = copy.deepcopy(network).eval()
    file = io.BytesIO()
    with warnings.catch_warnings():
        # The exporter of the same package that needs no other one; PyTorch calls it legacy.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(network, torch.zeros(1, 3, SIDE, SIDE), file, dynamo=False, opset_version=OPSET,
                          input_names=["image"], output_names=["embedding"],
                          dynamic_axes={"image": {0: "N"}, "embedding": {0: "N"}})
    difference = float(np.abs(embed_with(file.getvalue())(pixels) - embed(network, pixels)).max())
    if not difference < LARGEST_DIFFERENCE:
        raise ValueError(f"expected ONNX Runtime within {LARGEST_DIFFERENCE} of PyTorch, got {difference:.2e}")
    return onnx.load_from_string(file.getvalue()), difference
