"""Contact sheets of a model's worst pairs: what it takes for the same though it is not, and the other way round.

    python -m docclf_training.sheets --model packages/model --out FOLDER [--data DIR] [--pairs 24]

Writes `<stratum>-genuine.png` (pairs of one type with the lowest scores) and `<stratum>-impostor.png` (pairs of
two types with the highest) for each stratum of a benchmark folder. An image or a pair of types is shown at most twice, so
that one bad photo does not fill the sheet. The sheets show the data's images: keep them out of the repository.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from .data import PROJECT, Sample, data_folder, read_stratum
from .evaluate import embed_with, model_file, read_pixels

TILE, LINE = 160, 14  # pixels: side of a picture as the network sees it, height of a line of text
REPEATS = 2


def ranked_pairs(scores: np.ndarray, labels: np.ndarray) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """All pairs of one label from the lowest score up, and all of two labels from the highest down."""
    first, second = np.triu_indices(len(labels), 1)
    same, values = labels[first] == labels[second], scores[first, second]
    order = np.argsort(values, kind="stable")
    genuine, impostor = order[same[order]], order[~same[order]][::-1]
    return tuple(list(zip(first[rows].tolist(), second[rows].tolist(), strict=True)) for rows in (genuine, impostor))


def without_repeats(pairs: Iterable[tuple[int, int]], labels: np.ndarray, count: int) -> list[tuple[int, int]]:
    """The first `count` pairs in which no image, and no pair of two labels, comes more than twice."""
    seen: Counter = Counter()
    kept = []
    for pair in pairs:
        types = frozenset(labels[list(pair)].tolist())
        keys = [*pair, *([types] if len(types) > 1 else [])]
        if all(seen[key] < REPEATS for key in keys):
            seen.update(keys)
            kept.append(pair)
            if len(kept) == count:
                break
    return kept


def tile(pixels: np.ndarray, text: str) -> np.ndarray:
    """One picture with a line of text below it: uint8 RGB [TILE + LINE, TILE, 3]."""
    picture = cv2.resize(pixels, (TILE, TILE), interpolation=cv2.INTER_LINEAR)
    caption = np.full((LINE, TILE, 3), 255, np.uint8)
    cv2.putText(caption, text[-26:], (2, 10), cv2.FONT_HERSHEY_SIMPLEX, 0.32, (0, 0, 0), 1, cv2.LINE_AA)
    return np.concatenate([picture, caption])


def sheet(pairs: list[tuple[int, int]], scores: np.ndarray, pixels: np.ndarray, names: list[str]) -> np.ndarray:
    """uint8 RGB: pairs side by side, four to a row, each with its score and its names."""
    gap = np.full((TILE + LINE, 12, 3), 255, np.uint8)
    cells = [np.concatenate([tile(pixels[first], f"{scores[first, second]:.3f} {names[first]}"),
                             tile(pixels[second], names[second]), gap], axis=1) for first, second in pairs]
    cells += [np.full_like(cells[0], 255)] * (-len(cells) % 4)
    return np.concatenate([np.concatenate(cells[start:start + 4], axis=1) for start in range(0, len(cells), 4)])


def short(sample: Sample) -> str:
    """Type and file, without the source."""
    return "/".join([*sample.label.split("/")[1:], sample.path.stem])


def write(path: Path, picture: np.ndarray) -> None:
    path.write_bytes(cv2.imencode(".png", picture[..., ::-1])[1].tobytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="an .onnx file, or a folder with a manifest.json")
    parser.add_argument("--data", type=Path, default=data_folder() / "bench", help="folder of strata")
    parser.add_argument("--out", type=Path, required=True, help="folder for the sheets, outside of the repository")
    parser.add_argument("--pairs", type=int, default=24, help="how many pairs a sheet shows")
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"no benchmark folder at {options.data}: set DOCCLF_DATA or pass --data")
    if options.out.resolve().is_relative_to(PROJECT):
        sys.exit(f"{options.out} is inside of the repository, where images of the data must not lie")
    options.out.mkdir(parents=True, exist_ok=True)
    embed = embed_with(model_file(options.model))
    for folder in sorted(item for item in options.data.iterdir() if item.is_dir()):
        samples = read_stratum(folder)
        labels = np.unique([sample.label for sample in samples], return_inverse=True)[1]
        pixels = read_pixels(samples)
        vectors = embed(pixels)
        scores = (vectors @ vectors.T + 1) / 2
        for name, pairs in zip(("genuine", "impostor"), ranked_pairs(scores, labels), strict=True):
            shown = without_repeats(pairs, labels, options.pairs)
            if shown:
                write(options.out / f"{folder.name}-{name}.png",
                      sheet(shown, scores, pixels, [short(sample) for sample in samples]))
                print(f"{options.out / f'{folder.name}-{name}.png'}: {len(shown)} pairs, "
                      f"scores {scores[shown[0]]:.3f} to {scores[shown[-1]]:.3f}")


if __name__ == "__main__":
    main()
