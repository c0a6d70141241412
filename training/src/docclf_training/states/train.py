"""Learns the state head of a shipped model and puts it on: one command, whatever the trunk.

`python -m docclf_training.states.train --model packages/model --cache DIR`

The trunk stays as it is; its two maps are computed once. Look at `sheet` first.
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

from ..data import data_folder, read_training
from ..preprocess import normalise
from . import attach, fit, losses
from .documents import documents
from .head import Head
from .kinds import KINDS
from .maps import DEFAULT_MAPS, Maps, compute
from .scenes import VIEWS, Scenes, make_scenes


@dataclass(frozen=True)
class Recipe:
    """All knobs."""

    seed: int = 1
    epochs: float = 4
    documents: int = 10  # a step, each with all its captures
    rate: float = 2e-3
    decay: float = 0.01
    warm: int = 60  # steps


def batch(maps: Maps, chosen: np.ndarray) -> list[torch.Tensor]:
    """Both maps of all captures of some documents."""
    index = (chosen[:, None] * VIEWS + np.arange(VIEWS)).ravel()
    return [torch.from_numpy(np.ascontiguousarray(array)).float() for array in maps[index][:2]]


def train(maps: Maps, scenes: Scenes, recipe: Recipe) -> Head:
    """The head after its epochs, in half precision."""
    torch.manual_seed(recipe.seed)
    rng, kinds = np.random.default_rng(recipe.seed), torch.from_numpy(scenes.kinds)
    head = Head(*(array.shape[1] for array in maps.arrays[:2]))
    prototypes = torch.nn.Parameter(0.1 * torch.randn(1 + len(KINDS), head.out.out_features))
    scale = torch.nn.Parameter(torch.tensor(2.3))
    optimiser = torch.optim.AdamW([{"params": head.parameters(), "weight_decay": recipe.decay},
                                   {"params": [prototypes, scale], "weight_decay": 0.0}], recipe.rate)
    steps, start = round(recipe.epochs * len(kinds) / recipe.documents), time.monotonic()
    order = np.concatenate([rng.permutation(len(kinds)) for _ in range(int(np.ceil(recipe.epochs)) + 1)])
    for step in range(steps):
        share = min(1, (step + 1) / recipe.warm) * (0.5 + 0.5 * np.cos(np.pi * step / steps))
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * max(share, 0.005)
        chosen = np.sort(order[step * recipe.documents:(step + 1) * recipe.documents])
        states = head(*batch(maps, chosen)).unflatten(0, (-1, VIEWS))
        value = losses.loss(states, kinds[chosen], prototypes, scale.exp())
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        if step % 50 == 0:
            right = (losses.among_siblings(states).argmax(2) == losses.targets(len(states), states.shape[1] // 2 - 2)).float().mean()
            print(f"step {step} of {steps}, {time.monotonic() - start:.0f} s: loss {value.item():.3f}, right {right.item():.3f}", flush=True)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(parameter.half().float())
    return head


def states_of(head: Head, maps: Maps, count: int) -> torch.Tensor:
    """[documents, VIEWS, dimension]."""
    with torch.no_grad():
        parts = [head(*batch(maps, np.arange(start, min(start + 8, count)))) for start in range(0, count, 8)]
    return torch.cat(parts).unflatten(0, (-1, VIEWS))


def figures(states: torch.Tensor) -> dict:
    """Shares of probes whose nearest reference shows their state."""
    right = (losses.among_siblings(states).argmax(2) == losses.targets(len(states), states.shape[1] // 2 - 2)).float()
    other = (losses.from_another(states).argmax(2) == losses.targets(len(states), states.shape[1] // 2 - 2)).float()
    return {"nearest": right.mean().item(), "plain": right[:, :3].mean().item(), "states": right[:, 3:].mean().item(),
            "plain by another document": other[:, :3].mean().item()}


def embeddings_of(maps: Maps) -> torch.Tensor:
    """[documents, VIEWS, dimension] of unit length."""
    return functional.normalize(torch.from_numpy(np.array(maps.arrays[2], np.float32)), dim=1).unflatten(0, (-1, VIEWS))


PARTS = ("training", "validation", "unseen")


def prepare(model: onnx.ModelProto, maps: tuple[str, str], cache: Path, seed: int) -> dict[str, tuple[Scenes, Maps]]:
    """Captures and their maps: to learn from, of held-out documents, and of held-out documents in held-out kinds."""
    training, validation = documents(read_training(data_folder() / "train"))
    parts = {}
    for name, pictures in zip(PARTS, (training, validation, validation), strict=True):
        scenes = make_scenes(pictures, seed if name == "training" else seed + 1, cache, held_out=name == "unseen")
        folder = cache / name
        folder.mkdir(exist_ok=True)
        parts[name] = scenes, compute(model, (*maps, "embedding"), scenes.pixels.reshape(-1, *scenes.pixels.shape[2:]), folder)
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the model and its manifest; changed in place")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--maps", nargs=2, default=DEFAULT_MAPS, help="tensors of stride 4 and 8")
    parser.add_argument("--epochs", type=float, default=Recipe.epochs)
    options = parser.parse_args()
    torch.set_num_threads(1)
    recipe, names = Recipe(epochs=options.epochs), tuple(options.maps)
    file = json.loads((options.model / "manifest.json").read_text(encoding="utf-8"))["file"]
    model = attach.without_head(onnx.load(options.model / file))
    parts = prepare(model, names, options.cache, recipe.seed)
    scenes, maps = parts["training"]
    finish(options.model, model, names, train(maps, scenes, recipe), parts)


def finish(folder: Path, model: onnx.ModelProto, names: tuple[str, str], head: Head, parts: dict[str, tuple[Scenes, Maps]]) -> None:
    """What the head reaches, the numbers beside it, and the model with both."""
    states = {name: states_of(head, maps, len(scenes.kinds)) for name, (scenes, maps) in parts.items()}
    for name in PARTS[1:]:
        print(name, {key: round(value, 3) for key, value in figures(states[name]).items()})
    scenes, maps = parts["validation"]
    scales, certain = fit.scales(states["validation"], embeddings_of(maps))
    flat = {name: (states[name].flatten(0, 1).numpy(), parts[name][0].kinds.ravel()) for name in parts}
    known = [np.concatenate(pair) for pair in zip(flat["training"], flat["unseen"], strict=True)]
    words = fit.words(*known, *flat["validation"])
    full, pixels = attach.with_head(model, head, names), normalise(scenes.pixels[0])
    attach.check(model.SerializeToString(), full.SerializeToString(), pixels, states["validation"][0].numpy())
    attach.write(folder, full, {"scales": scales, "certain": certain, "words": words})
    print(f"scales {scales}, certain from {certain}, words certain from {words['certain']}")


if __name__ == "__main__":
    main()
