"""Trains an embedder by gradient; goes on where it was stopped.

    python -m docclf_training.ladder.train --detector FILE --cache DIR --out DIR [--part 0.1] [--no-pretrained] ...

Every field of `Config` is an option. Writes `model.onnx` (same input as the shipped model, so that
`docclf_training.evaluate --model` takes it), `result.json` and, while it runs, `checkpoint.pt`.
A step's pictures and its sample of centres follow from the seed and the step's number alone, so a run that was
stopped ends with the same weights as one that was not.
"""

import argparse
import json
import math
import sys
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch

from ..data import NOT_DOCUMENTS, Picture, data_folder, held_out, one_a_group, read_training
from ..gradient import margins
from ..gradient.loop import learn
from ..gradient.network import Average, embed, tensor
from ..validate import documents
from ..views import Views, make_views
from . import backbones, distillation, validation
from .centres import Centres
from .classes import EXPANSIONS, Classes, change, expand, read_folder
from .config import Config
from .network import Embedder, to_onnx

CALIBRATION = 256  # pictures that set the batch norms of a pretrained trunk


@dataclass
class Material:
    """What a run learns from and is measured on. Several runs may share it."""

    pictures: list[Picture]
    views: Views
    classes: Classes
    kept_out: list[Picture]
    kept_out_views: Views

    def batch(self, config: Config, step: int) -> tuple[np.ndarray, np.ndarray, list[tuple]]:
        """Pictures uint8 [batch, 128, 128, 3], their classes, and what names each view.

        Every class comes once before any comes again, in an order drawn anew each time.
        """
        position = step * config.batch + np.arange(config.batch)
        rounds, places = position // len(self.classes), position % len(self.classes)
        orders = {number: np.random.default_rng([config.seed, 1, number]).permutation(len(self.classes))
                  for number in np.unique(rounds)}
        target = np.array([orders[number][place] for number, place in zip(rounds, places, strict=True)])
        view = np.random.default_rng([config.seed, 2, step]).integers(0, self.views.count, config.batch)
        picture, code = self.classes.picture[target], self.classes.change[target]
        pixels = np.stack([change(image, kind) for image, kind in
                           zip(self.views.stack(picture, view), code, strict=True)])
        return pixels, target, list(zip(picture.tolist(), view.tolist(), code.tolist(), strict=True))


def gather(config: Config, data: Path, cache: Path, workers: int) -> Material:
    """Reads the pictures, makes the views and lists the classes."""
    everything = read_training(data)
    fitted = documents(everything)
    pictures = [item for item in fitted if not held_out(item.family)]
    if config.others:
        pictures += [item for item in one_a_group(everything) if item.source in NOT_DOCUMENTS]
    pictures = pictures[::max(1, round(1 / config.part))]
    kept_out = validation.choose(fitted)
    if config.folder:
        pictures += read_folder(Path(config.folder))
    classes = expand([item.group for item in pictures], EXPANSIONS[config.expansion])
    return Material(pictures, make_views(pictures, config.captures, config.seed, cache, workers), classes,
                    kept_out, make_views(kept_out, validation.CAPTURES, config.seed, cache, workers))


