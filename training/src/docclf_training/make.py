"""From data to model, in one command.

    python -m docclf_training.make --detector FILE --cache DIR --out packages/model

Two trunks, the PP-OCRv4 text detector and MobileNetV1 up to stride 8, and a linear discriminant head in closed form
whose classes are single pictures seen by a simulated camera, covers, pages and cards counting alike. Then all of it is
tuned by gradient (`gradient.tune`; `--no-tune` stops before, and needs no PyTorch). A fifth of the families never meets a
fit: they validate it and give the impostor score table. Seeded; interrupted, it goes on where it was.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from . import discriminant, export, fusion, validate
from .data import Picture, data_folder, held_out, kind, read_training
from .export import Network
from .features import extract
from .mobilenet import load_mobilenet, read_mobilenet
from .ship import Look, ship
from .trunk import CUT, load_detector, read_layers, settle
from .views import Kind, Views, cut_off_view, film_views, filled_views, make_views, sibling_views, views_of


@dataclass(frozen=True)
class Recipe:
    """All knobs of the closed form, and what the tuning looks at."""

    seed: int = 7  # of the views that are fitted; those that validate have another
    captures: int = 4  # simulated captures of each picture
    film: int = 3  # captures of covers and cards below crumpled film
    fillings: int = 4  # of each drawn layout
    dimension: int = 512
    channels: int = 96  # of the second trunk's 256, along the directions in which they vary most
    ridge: float = 0.02  # share of the mean within-class eigenvalue
    power: float = 1.0  # 1: every direction spreads classes alike; 0: every direction has the same noise
    # Shares of the scatter within classes:
    cut_off_share: float = 0.1  # documents that reach out of the photo, of every kind
    film_share: float = 0.2  # of covers and cards


def within(features: np.ndarray) -> np.ndarray:
    """[classes, views, d] to the scatter within classes [d, d]."""
    return discriminant.scatter(features, list(range(features.shape[1]))).within


def moments(recipe: Recipe, look: Look, pictures: list[Picture]) -> discriminant.Scatter:
    """Of the pictures to fit. Every kind of document counts alike."""
    parts = []
    for name in ("cards", "covers", "pages"):
        chosen = [item for item in pictures if kind(item) == name]
        captures = look(chosen, recipe.captures, views_of)
        whole = discriminant.scatter(captures, list(range(captures.shape[1])))
        cut = look(chosen, recipe.captures, cut_off_view)
        extra = [(recipe.cut_off_share, within(np.concatenate([captures[:, 1:2], cut], axis=1)))]
        if name != "pages":
            film = look(chosen, recipe.film, film_views)
            extra.append((recipe.film_share, within(np.concatenate([captures[:, :1], film], axis=1))))
        inside = (1 - sum(weight for weight, _ in extra)) * whole.within + sum(weight * term for weight, term in extra)
        parts.append(discriminant.Scatter(whole.mean, inside, whole.between))
    return discriminant.blend(parts)


def closed_form(recipe: Recipe, detector: Path, mobilenet: Path, pictures: list[Picture],
                extracted: Callable[..., np.ndarray]) -> Network:
    """The trunks as they are, and the head that `pictures` give.

    extracted(pictures, network, captures, kind of view) gives what an ONNX network returns for the views.
    """
    first, second = settle(read_layers(load_detector(detector), CUT)), read_mobilenet(load_mobilenet(mobilenet))
    frozen = export.features_model(first, second)
    some = extracted(pictures[::4], frozen, recipe.captures, views_of)[:, 1]
    joined = fusion.fit(some, export.channels(first) * export.POOLED**2, export.channels(second), recipe.channels)

    def look(items: list[Picture], captures: int, views: Kind) -> np.ndarray:
        raw = extracted(items, frozen, captures, views)
        return np.concatenate([joined(raw[start:start + 1024].astype(np.float32)).astype(np.float16)
                               for start in range(0, len(raw), 1024)])

    head = discriminant.fit(moments(recipe, look, pictures), recipe.dimension, recipe.ridge, recipe.power)
    return Network(first, second, joined, head)


def tuned(recipe: Recipe, network: Network, pictures: list[Picture], forms: list[list[Picture]],
          seen: Callable[[list[Picture], int, Kind], Views], folder: Path) -> Network:
    """`forms` are printed forms of families to fit; seen(pictures, captures, kind of view) gives their views."""
    from .gradient.tune import gather, tune  # needs PyTorch

    coloured = [index for index, item in enumerate(pictures) if kind(item) != "pages"]
    some = [pictures[index] for index in coloured]
    drawn = [item for item in validate.layouts() if not validate.layout_held_out(item)]
    classes = gather(
        pictures, seen(pictures, recipe.captures, views_of), seen(pictures, recipe.captures, cut_off_view),
        coloured, seen(some, recipe.film, film_views), seen(some, 1, sibling_views),
        seen(drawn, recipe.fillings, filled_views), forms, seen([item for form in forms for item in form], 1, views_of))
    print(f"{len(classes)} classes to tune on")
    return tune(network, classes, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", type=Path, required=True, help="ch_PP-OCRv4_det_infer.onnx")
    parser.add_argument("--mobilenet", type=Path, default=data_folder() / "teacher" / "mbv1_s8_g4_pca256.onnx")
    parser.add_argument("--data", type=Path, default=data_folder() / "train", help="folder of shards with index.tsv")
    parser.add_argument("--cache", type=Path, required=True, help="where features may stay, outside of the repository")
    parser.add_argument("--out", type=Path, required=True, help="the package to write to")
    parser.add_argument("--part", type=float, default=1.0, help="use only this share of the pictures, to try things out")
    parser.add_argument("--tune", action=argparse.BooleanOptionalAction, default=True,
                        help="tune the closed form by gradient; needs PyTorch")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if not (options.data / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")
    recipe, started = Recipe(), time.monotonic()
    print(asdict(recipe))

    everything = read_training(options.data)
    pictures = validate.documents(everything)[:: max(1, round(1 / options.part))]
    fitted = [item for item in pictures if not held_out(item.family)]
    print(f"{len(fitted)} classes to fit")

    def extracted(items: list[Picture], network: bytes, captures: int, views: Kind, seed: int = recipe.seed) -> np.ndarray:
        return extract(items, network, options.cache, captures, seed, options.workers, views)

    def seen(items: list[Picture], captures: int, views: Kind) -> Views:
        return make_views(items, captures, recipe.seed, options.cache, options.workers, views)

    network = closed_form(recipe, options.detector, options.mobilenet, fitted, extracted)
    if options.tune:
        forms = validate.printed_forms(everything, wanted=lambda family: not held_out(family))
        network = tuned(recipe, network, fitted, forms[:: max(1, round(1 / options.part))], seen, options.cache)
    manifest = ship(network, options.out, everything, options.part, extracted)
    print(f"{manifest['embeddingSpace']}: {manifest['bytes']} bytes, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
