"""Learns the state head of a shipped model and puts it on: one command, whatever the trunk.

`python -m docclf_training.states.train --model packages/model --cache DIR`

The trunk stays as it is; its two maps are computed once. Look at `sheet` first.
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch.nn import functional

from ..data import data_folder, read_training
from . import attach, fit, losses
from .documents import documents
from .head import Head
from .kinds import HELD_OUT, KINDS
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of the model and its manifest; changed in place")
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--maps", nargs=2, default=DEFAULT_MAPS, help="tensors of stride 4 and 8")
    parser.add_argument("--epochs", type=float, default=Recipe.epochs)
    options = parser.parse_args()
    torch.set_num_threads(1)
    manifest_file = next(options.model.glob("*.onnx")) if not (options.model / "manifest.json").exists() else None
    import json
    file = manifest_file or options.model / json.loads((options.model / "manifest.json").read_text())["file"]
    model = attach.without_head(onnx.load(file))
    recipe, (training, validation) = Recipe(epochs=options.epochs), documents(read_training(data_folder() / "train"))
    names = (*options.maps, "embedding")
    parts = {}
    for name, pictures, held_out in (("training", training, False), ("validation", validation, False), ("unseen", validation, True)):
        scenes = make_scenes(pictures, recipe.seed if name == "training" else recipe.seed + 1, options.cache, held_out=held_out)
        folder = options.cache / name
        folder.mkdir(exist_ok=True)
        parts[name] = scenes, compute(model, names, scenes.pixels.reshape(-1, *scenes.pixels.shape[2:]), folder)
    head = train(parts["training"][1], parts["training"][0], recipe)
    states = {name: states_of(head, maps, len(scenes.kinds)) for name, (scenes, maps) in parts.items()}
    for name in ("validation", "unseen"):
        print(name, {key: round(value, 3) for key, value in figures(states[name]).items()})
    weights, certain = fit.scales(states["validation"], embeddings_of(parts["validation"][1]))
    every = tuple(name for name in parts if name != "validation")
    words = fit.words(np.concatenate([states[name].flatten(0, 1).numpy() for name in every]),
                      np.concatenate([parts[name][0].kinds.ravel() for name in every]),
                      states["validation"].flatten(0, 1).numpy(), parts["validation"][0].kinds.ravel())
    full = attach.with_head(model, head, tuple(options.maps))
    scenes, maps = parts["validation"]
    few = torch.from_numpy(np.arange(2))
    attach.check(model.SerializeToString(), full.SerializeToString(),
                 attach.normalise(scenes.pixels[:1].reshape(-1, *scenes.pixels.shape[2:])), states["validation"][0].numpy())
    facts = {"scales": weights, "certain": certain, "heldOut": list(HELD_OUT), "words": words}
    attach.write(options.model, full, facts)
    print({key: facts[key] for key in ("scales", "certain")}, "words certain from", words["certain"], few.numel())


if __name__ == "__main__":
    main()