class Run:
    """One training run: the network, its class centres, their optimisers, and the step it has reached."""

    def __init__(self, config: Config, material: Material, detector: Path | None,
                 teachers: distillation.Teachers | None = None) -> None:
        torch.manual_seed(config.seed)
        self.config, self.material, self.teachers, self.step = config, material, teachers, 0
        some = np.linspace(0, len(material.pictures) - 1, CALIBRATION).astype(int)
        seen = tensor(material.views.stack(some, some % material.views.count))
        backbone = backbones.build(config.backbone, config.pretrained, config.side, detector, seen)
        self.network = Embedder(backbone, config.join, config.norm, config.dimension)
        self.network = self.network.to(memory_format=torch.channels_last)
        self.centres = Centres(torch.from_numpy(material.classes.group), config.dimension, config.rate)
        self.average = Average(self.network, config.averaging)
        self.projection = torch.nn.Identity()
        if teachers:
            size = teachers(*self._views(0)).shape[1]
            if size != config.dimension and config.distillation != "relational":
                self.projection = torch.nn.Linear(config.dimension, size, bias=False)
        trunk_rate = config.trunk_rate if config.pretrained else 1.0
        rest = [*self.network.head.parameters(), *self.projection.parameters()]
        self.optimiser = torch.optim.AdamW([
            {"params": list(backbone.parameters()), "factor": trunk_rate},
            {"params": rest, "factor": 1.0}], weight_decay=config.weight_decay)
        self.centre_optimiser = torch.optim.SparseAdam([self.centres.weight])

    def _views(self, step: int) -> tuple[np.ndarray, list[tuple]]:
        pixels, _, names = self.material.batch(self.config, step)
        return pixels, names

    @property
    def share(self) -> float:
        return self.step / self.config.steps

    def rate_now(self) -> float:
        """From 0 up to 1 in the warm-up, then down along half a cosine."""
        done, warmup = (self.step + 1) / self.config.steps, self.config.warmup
        return done / warmup if done < warmup else 0.5 + 0.5 * math.cos(math.pi * (done - warmup) / (1 - warmup))

    def advance(self) -> float:
        """One step; returns the loss."""
        config = self.config
        pixels, target, names = self.material.batch(config, self.step)
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + self.step)
        self.network.train()
        images = tensor(pixels)
        embedding = self.network(images)
        cosine, column, negative = self.centres(embedding, torch.from_numpy(target), generator)
        loss = margins.loss(cosine, column, negative, config.margin_kind, config.margin, config.scale)
        if self.teachers:
            student = torch.nn.functional.normalize(self.projection(embedding))
            taught = torch.from_numpy(self.teachers(pixels, names))
            loss = loss + config.distillation_weight * distillation.loss(student, taught, config.distillation)
        if not torch.isfinite(loss):
            raise ValueError(f"the loss is {loss.item()} at step {self.step}: lower learning_rate or scale")
        for optimiser in (self.optimiser, self.centre_optimiser):
            optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        for group in self.optimiser.param_groups:
            group["lr"] = config.learning_rate * group["factor"] * self.rate_now()
        self.centre_optimiser.param_groups[0]["lr"] = config.centre_rate * self.rate_now()
        self.optimiser.step()
        self.centre_optimiser.step()
        self.average.update(self.network)
        self.step += 1
        return loss.item()

    @property
    def final(self) -> torch.nn.Module:
        return self.average.network if self.config.averaging else self.network.eval()

    def state(self) -> dict:
        return {"config": asdict(self.config), "step": self.step, "network": self.network.state_dict(),
                "centres": self.centres.state_dict(), "projection": self.projection.state_dict(),
                "average": self.average.network.state_dict(), "averaged": self.average.steps,
                "optimiser": self.optimiser.state_dict(), "centre_optimiser": self.centre_optimiser.state_dict()}

    def restore(self, state: dict) -> None:
        """Raises where the state belongs to another configuration."""
        if state["config"] != asdict(self.config):
            raise ValueError("expected a checkpoint of this configuration, got one of another: use another --out")
        self.step, self.average.steps = state["step"], state["averaged"]
        self.average.network.load_state_dict(state["average"])
        for name in ("network", "centres", "projection", "optimiser", "centre_optimiser"):
            getattr(self, name).load_state_dict(state[name])


def train(config: Config, material: Material, out: Path, detector: Path | None,
          teachers: distillation.Teachers | None = None) -> dict:
    """From the checkpoint in `out`, where there is one, to `model.onnx` and `result.json`; returns the latter."""
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "checkpoint.pt"
    run = Run(config, material, detector, teachers)
    learned = learn(run, checkpoint, out.name)
    pixels = material.kept_out_views.all()
    model, difference = to_onnx(run.final, pixels[::max(1, len(pixels) // 64)])
    result = {"config": asdict(config), "classes": len(material.classes), "pictures": len(material.pictures),
              "processorSeconds": round(learned.seconds), "lastLoss": round(learned.loss, 4),
              "parameters": sum(item.numel() for item in run.network.parameters()),
              "onnxDifference": difference, "bytes": model.ByteSize(),
              "validation": validation.score(embed(run.final, pixels), material.kept_out)}
    onnx.save(model, str(out / "model.onnx"))
    (out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    checkpoint.unlink(missing_ok=True)
    return result


def load_teachers(config: Config, material: Material, folder: Path) -> distillation.Teachers | None:
    """The refit sees the pictures of the run, as they are and once captured."""
    if not config.distillation:
        return None
    some = np.linspace(0, len(material.pictures) - 1, min(1500, len(material.pictures))).astype(int)
    if not config.teacher:
        return distillation.default_teachers(folder, material.views.stack(some, some % material.views.count))
    return distillation.Teachers([distillation.Teacher(onnx.load(config.teacher), *distillation.IMAGENET)])


def add_fields(parser: argparse.ArgumentParser) -> None:
    """An option for every field of `Config`."""
    for field in fields(Config):
        name = f"--{field.name.replace('_', '-')}"
        if isinstance(field.default, bool):
            parser.add_argument(name, action=argparse.BooleanOptionalAction, default=field.default)
        else:
            parser.add_argument(name, type=type(field.default), default=field.default, metavar=str(field.default))


def add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--detector", type=Path, help="ch_PP-OCRv4_det_infer.onnx, for the backbone detector")
    parser.add_argument("--data", type=Path, default=data_folder(), help="folder with train/ and teacher/")
    parser.add_argument("--cache", type=Path, required=True, help="where views may stay, outside of the repository")
    parser.add_argument("--out", type=Path, required=True, help="the run's folder")
    parser.add_argument("--workers", type=int, default=2, help="processes that make views")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_places(parser)
    add_fields(parser)
    options = parser.parse_args()
    if not (options.data / "train" / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")
    config = Config(**{field.name: getattr(options, field.name) for field in fields(Config)})
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    material = gather(config, options.data / "train", options.cache, options.workers)
    print(f"{len(material.classes)} classes of {len(material.pictures)} pictures, {config.steps} steps")
    teachers = load_teachers(config, material, options.data / "teacher")
    result = train(config, material, options.out, options.detector, teachers)
    print(json.dumps({name: result[name] for name in ("validation", "processorSeconds", "onnxDifference")}, indent=1))


if __name__ == "__main__":
    main()
