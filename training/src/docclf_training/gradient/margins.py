"""Margins: how much closer than chance a picture has to come to its own class centre.

`cosine` [n, k] holds the cosines of n embeddings with k centres, `column` [n] which of them is each one's own.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

KINDS = ("softmax", "cosface", "arcface")


def logits(cosine: Tensor, column: Tensor, kind: str, margin: float, scale: float) -> Tensor:
    """[n, k]: `scale` times the cosines, each own one made harder.

    - `softmax`: as it is, the control (normalised softmax; `margin` is not used).
    - `cosface`: cos t - m (arXiv:1801.09414, equation 4).
    - `arcface`: cos(t + m) (arXiv:1801.07698, equation 3). Where t + m passes pi, at which the cosine would
      rise again, cos t - m sin m is used, so that it goes on falling.
    """
    own = cosine.gather(1, column[:, None])
    if kind == "softmax":
        harder = own
    elif kind == "cosface":
        harder = own - margin
    elif kind == "arcface":
        sine = (1 - own.square()).clamp(min=1e-12).sqrt()
        turned = own * math.cos(margin) - sine * math.sin(margin)
        harder = torch.where(own > -math.cos(margin), turned, own - margin * math.sin(margin))
    else:
        raise ValueError(f"expected a margin of {KINDS}, got {kind}")
    return scale * cosine.scatter(1, column[:, None], harder)


def loss(cosine: Tensor, column: Tensor, negative: Tensor, kind: str, margin: float, scale: float) -> Tensor:
    """Mean cross-entropy; `negative` [n, k] says which centres count against which embedding."""
    values = logits(cosine, column, kind, margin, scale)
    counted = negative.scatter(1, column[:, None], True)
    return functional.cross_entropy(values.masked_fill(~counted, -torch.inf), column)
