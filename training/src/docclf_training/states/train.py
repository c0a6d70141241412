"""Learns the state head of a shipped model and puts it on: one command, whatever the trunk.

`python -m docclf_training.states.train --model packages/model --cache DIR`

The trunk stays as it is; captures and what is pooled of its maps are made once, in parts, so that a run that was stopped goes on.
Look at `sheet` first.
"""

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch.nn import functional

from ..data import Picture, data_folder, read_training
from ..preprocess import normalise
from . import attach, fit, losses
from .documents import documents
from .head import Head, middle
from .kinds import STATES
from .maps import DEFAULT_MAPS, compute
from .scenes import AT_ONCE, VIEWS, make_scenes, read_scenes


@dataclass(frozen=True)
class Recipe:
    """All knobs."""

    seed: int = 1
    steps: int = 2200
    documents: int = 6  # a step, each with all its captures
    rate: float = 3e-3
    decay: float = 0.02
    warm: int = 50  # steps
    scale: float = 14.0  # of cosines, to begin with
    without_plain: float = 0.3  # share of steps in which the baseline is the middle of the references


@dataclass(frozen=True)
class Part:
    """Captures of documents, document by document."""

    states: torch.Tensor  # [documents, VIEWS]
    pooled: list[np.ndarray]  # of AT_ONCE documents each float16 [documents, VIEWS, inputs, side, side]
    embeddings: torch.Tensor  # float32 [documents, VIEWS, dimension], of unit length
    pixels: np.ndarray  # uint8 [VIEWS, 128, 128, 3] of the first document

    def maps(self, head: Head, chosen: np.ndarray) -> torch.Tensor:
        """[documents, VIEWS, channels, side, side] of some documents."""
        some = np.stack([self.pooled[index // AT_ONCE][index % AT_ONCE] for index in chosen])
        return head.maps(torch.from_numpy(some.astype(np.float32)).flatten(0, 1)).unflatten(0, (-1, VIEWS))


def states_beside(head: Head, maps: torch.Tensor, plain: bool) -> torch.Tensor:
    """[documents, VIEWS, dimension] beside the first plain capture, or beside the middle of the references."""
    baseline = maps[:, :1] if plain else middle(losses.references(maps))
    return head(maps.flatten(0, 1), baseline.expand_as(maps).flatten(0, 1)).unflatten(0, (-1, VIEWS))


def start(part: Part, recipe: Recipe) -> Head:
    """An untrained head for these maps."""
    torch.manual_seed(recipe.seed)
    some = torch.from_numpy(np.concatenate([chunk[::11, ::3].astype(np.float32) for chunk in part.pooled])).flatten(0, 1)
    return Head(some.mean((0, 2, 3)), some.std((0, 2, 3)) + 1e-3)


def train(part: Part, recipe: Recipe) -> Head:
    """The head after its steps."""
    head, rng = start(part, recipe), np.random.default_rng(recipe.seed)
    prototypes = torch.nn.Parameter(0.1 * torch.randn(len(STATES), head.out.out_features))
    scale, begun = torch.nn.Parameter(torch.tensor(np.log(recipe.scale), dtype=torch.float32)), time.monotonic()
    optimiser = torch.optim.AdamW([{"params": head.parameters(), "weight_decay": recipe.decay},
                                   {"params": [prototypes, scale], "weight_decay": 0.0}], recipe.rate)
    for step in range(recipe.steps):
        share = min(1, (step + 1) / recipe.warm) * (0.5 + 0.5 * np.cos(np.pi * step / recipe.steps))
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * max(share, 0.003)
        chosen = np.sort(rng.choice(len(part.states), recipe.documents, replace=False))
        vectors = states_beside(head, part.maps(head, chosen), rng.random() >= recipe.without_plain)
        value = losses.loss(vectors, part.states[chosen], prototypes, scale.exp())
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        if step % 100 == 0:
            print(f"step {step} of {recipe.steps}, {time.monotonic() - begun:.0f} s: loss {value.item():.3f}", flush=True)
    return head.eval()


def states_of(head: Head, part: Part, plain: bool = True) -> torch.Tensor:
    """[documents, VIEWS, dimension] of all."""
    with torch.no_grad():
        return torch.cat([states_beside(head, part.maps(head, chosen), plain)
                          for chosen in np.array_split(np.arange(len(part.states)), len(part.states) // 8 + 1)])


def nearest_right(vectors: torch.Tensor) -> float:
    """The share of probes whose nearest reference shows their state."""
    found = losses.among_siblings(vectors).argmax(2)
    return (found == losses.targets(len(vectors), found.shape[1] - losses.PLAIN_VIEWS + 1)).float().mean().item()


WORDS_FROM = 5  # times AT_ONCE documents of each part: words are a few hundred weights

PARTS = ("training", "validation", "unseen")


def part_of(model: onnx.ModelProto, maps: tuple[str, str], files: list[Path]) -> Part:
    """What files of scenes hold."""
    pooled, embeddings = compute(model, maps, files)
    states = np.concatenate([np.load(file)["states"] for file in files])
    unit = functional.normalize(torch.from_numpy(np.concatenate(embeddings).astype(np.float32)), dim=2)
    return Part(torch.from_numpy(states), pooled, unit, read_scenes(files[0]).pixels[0])


def prepare(model: onnx.ModelProto, maps: tuple[str, str], cache: Path, seed: int) -> dict[str, Part]:
    """To learn from, of held-out documents, and of held-out documents in held-out states."""
    training, validation = documents(read_training(data_folder() / "train"))
    of: dict[str, list[Picture]] = dict(zip(PARTS, (training, validation, validation), strict=True))
    files = {name: make_scenes(pictures, seed + (name != "training"), cache, held_out=name != "training", unseen=name == "unseen")
             for name, pictures in of.items()}
    return {name: part_of(model, maps, some) for name, some in files.items()}


def finish(folder: Path, model: onnx.ModelProto, names: tuple[str, str], head: Head, parts: dict[str, Part]) -> None:
    """What the head reaches, the numbers beside it, and the model with both."""
    held = parts["validation"]
    for name in PARTS[1:]:
        reached = [round(nearest_right(states_of(head, parts[name], plain)), 3) for plain in (True, False)]
        print(f"{name}: nearest right {reached[0]}, without a plain reference {reached[1]}")
    scales, certain = fit.scales(states_of(head, held), held.states, held.embeddings)
    with torch.no_grad():
        facts = {name: (fit.map_facts(head, part.pooled[:WORDS_FROM]), part.states[:WORDS_FROM * AT_ONCE].numpy().ravel())
                 for name, part in parts.items()}
        expected = held.maps(head, np.arange(1))[0].numpy()
    words = fit.words([facts["training"], facts["unseen"]], facts["validation"])
    full = attach.with_head(model, head, names)
    attach.check(model.SerializeToString(), full.SerializeToString(), normalise(held.pixels), expected)
    attach.write(folder, full, head, {"scales": scales, "certain": certain, "words": words})
    print(f"scales {scales}, certain from {certain}, words certain from {words['certain']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the model and its manifest; changed in place")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--maps", nargs=2, default=DEFAULT_MAPS, help="tensors of stride 4 and 8")
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    options = parser.parse_args()
    torch.set_num_threads(1)
    recipe, names = Recipe(steps=options.steps), tuple(options.maps)
    file = json.loads((options.model / "manifest.json").read_text(encoding="utf-8"))["file"]
    model = attach.without_head(onnx.load(options.model / file))
    parts = prepare(model, names, options.cache, recipe.seed)
    finish(options.model, model, names, train(parts["training"], recipe), parts)


if __name__ == "__main__":
    main()
