"""From data to model, in one command and without a gradient step.

    python -m docclf_training.make --detector FILE --cache DIR --out packages/model

Trunks: the PP-OCRv4 text detector and MobileNetV1 up to stride 8, frozen. Head: a linear discriminant whose classes
are single pictures seen by a simulated camera, and in which covers, pages and cards count alike. A
fifth of the groups never meets the fit: their captures give the impostor score table.
"""

import argparse
import re
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from . import discriminant, export, fusion, impostors, mobilenet, trunk
from .data import Picture, data_folder, held_out, read_training
from .features import extract, views_of

# Pictures of something else than a document: what the model is for decides, the figures do not (see LOG.md).
NOT_DOCUMENTS = {"bsds500", "imagenet_samples", "debian_wallpapers", "grocery_products", "texlive_images",
                 "debian_doc_screenshots", "repo_figures_misc"}

# Sources in which one printed form fills many groups (a county's precincts, say). Such pairs are no
# impostors, so these sources stay out of the impostor table.
SHARED_FORMS = {"election_pdf"}

# What a document can look like. The kinds count alike in the fit, so that nine thousand book covers
# do not outvote a thousand cards. A source that is not named here is pages.
KINDS = {"book_covers": "covers", "unique_pool": "cards", "xwing_cards": "cards"}


@dataclass(frozen=True)
class Recipe:
    """All knobs of a run."""

    seed: int = 20261123
    captures: int = 6  # simulated captures of each picture
    dimension: int = 512
    channels: int = 96  # of the second trunk's 256, along the directions in which they vary most
    ridge: float = 0.02  # share of the mean within-class eigenvalue
    power: float = 1.0  # 1: every direction spreads classes alike; 0: every direction has the same noise
    cut_off: float = 0.1  # weight of documents that reach out of the photo, in the scatter within classes
    share_held_out: float = 0.2  # of the groups


def one_a_group(pictures: list[Picture]) -> list[Picture]:
    """The first picture of each group: one picture, one class."""
    return list({picture.group: picture for picture in reversed(pictures)}.values())[::-1]


def family(picture: Picture) -> str:
    """Pictures whose names begin with the same word are often made from one template: never impostors."""
    return f"{picture.source}/{re.split('[_.-]', picture.name.split('/')[1])[0]}"


def moments_by_kind(features: np.ndarray, cut: np.ndarray, weight: float,
                    pictures: list[Picture]) -> discriminant.Scatter:
    """features [pictures, views, d], cut [pictures, 1, d]: view 1 cut off. Every kind of document counts alike."""
    kinds = np.array([KINDS.get(picture.source, "pages") for picture in pictures])
    parts = []
    for kind in np.unique(kinds):
        chosen = features[kinds == kind]
        whole = discriminant.scatter(chosen, list(range(features.shape[1])))
        pairs = discriminant.scatter(np.concatenate([chosen[:, 1:2], cut[kinds == kind]], axis=1), [0, 1])
        within = (1 - weight) * whole.within + weight * pairs.within
        parts.append(discriminant.Scatter(whole.mean, within, whole.between))
    return discriminant.blend(parts)


def fused(joined: fusion.Fusion, features: np.ndarray, block: int = 1024) -> np.ndarray:
    """float16 [pictures, views, fused features], a few pictures at a time."""
    return np.concatenate([joined(features[start:start + block]).astype(np.float16)
                           for start in range(0, len(features), block)])


def impostor_table(head: discriminant.Head, features: np.ndarray, pictures: list[Picture]) -> dict:
    """From all captures of held-out documents, every pair of different families."""
    captures = features[:, 1:]
    embeddings = head(captures.reshape(-1, captures.shape[-1]))
    families = np.unique([family(picture) for picture in pictures], return_inverse=True)[1]
    scores = impostors.impostor_scores(embeddings, np.repeat(families, captures.shape[1]))
    return {"pairs": len(scores), "images": len(embeddings),
            "source": f"{captures.shape[1]} simulated captures each of {len(pictures)} documents that no step of the "
                      "fit has seen; pairs whose pictures may share a template are left out.",
            "table": impostors.table(scores)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", type=Path, required=True, help="ch_PP-OCRv4_det_infer.onnx")
    parser.add_argument("--mobilenet", type=Path, default=data_folder() / "teacher" / "mbv1_s8_g4_pca256.onnx")
    parser.add_argument("--data", type=Path, default=data_folder() / "train", help="folder of shards with index.tsv")
    parser.add_argument("--cache", type=Path, required=True, help="where features may stay, outside of the repository")
    parser.add_argument("--out", type=Path, required=True, help="the package to write to")
    parser.add_argument("--part", type=float, default=1.0, help="use only this share of the pictures, to try things out")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if not (options.data / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")
    recipe, started = Recipe(), time.monotonic()
    print(asdict(recipe))

    detector = trunk.load_detector(options.detector)
    layers = trunk.read_layers(detector, trunk.CUT)
    second = mobilenet.load_mobilenet(options.mobilenet)
    frozen = export.features_model(layers, second)
    pictures = [item for item in one_a_group(read_training(options.data)) if item.source not in NOT_DOCUMENTS]
    pictures = pictures[:: max(1, round(1 / options.part))]
    fitted = [item for item in pictures if not held_out(item.group, recipe.share_held_out)]
    kept_out = [item for item in pictures
                if held_out(item.group, recipe.share_held_out) and item.source not in SHARED_FORMS]
    print(f"{len(fitted)} classes to fit, {len(kept_out)} held out for the impostor table")

    def features(items: list[Picture], captures: int, cut: bool = False) -> np.ndarray:
        return extract(items, frozen, options.cache, captures, recipe.seed, options.workers, cut)

    seen = features(fitted, recipe.captures)
    joined = fusion.fit(seen[:, 1], trunk.CHANNELS * export.POOLED**2, mobilenet.CHANNELS, recipe.channels)
    seen = fused(joined, seen)
    cut = fused(joined, features(fitted, recipe.captures, cut=True))
    moments = moments_by_kind(seen, cut, recipe.cut_off, fitted)
    head = discriminant.fit(moments, recipe.dimension, recipe.ridge, recipe.power)
    model = export.embedder(layers, second, joined, head)

    sample = np.concatenate([views_of(item, 1, recipe.seed) for item in kept_out[:: max(1, len(kept_out) // 64)]])
    expected = export.reference(detector, second, joined, head, sample)
    difference = export.check(model.SerializeToString(), expected, sample)
    print(f"ONNX Runtime against the reference on {len(sample)} pictures: largest difference {difference:.1e}")
    impostor_rows = impostor_table(head, fused(joined, features(kept_out, 2)), kept_out)
    manifest = export.write_package(options.out, model, impostor_rows)
    print(f"{manifest['embeddingSpace']}: {manifest['bytes']} bytes, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
