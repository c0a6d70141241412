"""From the weights that ship to better ones: the network of a file, tuned on live views.

    python -m docclf_training.gradient.resume --model packages/model --cache DIR --out FILE.onnx --steps 2000

One thread. It goes on where it was stopped, and needs neither the trunks' files nor views on disk. The anchor is the
vector that the file itself gives a class as it is: what no view asks to move stays where it was. `--kept-out` names
kinds of damage that are not shown, `everyday` then says what the network makes of them.
"""

import argparse
import sys
import time
from pathlib import Path

import torch

from .. import export, validate
from ..damage.kinds import KEPT_OUT, KINDS
from ..data import Picture, data_folder, held_out, kind, read_training
from ..evaluate import model_file
from ..shipped import read_embedder
from .live import Live, live
from .tune import Tuning, tune

SHARES = (("covers", 0.22), ("cards", 0.12), ("pages", 0.24), ("sibling", 0.10), ("forms", 0.10), ("papers", 0.22))


def training_classes(everything: list[Picture], part: float, layouts: int, kept_out: tuple[str, ...]) -> Live:
    """A share of the pictures whose families are fitted, evenly spaced; all of the printed forms."""
    fitted = [item for item in validate.documents(everything) if not held_out(item.family)][:: max(1, round(1 / part))]
    coloured = [item for item in fitted if kind(item) != "pages"]
    forms = validate.printed_forms(everything, wanted=lambda family: not held_out(family))
    return live(fitted, coloured, forms, layouts, kept_out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="an .onnx file of ours, or a folder with a manifest.json")
    parser.add_argument("--data", type=Path, default=data_folder() / "train", help="folder of shards with index.tsv")
    parser.add_argument("--cache", type=Path, required=True, help="where the checkpoint lies while it runs")
    parser.add_argument("--out", type=Path, required=True, help="the .onnx file to write")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--part", type=float, default=1.0, help="use only this share of the pictures")
    parser.add_argument("--layouts", type=int, default=2000, help="drawn papers; each has a look-alike")
    parser.add_argument("--anchor", type=float, default=2.0, help="weight of 1 - cosine with the old vector")
    parser.add_argument("--trunk-rate", type=float, default=5e-5, help="learning rate; the head's is twice, the centres' 20 times")
    parser.add_argument("--kept-out", nargs="*", choices=list(KINDS), default=list(KEPT_OUT), metavar="KIND")
    options = parser.parse_args()
    if not (options.data / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")
    torch.set_num_threads(1)
    started = time.monotonic()
    classes = training_classes(read_training(options.data), options.part, options.layouts, tuple(options.kept_out))
    rate = options.trunk_rate
    tuning = Tuning(steps=options.steps, batch=options.batch, shares=SHARES, anchor=options.anchor, trunk_rate=rate,
                    head_rate=2 * rate, centre_rate=20 * rate, warmup=max(1, min(100, options.steps // 10)), averaging=0.998)
    print(f"{len(classes)} classes", flush=True)
    options.cache.mkdir(parents=True, exist_ok=True)
    network = tune(read_embedder(model_file(options.model)), classes, options.cache, tuning)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(export.embedder(network).SerializeToString(deterministic=True))
    print(f"{options.out.name}: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
