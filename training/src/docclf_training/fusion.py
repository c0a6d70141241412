"""Two trunks' pooled maps as one feature: every place of both of unit length, the second on fewer channels.

A place of unit length counts as much as any other, whatever lies there: a ridge of glare ruins the places that it
covers and no more. The second trunk's 256 channels are projected on the directions in which they vary most, the
same ones at every place of the map, so that a head on top stays small.
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
        second = places(features[..., self.first:], len(self.directions))
        first = places(features[..., :self.first], self.first // second.shape[-1])
        reduced = np.matmul(self.directions.T, second)
        return np.concatenate([maps.reshape(*maps.shape[:-2], -1) for maps in (first, reduced)], axis=-1)


def places(features: np.ndarray, channels: int) -> np.ndarray:
    """[..., channels * places] to [..., channels, places], every place of unit length."""
    maps = features.reshape(*features.shape[:-1], channels, -1)
    return np.swapaxes(unit(np.swapaxes(maps, -1, -2)), -1, -2)


def fit(features: np.ndarray, first: int, channels: int, kept: int) -> Fusion:
    """features [n, first + channels * places]: principal directions of the second trunk's channels."""
    values = places(features[:, first:], channels)
    values = (values - values.mean(axis=0)).astype(np.float64)
    directions = np.linalg.eigh(np.einsum("nip,njp->ij", values, values, optimize=True))[1][:, ::-1][:, :kept]
    # A direction's sign is arbitrary; fixing it makes two runs give the same file.
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(kept)])
    return Fusion(first, np.ascontiguousarray(directions, np.float32))
