"""Trains the localiser for so many minutes on composites that it makes as it goes; goes on where it was stopped.

    python -m docclf_training.localiser.train --detector FILE --out DIR --minutes 60

`DIR` gets `checkpoint.pt`, `localiser.onnx` (the average of the weights, written at every checkpoint), `log.tsv` and the
composites (1.8 GB). One thread. Minutes are counted over all runs with the same `DIR`, and the learning rate falls with them.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ..data import data_folder, read_training
from ..gradient.loop import learn
from ..gradient.network import Average
from .export import write
from .frame import canvas, is_whole, targets
from .network import Localiser, build
from .pictures import Pictures
from .pool import AT_LEAST, Pool
from .scenes import Scenes
from .validate import composites_report, held_out_scenes


@dataclass(frozen=True)
class Recipe:
    batch: int = 24
    fresh: int = 8  # new composites a step: each is seen about three times
    rate: float = 3e-3  # of what is new; the trunk has `trunk_rate` of it
    trunk_rate: float = 0.3
    weight_decay: float = 0.02
    warm_up: int = 150  # steps
    average: float = 0.998  # of the weights, a step
    clip: float = 2.0  # longest gradient
    seed: int = 7


@dataclass
class Batch:
    image: Tensor  # [n, 3, SIDE, SIDE]
    mask: Tensor  # [n, GRID, GRID] in 0..1
    peaks: Tensor  # [n, 4, GRID, GRID], each sums to 1 or 0
    inside: Tensor  # [n, 4]
    facts: Tensor  # [n, 2]: there is a document, the picture is it


def collate(samples: list[tuple[np.ndarray, np.ndarray | None]]) -> Batch:
    image = torch.from_numpy(canvas(np.stack([photo for photo, _ in samples]))).contiguous(memory_format=torch.channels_last)
    wanted = [targets(quad) for _, quad in samples]
    mask, peaks, inside = (torch.from_numpy(np.stack(item)) for item in zip(*wanted, strict=True))
    facts = torch.tensor([[quad is not None, quad is not None and is_whole(quad)] for _, quad in samples]).float()
    return Batch(image, mask, peaks, inside, facts)


def losses(maps: Tensor, confidence: Tensor, batch: Batch) -> dict[str, Tensor]:
    """mask and its overlap; each corner's place; where any corner is, whichever; the two facts."""
    area = maps[:, 0]
    mask = functional.binary_cross_entropy_with_logits(area, batch.mask)
    soft, there = area.sigmoid(), batch.facts[:, 0]
    overlap = (2 * (soft * batch.mask).sum((1, 2)) + 1) / ((soft + batch.mask).sum((1, 2)) + 1)
    dice = ((1 - overlap) * there).sum() / there.sum().clamp(min=1)
    places = maps[:, 1:].flatten(2).log_softmax(-1)
    own = -(batch.peaks.flatten(2) * places).sum() / batch.inside.sum().clamp(min=1)
    # Which way is up is often hard to see; where the corners are is not. So that is asked apart.
    count = batch.inside.sum(1)
    anywhere = batch.peaks.sum(1).flatten(1) / count.clamp(min=1)[:, None]
    mixed = torch.logsumexp(places, 1) - np.log(4)
    any_corner = -(anywhere * mixed).sum() / (count > 0).sum().clamp(min=1)
    facts = functional.binary_cross_entropy_with_logits(confidence, batch.facts)
    return {"mask": mask, "dice": 0.5 * dice, "own": 0.25 * own, "any": 0.5 * any_corner, "facts": 0.5 * facts}


class Run:
    """A training run of so many seconds on composites that it makes as it goes."""

    def __init__(self, network: Localiser, pool: Pool, recipe: Recipe, seconds: float) -> None:
        self.network, self.pool, self.recipe, self.length = network, pool, recipe, seconds
        for parameter in network.frozen():
            parameter.requires_grad_(False)
        trunk = [item for item in network.trunk.parameters() if item.requires_grad]
        known = {id(item) for item in network.trunk.parameters()}
        new = [item for item in network.parameters() if id(item) not in known]
        self.trained = trunk + new
        groups = [{"params": trunk, "share": recipe.trunk_rate}, {"params": new, "share": 1.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=recipe.weight_decay, betas=(0.9, 0.98))
        self.average = Average(network, recipe.average)
        self.step, self.seconds = 0, 0.0
        self.sums: dict[str, float] = {}  # of each loss, since they were last told
        self.counted = 0

    @property
    def share(self) -> float:
        return min(1.0, self.seconds / self.length)

    def advance(self) -> float:
        """One step on new and old composites."""
        begun, recipe = time.monotonic(), self.recipe
        self.pool.grow(max(recipe.fresh, AT_LEAST - len(self.pool)))
        rng = np.random.default_rng([recipe.seed, self.step])
        batch = collate([self.pool.draw(rng) for _ in range(recipe.batch)])
        rate = min(1, (self.step + 1) / recipe.warm_up) * 0.5 * (1 + np.cos(np.pi * self.share)) + 0.01
        for group in self.optimiser.param_groups:
            group["lr"] = recipe.rate * group["share"] * rate
        self.network.train()
        parts = losses(*self.network(batch.image), batch)
        loss = sum(parts.values())
        if not torch.isfinite(loss):
            raise ValueError(f"the loss is {loss.item()} at step {self.step}: lower rate")
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained, recipe.clip)
        self.optimiser.step()
        self.average.update(self.network)
        self.step += 1
        for name, value in parts.items():
            self.sums[name] = self.sums.get(name, 0) + value.item()
        self.counted += 1
        self.seconds += time.monotonic() - begun
        return loss.item()

    def means(self) -> str:
        """Of each loss, since this was last asked."""
        told = " ".join(f"{name} {value / self.counted:.4f}" for name, value in self.sums.items())
        self.sums, self.counted = {}, 0
        return told

    def state(self) -> dict:
        return {"network": self.network.state_dict(), "optimiser": self.optimiser.state_dict(),
                "average": self.average.network.state_dict(), "step": self.step, "ran": self.seconds}

    def restore(self, state: dict) -> None:
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average.network.load_state_dict(state["average"])
        self.step = self.average.steps = state["step"]
        self.seconds = state["ran"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", type=Path, required=True, help="ch_PP-OCRv4_det_infer.onnx")
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--every", type=float, default=4, help="minutes between checkpoints")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(Recipe.seed)
    pictures = read_training(options.data / "train")
    pool = Pool(options.out / "composites", Scenes(Pictures(pictures, validation=False)), Recipe.seed)
    network = build(options.detector).to(memory_format=torch.channels_last)
    run = Run(network, pool, Recipe(), 60 * options.minutes)
    validation = held_out_scenes(pictures)

    def saved() -> None:
        model = write(run.average.network, options.out / "localiser.onnx")
        line = f"{run.step}\t{run.seconds:.0f} s\t{int(pool.count[0])} made\t{run.means()}\t{composites_report(model, validation)}"
        print(line, flush=True)
        with (options.out / "log.tsv").open("a") as log:
            log.write(line + "\n")

    learn(run, options.out / "checkpoint.pt", "localiser", 60 * options.every, saved)


if __name__ == "__main__":
    main()
