"""The published ladder at the scale of a processor: every row one real run with the same number of views.

    python -m docclf_training.ladder.ablate --detector FILE --cache DIR --out DIR [--table training/ABLATION.md]

Goes on where it was stopped: a row is done when its folder has a `result.json`. At the end every model is
scored on the development benchmark, which no choice here is made by.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import torch

from .. import metrics
from ..data import read_stratum
from ..evaluate import embed_with, parts_of, read_pixels
from .config import Config
from .train import add_places, gather, load_teachers, train

BASE = Config(part=0.1, side=64, views=20_000)
# What is reported of the benchmark: part of a stratum, and the FPR at which it still has pairs to count.
REPORTED = (("aligned", 1e-3), ("aligned", 1e-4), ("filled, no receipts", 1e-3))


@dataclass(frozen=True)
class Row:
    question: str
    name: str
    change: dict

    @property
    def folder(self) -> str:
        return re.sub("[^a-z0-9.]+", "-", f"{self.question} {self.name}".lower()).strip("-")

    def config(self, base: Config) -> Config:
        return replace(base, **self.change)


BASE_ROW = "CosFace, all centres, detector weights, LN+BN, squeeze"
ROWS = (
    Row("base", BASE_ROW, {}),
    Row("loss", "softmax", {"margin_kind": "softmax"}),
    Row("loss", "ArcFace", {"margin_kind": "arcface"}),
    Row("start", "from scratch", {"pretrained": False}),
    Row("norm", "LN", {"norm": "ln"}),
    Row("norm", "BN", {"norm": "bn"}),
    Row("join", "GAP", {"join": "gap"}),
    Row("join", "flatten", {"join": "flatten"}),
    Row("centres", "PartialFC 0.3", {"rate": 0.3}),
    Row("centres", "PartialFC 0.1", {"rate": 0.1}),
    Row("distillation", "KL", {"distillation": "kl"}),
    Row("classes", "also pictures that are no documents", {"others": True}),
    Row("base", "the same with another seed", {"seed": BASE.seed + 1}),
    Row("distillation", "cosine", {"distillation": "cosine"}),
    Row("distillation", "relational", {"distillation": "relational", "distillation_weight": 10.0}),
    Row("classes", "quarter turns as classes", {"expansion": "turns"}),
    Row("centres", "ArcFace, PartialFC 0.1", {"margin_kind": "arcface", "rate": 0.1}),
    Row("backbone", "PP-LCNet 0.5, from scratch", {"backbone": "lcnet", "pretrained": False, "side": 128}),
    Row("backbone", "EfficientNet-Lite0, ImageNet weights", {"backbone": "efficientnet"}),
)


def run_rows(rows: tuple[Row, ...], base: Config, options: argparse.Namespace) -> None:
    """Runs what is not there yet. Rows over the same pictures share them and their views."""
    shared = {}
    for row in rows:
        out, config = options.out / row.folder, row.config(base)
        if (out / "result.json").exists():
            continue
        print(f"{row.question}: {row.name}", file=sys.stderr)
        # The other seed is of weights and order; the pictures' captures stay.
        key = (config.part, config.captures, config.others, config.folder, config.expansion)
        if key not in shared:
            shared[key] = gather(replace(config, seed=base.seed), options.data / "train", options.cache, options.workers)
        material = shared[key]
        if config.distillation and "teachers" not in shared:
            shared["teachers"] = load_teachers(config, material, options.data / "teacher")
        train(config, material, out, options.detector, shared["teachers"] if config.distillation else None)


def benchmark(models: list[Path], bench: Path) -> list[dict[str, float]]:
    """Macro TPR of each model for each of `REPORTED`; pictures are read once."""
    material = {}
    for stratum in ("aligned", "filled"):
        samples = read_stratum(bench / stratum)
        material[stratum] = samples, read_pixels(samples)
    rows = []
    for model in models:
        embedder, row = embed_with(model), {}
        for stratum, (samples, pixels) in material.items():
            embeddings = embedder(pixels)
            for part, mask in parts_of(stratum, samples, set()).items():
                labels = np.array([sample.label for sample in samples])[mask]
                pairs = metrics.make_pairs(embeddings[mask], np.unique(labels, return_inverse=True)[1])
                for wanted, rate in REPORTED:
                    if wanted == part:
                        row[f"{part} at {rate:g}"] = metrics.true_positive_rate(pairs, rate)[1]
        rows.append(row)
    return rows


def table(rows: list[Row], results: list[dict], measured: list[dict[str, float]]) -> str:
    """Markdown, macro TPR in %."""
    columns = ["covers", "cards", "pages", "mean"]
    titles = ["question", "row", "classes", *(f"val. {name}" for name in columns),
              *(f"dev {part} at {rate:g}" for part, rate in REPORTED), "MB", "processor s"]
    lines = ["| " + " | ".join(titles) + " |", "|" + "---|" * len(titles)]
    for row, result, found in zip(rows, results, measured, strict=True):
        cells = [row.question, row.name, str(result["classes"]),
                 *(f"{100 * result['validation'][name]:.1f}" for name in columns),
                 *(f"{100 * found[f'{part} at {rate:g}']:.1f}" for part, rate in REPORTED),
                 f"{result['bytes'] / 1e6:.2f}", str(result["processorSeconds"])]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_table(file: Path, text: str) -> None:
    """Between the file's markers, if it has them, so that what is written about the table stays."""
    begin, end = "<!-- table -->", "<!-- end of table -->"
    old = file.read_text() if file.exists() else f"{begin}\n{end}\n"
    if begin not in old or end not in old:
        raise ValueError(f"expected the lines {begin} and {end} in {file.name}")
    file.write_text(old.split(begin)[0] + f"{begin}\n{text}\n{end}" + old.split(end, 1)[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_places(parser)
    parser.add_argument("--views", type=int, default=BASE.views, help="of each row")
    parser.add_argument("--part", type=float, default=BASE.part, help="share of the training pictures")
    parser.add_argument("--table", type=Path, help="file to write the table into")
    parser.add_argument("--questions", nargs="*", default=sorted({row.question for row in ROWS}), metavar="QUESTION",
                        help="run only their rows; two processes may share the work so")
    parser.add_argument("--only-table", action="store_true", help="of the rows that are done")
    options = parser.parse_args()
    if not (options.data / "train" / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    base = replace(BASE, views=options.views, part=options.part)
    if not options.only_table:
        run_rows(tuple(row for row in ROWS if row.question in options.questions), base, options)
    done = [row for row in ROWS if (options.out / row.folder / "result.json").exists()]
    results = [json.loads((options.out / row.folder / "result.json").read_text()) for row in done]
    text = table(done, results, benchmark([options.out / row.folder / "model.onnx" for row in done],
                                          options.data / "bench"))
    print(text)
    if options.table:
        write_table(options.table, text)


if __name__ == "__main__":
    main()
