"""All that ships and depends on the network: the file, its manifest with the impostor table, the cohort.

    python -m docclf_training.ship --model FILE.onnx --cache DIR --out packages/model

`make` ends with it; by itself it packs the file that `gradient.resume` or `gradient.refit` wrote. Another file is another
embedding space: galleries of the old one are refused with a message that names `docclf gallery migrate`.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import cohort, discriminant, export, impostors, validate
from .data import Picture, data_folder, kind, read_training
from .evaluate import embed_with, model_file
from .export import Network
from .features import extract
from .shipped import read_embedder
from .views import Kind, film_views, views_of

Look = Callable[[list[Picture], int, Kind], np.ndarray]  # (pictures, captures, kind of view) to [pictures, views, features]


def impostor_table(look: Look, pictures: list[Picture]) -> dict:
    """Of held-out pictures: the clean one against all captures of others of its kind; kinds count alike."""
    parts, images = [], 0
    for name in ("cards", "covers", "pages"):
        chosen = [item for item in pictures if kind(item) == name]
        embedded = look(chosen, validate.CAPTURES, views_of)
        if name != "pages":
            embedded = np.concatenate([embedded, look(chosen, validate.FILM, film_views)], axis=1)
        embedded = discriminant.unit(embedded)
        families = np.unique([item.family for item in chosen], return_inverse=True)[1]
        parts.append(impostors.impostor_scores(embedded[:, 0], embedded[:, 1:], families))
        images += embedded.shape[0] * embedded.shape[1]
    return {"pairs": sum(map(len, parts)), "images": images,
            "source": f"{len(pictures)} documents that no step of the fit has seen: each as it is against simulated captures of "
                      "the others of its kind (book covers, pages, cards; the kinds count alike), some of them rough or "
                      "below crumpled film; pairs that may share a template are left out.",
            "table": impostors.table(parts)}


def ship(network: Network, folder: Path, everything: list[Picture], part: float, extracted: Callable[..., np.ndarray]) -> dict:
    """Writes the package and returns its manifest; `part` of the pictures validate. Prints the validation.

    extracted(pictures, network, captures, kind of view, seed) gives what an ONNX network returns for the views.
    """
    pictures = validate.documents(everything)[:: max(1, round(1 / part))]
    kept_out = validate.strangers(pictures)
    model = export.embedder(network)
    data = model.SerializeToString(deterministic=True)
    some = kept_out[:: max(1, len(kept_out) // 64)]
    sample = np.concatenate([views_of(item, 1, validate.SEED) for item in some])
    difference = export.check(data, export.reference(network, sample), sample)
    print(f"ONNX Runtime against the reference on {len(sample)} pictures: largest difference {difference:.1e}")

    def look(items: list[Picture], captures: int, views: Kind) -> np.ndarray:
        return extracted(items, data, captures, views, validate.SEED)

    print(validate.report(validate.measure(validate.collect(
        pictures, validate.printed_forms(everything), look), discriminant.unit)))
    manifest = export.write_package(folder, model, impostor_table(look, kept_out))
    cohort.write(folder, embed_with(data), everything)
    return manifest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="an .onnx file of ours, or a folder with a manifest.json")
    parser.add_argument("--data", type=Path, default=data_folder() / "train", help="folder of shards with index.tsv")
    parser.add_argument("--cache", type=Path, required=True, help="where views may stay for the next time, outside of the repository")
    parser.add_argument("--out", type=Path, required=True, help="the package to write to")
    parser.add_argument("--part", type=float, default=1.0, help="use only this share of the pictures, to try things out")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if not (options.data / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")

    def extracted(items: list[Picture], network: bytes, captures: int, views: Kind, seed: int) -> np.ndarray:
        return extract(items, network, options.cache, captures, seed, options.workers, views)

    manifest = ship(read_embedder(model_file(options.model)), options.out, read_training(options.data), options.part, extracted)
    print(f"{manifest['embeddingSpace']}: {manifest['bytes']} bytes")


if __name__ == "__main__":
    main()
