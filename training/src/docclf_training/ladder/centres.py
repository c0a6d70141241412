"""Class centres, of which every step sees a sample (PartialFC, arXiv:2203.15565, section 3).

The sample holds the centre of every class in the batch, and random others until `rate` of all is reached.
Gradients are sparse, so that a sparse optimiser leaves the other centres and their moments alone.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Centres(nn.Module):
    def __init__(self, groups: Tensor, dimension: int, rate: float = 1.0) -> None:
        """groups [classes]: classes of the same group are never each other's negatives. rate: 0 to 1."""
        super().__init__()
        if not 0 < rate <= 1:
            raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
        self.rate = rate
        self.register_buffer("groups", groups, persistent=False)
        self.weight = nn.Parameter(torch.randn(len(groups), dimension))

    def sample(self, target: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Class numbers, ascending: all of `target`, the rest drawn without replacement."""
        classes = len(self.groups)
        if self.rate == 1:
            return torch.arange(classes)
        order = torch.rand(classes, generator=generator)
        order[target] = 2.0  # above every draw: positives always stay
        count = max(round(self.rate * classes), len(target.unique()))
        return order.topk(count).indices.sort().values

    def forward(self, embedding: Tensor, target: Tensor,
                generator: torch.Generator | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """embedding [n, d] of unit length, target [n] classes.

        Returns the cosines [n, k] with the k sampled centres, the column [n] of each one's own, and which
        columns are negatives [n, k].
        """
        chosen = self.sample(target, generator)
        rows = functional.embedding(chosen, self.weight, sparse=True)
        cosine = functional.linear(embedding, functional.normalize(rows))
        negative = self.groups[chosen][None, :] != self.groups[target][:, None]
        return cosine, torch.searchsorted(chosen, target), negative
