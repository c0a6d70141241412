"""From data to model, in one command and without a gradient step.

    python -m docclf_training.make --detector FILE --cache DIR --out packages/model

Trunks: the PP-OCRv4 text detector and MobileNetV1 up to stride 8, frozen. Head: a linear discriminant whose classes
are single pictures seen by a simulated camera, and in which covers, pages and cards count alike. A
fifth of the families never meets the fit: they validate it and give the impostor score table.
Seeded; interrupted, it goes on where it was, since features are cached in chunks.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from . import discriminant, export, fusion, impostors, mobilenet, trunk, validate
from .data import Picture, data_folder, held_out, kind, read_training
from .features import cut_off_view, extract, film_views, filled_views, sibling_views, views_of


@dataclass(frozen=True)
class Recipe:
    """All knobs of a run."""

    seed: int = validate.SEED
    captures: int = validate.CAPTURES  # simulated captures of each picture
    dimension: int = 512
    channels: int = 96  # of the second trunk's 256, along the directions in which they vary most
    ridge: float = 0.02  # share of the mean within-class eigenvalue
    power: float = 1.0  # 1: every direction spreads classes alike; 0: every direction has the same noise
    # Shares of the scatter within classes:
    cut_off: float = 0.1  # documents that reach out of the photo, of every kind
    film: float = 0.0  # captures below crumpled film, of covers and cards
    drawn: float = 0.0  # fillings of drawn layouts, of pages


class Store:
    """Fused features of all that a run needs, by what they are views of."""

    def __init__(self, look: Callable[..., np.ndarray], joined: Callable[[np.ndarray], np.ndarray]):
        self.look, self.joined = look, joined
        self.known: dict = {}

    def __call__(self, pictures: list[Picture], captures: int, views: Callable) -> np.ndarray:
        """float16 [pictures, views, fused features]; rows of an earlier, larger question are reused."""
        for known, row, features in self.known.get(views, ()):
            if known == captures and all(item.name in row for item in pictures):
                return features[[row[item.name] for item in pictures]]
        raw = self.look(pictures, captures, views)
        features = np.concatenate([self.joined(raw[start:start + 1024]).astype(np.float16)
                                   for start in range(0, len(raw), 1024)])
        row = {item.name: index for index, item in enumerate(pictures)}
        self.known.setdefault(views, []).append((captures, row, features))
        return features


def within(features: np.ndarray) -> np.ndarray:
    """[classes, views, d] to the scatter within classes [d, d]."""
    return discriminant.scatter(features, list(range(features.shape[1]))).within


def moments(recipe: Recipe, store: Store, pictures: list[Picture]) -> discriminant.Scatter:
    """Of the pictures to fit. Every kind of document counts alike."""
    parts = []
    for name in ("cards", "covers", "pages"):
        chosen = [item for item in pictures if kind(item) == name]
        captures = store(chosen, recipe.captures, views_of)
        whole = discriminant.scatter(captures, list(range(captures.shape[1])))
        cut = store(chosen, recipe.captures, cut_off_view)
        extra = [(recipe.cut_off, lambda cut=cut, captures=captures: within(np.concatenate([captures[:, 1:2], cut], axis=1)))]
        if name != "pages":
            extra.append((recipe.film, lambda chosen=chosen, captures=captures: within(np.concatenate(
                [captures[:, :1], store(chosen, validate.FILM, film_views)], axis=1))))
        else:
            drawn = [item for item in validate.layouts() if not validate.layout_held_out(item)]
            extra.append((recipe.drawn, lambda drawn=drawn: within(store(drawn, validate.FILLINGS, filled_views))))
        extra = [(weight, scatter()) for weight, scatter in extra if weight]
        inside = (1 - sum(weight for weight, _ in extra)) * whole.within + sum(weight * term for weight, term in extra)
        parts.append(discriminant.Scatter(whole.mean, inside, whole.between))
    return discriminant.blend(parts)


def impostor_table(vectors: Callable[[np.ndarray], np.ndarray], store: Store, pictures: list[Picture]) -> dict:
    """Of held-out pictures: the clean one against all captures of others of its kind; kinds count alike."""
    parts, images = [], 0
    for name in ("cards", "covers", "pages"):
        chosen = [item for item in pictures if kind(item) == name]
        captures = store(chosen, validate.CAPTURES, views_of)
        if name != "pages":
            captures = np.concatenate([captures, store(chosen, validate.FILM, film_views)], axis=1)
        embedded = vectors(captures.reshape(-1, captures.shape[-1])).reshape(*captures.shape[:2], -1)
        families = np.unique([item.family for item in chosen], return_inverse=True)[1]
        parts.append(impostors.impostor_scores(embedded[:, 0], embedded[:, 1:], families))
        images += embedded.shape[0] * embedded.shape[1]
    return {"pairs": sum(map(len, parts)), "images": images,
            "source": f"{len(pictures)} documents that no step of the fit has seen: each as it is against simulated captures of "
                      "the others of its kind (book covers, pages, cards; the kinds count alike), some of them rough or "
                      "below crumpled film; pairs that may share a template are left out.",
            "table": impostors.table(parts)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--detector", type=Path, required=True, help="ch_PP-OCRv4_det_infer.onnx")
    parser.add_argument("--mobilenet", type=Path, default=data_folder() / "teacher" / "mbv1_s8_g4_pca256.onnx")
    parser.add_argument("--data", type=Path, default=data_folder() / "train", help="folder of shards with index.tsv")
    parser.add_argument("--cache", type=Path, required=True, help="where features may stay, outside of the repository")
    parser.add_argument("--out", type=Path, required=True, help="the package to write to")
    parser.add_argument("--part", type=float, default=1.0, help="use only this share of the pictures, to try things out")
    parser.add_argument("--refine", action="store_true", help="refine the head by gradient; needs PyTorch")
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
    everything = read_training(options.data)
    pictures = validate.documents(everything)[:: max(1, round(1 / options.part))]
    coloured = [item for item in pictures if kind(item) != "pages"]
    fitted = [item for item in pictures if not held_out(item.family)]
    kept_out = validate.strangers(pictures)
    print(f"{len(fitted)} classes to fit, {len(kept_out)} held out")

    def look(items: list[Picture], captures: int, views: Callable) -> np.ndarray:
        return extract(items, frozen, options.cache, captures, recipe.seed, options.workers, views)

    rows = np.array([not held_out(item.family) for item in pictures])
    joined = fusion.fit(look(pictures, recipe.captures, views_of)[rows, 1], trunk.CHANNELS * export.POOLED**2,
                        mobilenet.CHANNELS, recipe.channels)
    store = Store(look, joined)
    for items, captures, views in ((pictures, recipe.captures, views_of), (pictures, recipe.captures, cut_off_view),
                                   (coloured, validate.FILM, film_views), (coloured, 1, sibling_views),
                                   (validate.layouts(), validate.FILLINGS, filled_views)):
        store(items, captures, views)

    scatter = moments(recipe, store, fitted)
    if options.refine:
        from .gradient.refine import WIDE, refine  # needs PyTorch

        wide = discriminant.fit(scatter, WIDE, recipe.ridge, recipe.power)
        head = refine(wide, recipe.dimension, fitted, store)
    else:
        head = discriminant.fit(scatter, recipe.dimension, recipe.ridge, recipe.power)
    model = export.embedder(layers, second, joined, head)

    some = kept_out[:: max(1, len(kept_out) // 64)]
    sample = np.concatenate([validate.views_of(item, 1, recipe.seed) for item in some])
    expected = export.reference(detector, second, joined, head, sample)
    difference = export.check(model.SerializeToString(), expected, sample)
    print(f"ONNX Runtime against the reference on {len(sample)} pictures: largest difference {difference:.1e}")
    print(validate.report(validate.measure(
        validate.collect(pictures, validate.printed_forms(everything), store), head)))
    manifest = export.write_package(options.out, model, impostor_table(head, store, kept_out))
    print(f"{manifest['embeddingSpace']}: {manifest['bytes']} bytes, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
