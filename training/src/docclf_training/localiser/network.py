"""The localiser: the text detector's trunk up to stride 16, two layers of our own to stride 32, a narrow pyramid back to 4.

Input [n, 3, 192, 192] as `frame.canvas` makes it. Output `maps` [n, 5, 48, 48], a logit for the document's area and one map a
corner (a softmax over each map says where it is), and `confidence` [n, 2], logits for "there is a document" and "the picture
is the document already".
"""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..chain import Layer
from ..gradient.network import Convolution
from ..trunk import load_detector, read_layers, settle

CUT = "p2o.Add.147"  # stride 16 of the detector
TAPS = (7, 11, 21)  # layers after which the map has stride 4, 8, 16
WIDTH, DEEP, HIDDEN = 48, 256, 64
FROZEN = 5  # the first layers, at stride 2, stay as they are: edges need no training, and they cost a third of a step


def separable(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """5x5 a channel, then 1x1, each with batch norm and hard-swish."""
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 5, stride, 2, groups=inputs, bias=False), nn.BatchNorm2d(inputs), nn.Hardswish(),
        nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs), nn.Hardswish())


class Localiser(nn.Module):
    def __init__(self, layers: list[Layer]) -> None:
        super().__init__()
        stride4, stride8, stride16 = (len(layers[tap - 1].bias) for tap in TAPS)
        self.trunk = nn.ModuleList(map(Convolution, layers))
        self.deep = nn.Sequential(separable(stride16, DEEP, 2), separable(DEEP, DEEP))
        self.scene = nn.Sequential(nn.Linear(DEEP, HIDDEN), nn.Hardswish())  # what the whole picture says
        self.everywhere = nn.Linear(HIDDEN, WIDTH)
        self.confidence = nn.Linear(HIDDEN, 2)
        self.lateral = nn.ModuleList(nn.Conv2d(channels, WIDTH, 1) for channels in (DEEP, stride16, stride8, stride4))
        self.merge = nn.ModuleList(separable(WIDTH, WIDTH) for _ in range(3))
        self.head = nn.Conv2d(WIDTH, 5, 1)

    def frozen(self) -> Iterator[nn.Parameter]:
        for layer in self.trunk[:FROZEN]:
            yield from layer.parameters()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        value, taps = image, []
        for index, layer in enumerate(self.trunk):
            value = layer(value)
            if index + 1 in TAPS:
                taps.append(value)
        deep = self.deep(taps[2])
        scene = self.scene(deep.mean((2, 3)))
        value = self.lateral[0](deep) + self.everywhere(scene)[:, :, None, None]
        for merge, lateral, tap in zip(self.merge, list(self.lateral)[1:], taps[::-1], strict=True):
            value = functional.interpolate(value, scale_factor=2.0, mode="bilinear", align_corners=False)
            value = merge(value + lateral(tap))
        return self.head(value), self.confidence(scene)


def build(detector: Path) -> Localiser:
    """With the trunk's weights of the detector's ONNX file."""
    return Localiser(settle(read_layers(load_detector(detector), CUT)))
