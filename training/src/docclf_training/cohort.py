"""The strangers that travel with the model: against them a cosine is judged (packages/core/src/significance.ts).

A rate is only right among its own kind, so they come by kind: a cohort of all kinds in one let 0.115 of book covers
through for 0.01 asked. One vector for each group of training pictures, each source of a kind alike, drawn by a hash of
the picture's name, so that the choice is the same wherever it is made.

    python -m docclf_training.cohort --model packages/model     (from the project's root)
"""

import argparse
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .data import Picture, data_folder, read_training
from .evaluate import embed_with
from .preprocess import decode, resize

FILE = "docclf-cohort.bin"
VECTORS = 230  # of each kind at most; twice as many lost 1 % of forms fewer, half as many 3 % more
FEWEST = 50  # of fewer, the highest tenth says nothing
KINDS = {
    "covers": ("book_covers",),
    "cards": ("unique_pool", "xwing_cards"),
    "pages": ("docbank_pages", "misc_pdf", "texlive"),
    "tables": ("election_pdf",),
    "handwriting": ("htr_manuscripts",),
}
LARGEST = 7  # a component is -LARGEST to LARGEST, in four bits
CUT = 0.8  # of a vector's largest component: what is larger is cut, the others have finer steps


def chosen(pictures: list[Picture], vectors: int = VECTORS) -> dict[str, list[Picture]]:
    """The pictures of each kind, fewer where there are fewer groups: of each group the first, of each source those with
    the smallest hashes."""
    def place(picture: Picture) -> str:
        return hashlib.sha256(picture.name.encode()).hexdigest()

    first: dict[str, Picture] = {}
    for picture in sorted(pictures, key=place):
        first.setdefault(picture.group, picture)
    kinds = {}
    for kind, sources in KINDS.items():
        shares = [len(part) for part in np.array_split(np.arange(vectors), len(sources))]
        kinds[kind] = [item for source, share in zip(sources, shares, strict=True)
                       for item in [p for p in first.values() if p.source == source][:share]]
        if len(kinds[kind]) < FEWEST:
            raise ValueError(f"expected at least {FEWEST} groups of {kind}, found {len(kinds[kind])}")
    return kinds


def packed(vectors: np.ndarray) -> bytes:
    """[n, d] unit vectors, d even: two components a byte, the first in the low bits, each with 8 added."""
    step = CUT * np.abs(vectors).max(axis=1, keepdims=True) / LARGEST
    codes = np.clip(np.round(vectors / step), -LARGEST, LARGEST).astype(np.int8) + 8
    return (codes[:, 0::2] | codes[:, 1::2] << 4).astype(np.uint8).tobytes()


def unpacked(data: bytes, dimension: int) -> np.ndarray:
    """[n, d] unit vectors, as the product reads them."""
    both = np.frombuffer(data, np.uint8).reshape(-1, dimension // 2)
    codes = np.stack([both & 15, both >> 4], axis=2).reshape(len(both), dimension).astype(np.float32) - 8
    return codes / np.linalg.norm(codes, axis=1, keepdims=True)


def write(folder: Path, embed: Callable[[np.ndarray], np.ndarray], pictures: list[Picture]) -> dict:
    """The cohort's file, and its section of the manifest that lies beside it; returns the section."""
    kinds = chosen(pictures)
    data = b"".join(packed(embed(np.stack([resize(decode(item.encoded)) for item in items]))) for items in kinds.values())
    section = {"file": FILE, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data),
               "kinds": [{"name": kind, "vectors": len(items)} for kind, items in kinds.items()]}
    (folder / FILE).write_bytes(data)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "cohort": section}, indent=1) + "\n")
    return section


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="the package with manifest.json")
    options = parser.parse_args()
    manifest = json.loads((options.model / "manifest.json").read_text())
    section = write(options.model, embed_with(options.model / manifest["file"]), read_training(data_folder() / "train"))
    print(f"{section['bytes']} bytes, {', '.join(kind['name'] for kind in section['kinds'])}")


if __name__ == "__main__":
    main()
