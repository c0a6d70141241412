"""From a backbone's map [n, channels, side, side] to an embedding [n, dimension], not yet of unit length.

How the map becomes a row (`join`):
- `squeeze`: a 1x1 convolution to a quarter of the channels, then every place's values side by side;
- `flatten`: every place's values side by side;
- `gap`: the mean over places.

Then Linear, norm, Linear, norm, where a norm is layer normalisation (`ln`), batch normalisation (`bn`) or
the one followed by the other (`ln+bn`).
"""

from torch import Tensor, nn

JOINS = ("squeeze", "flatten", "gap")
NORMS = ("ln", "bn", "ln+bn")
SQUEEZED = 4  # the 1x1 convolution keeps a quarter of the channels


def joined(join: str, channels: int, side: int) -> tuple[list[nn.Module], int]:
    if join == "squeeze":
        kept = channels // SQUEEZED
        return [nn.Conv2d(channels, kept, 1, bias=False), nn.Flatten()], kept * side**2
    if join == "flatten":
        return [nn.Flatten()], channels * side**2
    if join == "gap":
        return [nn.AvgPool2d(side), nn.Flatten()], channels
    raise ValueError(f"expected a join of {JOINS}, got {join}")


def normed(norm: str, dimension: int) -> list[nn.Module]:
    kinds: dict[str, list[type[nn.Module]]] = {
        "ln": [nn.LayerNorm], "bn": [nn.BatchNorm1d], "ln+bn": [nn.LayerNorm, nn.BatchNorm1d]}
    if norm not in kinds:
        raise ValueError(f"expected a norm of {NORMS}, got {norm}")
    return [kind(dimension) for kind in kinds[norm]]


class Head(nn.Module):
    def __init__(self, join: str, norm: str, channels: int, side: int, dimension: int) -> None:
        super().__init__()
        rows, width = joined(join, channels, side)
        self.layers = nn.Sequential(
            *rows,
            nn.Linear(width, dimension, bias=False), *normed(norm, dimension),
            nn.Linear(dimension, dimension, bias=False), *normed(norm, dimension))

    def forward(self, maps: Tensor) -> Tensor:
        return self.layers(maps)
