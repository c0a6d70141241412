"""The shipped network in PyTorch: two trunks, what joins them, the head. Made from a `Network` and written back to one."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..discriminant import Head
from ..export import POOLED, Network
from ..fusion import Fusion
from ..mobilenet import HALVED
from .network import Convolution, parameter

SIZE = 0.05  # of the head's numbers while they are learned; the embedding's unit length undoes any factor


class Pair(nn.Module):
    """[n, 3, 128, 128] as `preprocess.normalise` makes it, to unit vectors [n, dimension]."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.origin = network
        self.detector = nn.Sequential(*map(Convolution, network.detector))
        self.mobilenet = nn.Sequential(*map(Convolution, network.mobilenet))
        last = network.detector[-1]
        self.scale, self.shift = parameter(np.array(last.scale)), parameter(np.array(last.shift))
        kept = network.fusion.directions.shape[1]
        self.directions = parameter(network.fusion.directions.T.reshape(kept, -1, 1, 1))
        self.factor = SIZE / float(np.abs(network.head.matrix).mean())
        self.head = parameter(self.factor * network.head.matrix.reshape(len(network.head.bias), -1, POOLED, POOLED))
        self.bias = parameter(self.factor * network.head.bias)
        self.to(memory_format=torch.channels_last)

    def forward(self, image: Tensor) -> Tensor:
        pool = functional.adaptive_avg_pool2d
        first = pool(self.detector(image), POOLED) * self.scale + self.shift
        second = pool(self.mobilenet(functional.avg_pool2d(image, HALVED)), POOLED)
        unit = functional.normalize  # every place on its own, over its channels
        fused = torch.cat([unit(first), functional.conv2d(unit(second), self.directions)], dim=1)
        return functional.normalize(functional.conv2d(fused, self.head, self.bias).flatten(1))

    @property
    def trunks(self) -> list[nn.Parameter]:
        return [*self.detector.parameters(), *self.mobilenet.parameters(), self.scale, self.shift]

    @property
    def rest(self) -> list[nn.Parameter]:
        return [self.directions, self.head, self.bias]

    def network(self) -> Network:
        """What was learned, in numpy. The head's numbers fit float16, as a head's must."""
        origin = self.origin
        first = [module.layer(like) for module, like in zip(self.detector, origin.detector, strict=True)]
        first[-1].scale, first[-1].shift = self.scale.item(), self.shift.item()
        second = [module.layer(like) for module, like in zip(self.mobilenet, origin.mobilenet, strict=True)]
        directions = np.ascontiguousarray(self.directions.detach().numpy().reshape(len(self.directions), -1).T)
        matrix = self.head.detach().numpy().reshape(len(self.head), -1) / self.factor
        head = Head(matrix.astype(np.float16).astype(np.float32), self.bias.detach().numpy() / self.factor, origin.head.ratio)
        return Network(first, second, Fusion(origin.fusion.first, directions), head)
