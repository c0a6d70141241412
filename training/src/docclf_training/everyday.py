"""Figures on what daily life does to a page, on what no fit has seen. A run that goes on from shipped weights is chosen by
them beside `validate`.

    python -m docclf_training.everyday --model packages/model --cache DIR

Each column in %, references as they are and of other families' impostors:

a kind of damage    the share of damaged pictures that pass both the impostors as damaged and those in a plain capture;
                    covers at FPR 1e-4, cards and pages at 1e-3, the three kinds of document alike
learned, new        the means of the kinds that a network of ours has trained on, and of those that are kept out
papers              fillings of drawn layouts in fonts that are kept out, at 1e-3; a layout's look-alike is an impostor
right of two        fillings of those nearer to another filling of theirs than to one of the look-alike
"""

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .damage.kinds import KEPT_OUT, KINDS
from .data import Picture, data_folder, kind, read_training
from .evaluate import model_file
from .features import extract
from .validate import SEED, Embed, Extract, against, documents, report, strangers, threshold
from .views import Kind, damage_views, paper_views, views_of

PICTURES = {"covers": 240, "cards": 150, "pages": 360}
FPR = {"covers": 1e-4, "cards": 1e-3, "pages": 1e-3}
LAYOUTS = range(20000, 20200)  # no training layout has such a number
FILLINGS = 3


@dataclass(frozen=True)
class Everyday:
    """Features [items, views, features] each."""

    pictures: list[Picture]
    captures: np.ndarray  # as they are, then captured once by each camera
    damaged: np.ndarray  # views in the order of KINDS
    papers: np.ndarray  # fillings, then as many of the look-alike


def collect(pictures: list[Picture], extract_views: Extract) -> Everyday:
    """`pictures`: one a group, held out or not; evenly spaced ones of each kind are taken."""
    chosen: list[Picture] = []
    for name, count in PICTURES.items():
        own = [item for item in strangers(pictures) if kind(item) == name]
        chosen += [own[index] for index in np.unique(np.linspace(0, len(own) - 1, count).astype(int))]
    drawn = [Picture(f"papers/{index}", f"papers:{index}", b"") for index in LAYOUTS]
    return Everyday(chosen, extract_views(chosen, 2, views_of), extract_views(chosen, 0, damage_views),
                    extract_views(drawn, FILLINGS, paper_views))


def papers(vectors: np.ndarray) -> tuple[float, float]:
    """vectors [layouts, 2 * fillings, d]: macro TPR at 1e-3, and how often right of two."""
    layouts, views, size = vectors.shape
    types = vectors.reshape(2 * layouts, views // 2, size)
    scores = np.einsum("iad,jbd->iajb", types, types)
    same = np.eye(2 * layouts, dtype=bool)
    refused = threshold(scores.transpose(0, 2, 1, 3)[~same].ravel(), 1e-3)
    first, second = np.triu_indices(views // 2, 1)
    own = scores[np.arange(2 * layouts), :, np.arange(2 * layouts)]  # [types, fillings, fillings]
    other = np.arange(2 * layouts) ^ 1
    twin = scores[np.arange(2 * layouts), :, other]
    right = [own[:, probe, reference] > twin[:, probe, reference]
             for probe in range(views // 2) for reference in range(views // 2) if probe != reference]
    return float((own[:, first, second] > refused).mean()), float(np.mean(right))


def measure(data: Everyday, embed: Embed) -> dict[str, float]:
    """The columns above, in percent."""
    def all_of(features: np.ndarray) -> np.ndarray:
        return embed(features.reshape(-1, features.shape[-1]).astype(np.float32)).reshape(*features.shape[:2], -1)

    captures, damaged = all_of(data.captures), all_of(data.damaged)
    documents = np.array([kind(item) for item in data.pictures])
    families = np.unique([item.family for item in data.pictures], return_inverse=True)[1]
    passed = np.zeros((len(PICTURES), len(KINDS)))
    for row, (name, fpr) in enumerate(FPR.items()):
        own = documents == name
        plain = threshold(against(captures[own, 0], captures[own, 1:], families[own])[1], fpr)
        for column in range(len(KINDS)):
            genuine, impostor = against(captures[own, 0], damaged[own, column:column + 1], families[own])
            passed[row, column] = (genuine > max(plain, threshold(impostor, fpr))).mean()
    found = dict(zip(KINDS, passed.mean(axis=0), strict=True))
    found["learned"] = np.mean([found[name] for name in KINDS if name not in KEPT_OUT])
    found["new"] = np.mean([found[name] for name in KEPT_OUT])
    found["papers"], found["right of two"] = papers(all_of(data.papers))
    return {name: round(100 * float(value), 2) for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="an .onnx file, or a folder with a manifest.json")
    parser.add_argument("--data", type=Path, default=data_folder() / "train", help="folder of shards with index.tsv")
    parser.add_argument("--cache", type=Path, help="where views may stay for the next time, outside of the repository")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if not (options.data / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")
    model = model_file(options.model).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        def vectors(pictures: list[Picture], captures: int, views: Kind) -> np.ndarray:
            return extract(pictures, model, options.cache or Path(folder), captures, SEED, options.workers, views)

        print(report(measure(collect(documents(read_training(options.data)), vectors), lambda rows: rows)))


if __name__ == "__main__":
    main()
