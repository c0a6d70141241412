"""Two trunks' pooled maps as one feature: each of unit length, the second on fewer channels.

The second trunk's 256 channels are projected on the directions in which they vary most, the same
ones at every place of the map, so that a head on top stays small.
"""

from dataclasses import dataclass

import numpy as np

from .discriminant import unit


@dataclass(frozen=True)
class Fusion:
    """[..., first + channels * places] to [..., first + kept * places]."""

    first: int  # features of the first trunk
    directions: np.ndarray  # float32 [channels of the second trunk, kept]

    def __call__(self, features: np.ndarray) -> np.ndarray:
        second = unit(features[..., self.first:])
        maps = second.reshape(*second.shape[:-1], len(self.directions), -1)
        reduced = np.matmul(self.directions.T, maps)
        return np.concatenate([unit(features[..., :self.first]), reduced.reshape(*reduced.shape[:-2], -1)], axis=-1)


def fit(features: np.ndarray, first: int, channels: int, kept: int) -> Fusion:
    """features [n, first + channels * places]: principal directions of the second trunk's channels."""
    values = unit(features[:, first:]).reshape(len(features), channels, -1)
    values = (values - values.mean(axis=0)).astype(np.float64)
    directions = np.linalg.eigh(np.einsum("nip,njp->ij", values, values, optimize=True))[1][:, ::-1][:, :kept]
    # A direction's sign is arbitrary; fixing it makes two runs give the same file.
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(kept)])
    return Fusion(first, np.ascontiguousarray(directions, np.float32))
