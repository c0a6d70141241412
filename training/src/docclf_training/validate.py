"""Figures on the documents of the training folder that no fit has seen. Every choice of a recipe is made on them.

    python -m docclf_training.validate --model packages/model --cache DIR

A fifth of the families is held out (`data.held_out`); each column is a macro TPR in % (mean over types):

covers, cards, pages   one picture, one type: as it is and in two rough captures; at FPR 1e-5, 1e-4, 1e-3
cut off                covers and cards against their view that reaches out of the photo; at 1e-4
film                   covers as they are against captures below crumpled film; at 1e-4
series                 covers as in `film`, at the threshold that 2 % of the pairs of sibling and original pass
drawn                  fillings of drawn layouts; at 1e-3
contents               other contents on one real printed form, as they are, against pages; at 1e-3
nearest                the share of those that have an image of the same form nearer than any page
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .data import (NOT_DOCUMENTS, SHARED_FORMS, Picture, data_folder, held_out, kind, one_a_group,
                   read_training)
from .evaluate import model_file
from .features import extract
from .preprocess import decode
from .views import Kind, cut_off_view, film_views, filled_views, sibling_views, views_of

SEED = 20261123
CAPTURES, FILM, FILLINGS = 4, 2, 6
LAYOUTS = 3000  # of drawn documents, the last fifth of them held out
ROUGH = [0, 2, 4]  # the picture and its captures by the rough camera
FORMS = {"election_pdf", "htr_manuscripts"}  # sources in which one printed form was filled many times
ALIKE = 0.75  # correlation of two small grey pictures that makes two fillings one form

Embed = Callable[[np.ndarray], np.ndarray]  # [n, features] to unit vectors [n, d]
Extract = Callable[..., np.ndarray]  # (pictures, captures, views) to features [pictures, views, features]


def documents(everything: list[Picture]) -> list[Picture]:
    """One picture a group of what is a document: what is fitted, and what is held out."""
    return [item for item in one_a_group(everything) if item.source not in NOT_DOCUMENTS]


def strangers(pictures: list[Picture]) -> list[Picture]:
    """Those that no fit has seen and that are each other's impostors."""
    return [item for item in pictures if held_out(item.family) and item.source not in SHARED_FORMS]


def layouts() -> list[Picture]:
    """Drawn layouts; they have no bytes, `filled_views` draws them."""
    return [Picture(f"drawn/{index}", f"drawn:{index}", b"") for index in range(LAYOUTS)]


def layout_held_out(picture: Picture) -> bool:
    return int(picture.name.split("/")[1]) >= 0.8 * LAYOUTS


def thumbnail(picture: Picture) -> np.ndarray:
    """A grey picture of 48x48, blurred, mean 0, length 1: no trained network decides what one form is."""
    grey = cv2.resize(cv2.cvtColor(decode(picture.encoded), cv2.COLOR_RGB2GRAY), (48, 48), interpolation=cv2.INTER_AREA)
    values = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.7).ravel()
    values -= values.mean()
    return values / max(np.linalg.norm(values), 1e-6)


def printed_forms(pictures: list[Picture], wanted: Callable[[str], bool] = held_out) -> list[list[Picture]]:
    """Pictures of one family all of whose small grey pictures are alike: one printed form, other contents.

    Of the families that are held out, or of those that are `wanted`.
    """
    forms: list[tuple[str, list[Picture], list[np.ndarray]]] = []
    for picture in (item for item in pictures if item.source in FORMS):
        family = picture.family if picture.source == "election_pdf" else picture.group
        if not wanted(family):
            continue
        small = thumbnail(picture)
        home = next((form for form in forms if form[0] == family and min(small @ other for other in form[2]) > ALIKE), None)
        if home is None:
            forms.append((family, [picture], [small]))
        else:
            home[1].append(picture)
            home[2].append(small)
    return [members[:12] for _, members, _ in forms if len(members) > 1]


@dataclass(frozen=True)
class Validation:
    """Features of everything that is held out, [items, views, features] each."""

    pictures: list[Picture]  # one a group
    captures: np.ndarray  # of `pictures`
    cut: np.ndarray  # of `pictures`
    coloured: list[int]  # positions in `pictures` of covers and cards
    film: np.ndarray  # of `coloured`
    siblings: np.ndarray  # of `coloured`
    drawn: np.ndarray
    forms: np.ndarray  # form of each filling
    contents: np.ndarray  # [fillings, 1, features]


def collect(pictures: list[Picture], forms: list[list[Picture]], extract_views: Extract) -> Validation:
    """`pictures`: one a group, held out or not; `forms`: see `printed_forms`."""
    kept = strangers(pictures)
    coloured = [index for index, item in enumerate(kept) if kind(item) != "pages"]
    some = [kept[index] for index in coloured]
    return Validation(
        kept, extract_views(kept, CAPTURES, views_of), extract_views(kept, CAPTURES, cut_off_view), coloured,
        extract_views(some, FILM, film_views), extract_views(some, 1, sibling_views),
        extract_views([item for item in layouts() if layout_held_out(item)], FILLINGS, filled_views),
        np.repeat(np.arange(len(forms)), [len(form) for form in forms]),
        extract_views([item for form in forms for item in form], 0, views_of))


