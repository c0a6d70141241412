"""Backbone and head as one embedder, and its ONNX file."""

import copy
import io
import warnings

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..chain import OPSET
from ..evaluate import embed_with
from ..export import LARGEST_DIFFERENCE
from ..gradient.network import embed
from ..preprocess import SIDE
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
