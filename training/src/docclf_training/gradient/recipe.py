"""What `resume` and `refit` have in common: their options, what they learn from, and the file that they write."""

import argparse
import sys
from pathlib import Path

import torch

from .. import export, validate
from ..damage.kinds import KEPT_OUT, KINDS
from ..data import data_folder, held_out, kind, read_training
from ..export import Network
from .live import Live, live
from .tune import Tuning

SHARES = (("covers", 0.22), ("cards", 0.12), ("pages", 0.24), ("sibling", 0.10), ("forms", 0.10), ("papers", 0.22))


def options_of(doc: str) -> argparse.ArgumentParser:
    """Those of both; each adds its own."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="an .onnx file of ours, or a folder with a manifest.json")
    parser.add_argument("--data", type=Path, default=data_folder() / "train", help="folder of shards with index.tsv")
    parser.add_argument("--cache", type=Path, required=True, help="what lies here lets a stopped run go on")
    parser.add_argument("--out", type=Path, required=True, help="the .onnx file to write")
    parser.add_argument("--part", type=float, default=1.0, help="use only this share of the pictures")
    parser.add_argument("--layouts", type=int, default=2000, help="drawn papers; each has a look-alike")
    parser.add_argument("--anchor", type=float, default=2.0, help="weight of 1 - cosine with the old vector")
    parser.add_argument("--kept-out", nargs="*", choices=list(KINDS), default=list(KEPT_OUT), metavar="KIND")
    return parser


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """The options, when there is something to learn from; the cache is there then."""
    options = parser.parse_args()
    if not (options.data / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")
    torch.set_num_threads(1)
    options.cache.mkdir(parents=True, exist_ok=True)
    return options


def training_classes(options: argparse.Namespace) -> Live:
    """A share of the pictures whose families are fitted, evenly spaced; all of the printed forms."""
    everything, stride = read_training(options.data), max(1, round(1 / options.part))
    fitted = [item for item in validate.documents(everything) if not held_out(item.family)][::stride]
    coloured = [item for item in fitted if kind(item) != "pages"]
    forms = validate.printed_forms(everything, wanted=lambda family: not held_out(family))
    return live(fitted, coloured, forms, options.layouts, tuple(options.kept_out))


def tuning_of(options: argparse.Namespace, **rates: float) -> Tuning:
    return Tuning(steps=options.steps, batch=options.batch, shares=SHARES, anchor=options.anchor,
                  warmup=max(1, min(100, options.steps // 10)), averaging=0.998, **rates)


def write(network: Network, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(export.embedder(network).SerializeToString(deterministic=True))