def threshold(scores: np.ndarray, fpr: float) -> float:
    """The impostor score that must be refused, with all that tie with it, to keep the share accepted at `fpr`."""
    return float(np.partition(scores, len(scores) - 1 - int(fpr * len(scores)))[len(scores) - 1 - int(fpr * len(scores))])


def true_positives(vectors: np.ndarray, families: np.ndarray, fpr: float) -> float:
    """vectors [types, views, d]: macro TPR over all pairs of views; pairs of one family are no impostors."""
    types, views, size = vectors.shape
    flat = vectors.reshape(-1, size)
    scores, family = flat @ flat.T, np.repeat(families, views)
    upper = np.triu(np.ones(scores.shape, bool), 1)
    refused = threshold(scores[upper & (family[:, None] != family[None, :])], fpr)
    first, second = np.triu_indices(views, 1)
    own = np.einsum("tid,tjd->tij", vectors, vectors)[:, first, second]
    return float((own > refused).mean())


def against(references: np.ndarray, probes: np.ndarray, families: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """references [types, d], probes [types, views, d]: genuine scores [types, views] and all impostor scores."""
    scores = np.einsum("id,tvd->itv", references, probes)
    genuine = scores[np.arange(len(scores)), np.arange(len(scores))]
    return genuine, scores[families[:, None] != families[None, :]].ravel()


def measure(data: Validation, embed: Embed) -> dict[str, float]:
    """The columns above, in percent."""
    def all_of(features: np.ndarray) -> np.ndarray:
        return embed(features.reshape(-1, features.shape[-1]).astype(np.float32)).reshape(*features.shape[:2], -1)

    kinds = np.array([kind(item) for item in data.pictures])
    families = np.unique([item.family for item in data.pictures], return_inverse=True)[1]
    captures, cut = all_of(data.captures[:, ROUGH]), all_of(data.cut)
    found = {}
    for name, fpr in (("covers", 1e-5), ("cards", 1e-4), ("pages", 1e-3)):
        found[name] = true_positives(captures[kinds == name], families[kinds == name], fpr)

    coloured = np.array(data.coloured)
    originals, groups = captures[coloured], families[coloured]
    covers = kinds[coloured] == "covers"
    genuine, impostor = against(originals[:, 0], cut[coloured], groups)
    found["cut off"] = (genuine > threshold(impostor, 1e-4)).mean()
    genuine, impostor = against(originals[covers, 0], all_of(data.film)[covers], groups[covers])
    found["film"] = (genuine > threshold(impostor, 1e-4)).mean()
    siblings = np.einsum("tid,tjd->tij", originals, all_of(data.siblings)).ravel()
    found["series"] = (genuine > threshold(siblings, 0.02)).mean()
    found["drawn"] = true_positives(all_of(data.drawn), np.arange(len(data.drawn)), 1e-3)

    contents, pages = all_of(data.contents)[:, 0], captures[kinds == "pages", 0]
    scores = contents @ contents.T
    np.fill_diagonal(scores, -np.inf)
    same = (data.forms[:, None] == data.forms[None, :]) & np.isfinite(scores)
    passed = np.where(same, scores > threshold((contents @ pages.T).ravel(), 1e-3), 0).sum(axis=1) / same.sum(axis=1)
    found["contents"] = np.mean([passed[data.forms == form].mean() for form in np.unique(data.forms)])
    found["nearest"] = (np.where(same, scores, -np.inf).max(axis=1) > (contents @ pages.T).max(axis=1)).mean()
    return {name: round(100 * float(value), 2) for name, value in found.items()}


def report(found: dict[str, float]) -> str:
    """Two lines of Markdown without the rule between them."""
    return "| " + " | ".join(found) + " |\n| " + " | ".join(f"{value:.1f}" for value in found.values()) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="an .onnx file, or a folder with a manifest.json")
    parser.add_argument("--data", type=Path, default=data_folder() / "train", help="folder of shards with index.tsv")
    parser.add_argument("--cache", type=Path, help="where vectors may stay for the next time, outside of the repository")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if not (options.data / "index.tsv").exists():
        sys.exit(f"no training data at {options.data}: set DOCCLF_DATA or pass --data")
    everything = read_training(options.data)
    model = model_file(options.model).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        def vectors(pictures: list[Picture], captures: int, views: Kind) -> np.ndarray:
            return extract(pictures, model, options.cache or Path(folder), captures, SEED, options.workers, views)

        found = measure(collect(documents(everything), printed_forms(everything), vectors), lambda rows: rows)
    print(report(found))


if __name__ == "__main__":
    main()
