"""Scores a model on a benchmark folder, as the data's README says.

    python -m docclf_training.evaluate --model packages/model [--data DIR] [--json FILE]

A stratum is a folder `<stratum>/<source>/<type>/<image>`. `unknown` holds the non-mated searches.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import metrics
from .data import Sample, data_folder, read_stratum
from .features import open_session
from .preprocess import decode, normalise, resize

FPRS = (1e-2, 1e-3, 1e-4)
FPIRS = (0.01, 0.1)
RECEIPTS, BANKNOTES = "receipts", "banknotes"


def parts_of(stratum: str, samples: list[Sample], squared: set[str]) -> dict[str, np.ndarray]:
    """The stratum and the parts of it that are reported apart, as masks; `squared` are sources with known corners."""
    source = np.array([sample.source for sample in samples])
    receipts, banknotes = np.char.startswith(source, RECEIPTS), np.char.startswith(source, BANKNOTES)
    known = np.isin(source, sorted(squared))
    parts = {stratum: np.ones(len(samples), bool)}
    if stratum == "aligned":
        parts |= {"aligned, covers": ~banknotes, "aligned, banknotes": banknotes}
    elif stratum == "filled":
        parts |= {"filled, no receipts": ~receipts, "filled, receipts": receipts}
    elif known.any():
        parts |= {f"{stratum}, no corners": ~known}
    return {name: mask for name, mask in parts.items() if mask.any()}


def read_pixels(samples: list[Sample]) -> np.ndarray:
    """uint8 [n, 128, 128, 3]."""
    return np.stack([resize(decode(sample.path.read_bytes())) for sample in samples])


def embed_with(model: bytes | Path) -> Callable[[np.ndarray], np.ndarray]:
    """A function from uint8 [n, 128, 128, 3] to unit vectors, by ONNX Runtime."""
    session = open_session(model)
    name = session.get_inputs()[0].name
    return lambda pixels: np.concatenate(
        [session.run(None, {name: normalise(pixels[start:start + 32])})[0] for start in range(0, len(pixels), 32)])


def score(embeddings: np.ndarray, samples: list[Sample], unknown: np.ndarray | None, draws: int) -> dict:
    """All measures of one set of images."""
    labels = np.unique([sample.label for sample in samples], return_inverse=True)[1]
    pairs = metrics.make_pairs(embeddings, labels)
    result = {"types": pairs.types, "images": len(samples), "positivePairs": len(pairs.positive),
              "impostorPairs": len(pairs.impostor), "nearestRight": metrics.nearest_right(embeddings, labels),
              "verification": metrics.verification(pairs, FPRS, draws)}
    if unknown is not None:
        result["identification"] = metrics.identification(embeddings, labels, unknown, FPIRS)
    return result


def evaluate(embed: Callable[[np.ndarray], np.ndarray], bench: Path, draws: int = 400) -> dict[str, dict]:
    """Every stratum of a folder and its parts."""
    strata = sorted(item.name for item in bench.iterdir() if item.is_dir() and item.name != "unknown")
    unknown = embed(read_pixels(read_stratum(bench / "unknown"))) if (bench / "unknown").is_dir() else None
    results = {}
    for stratum in strata:
        samples = read_stratum(bench / stratum)
        corners = bench / stratum / "quads.json"
        squared = {name.split("/")[0] for name in json.loads(corners.read_text())} if corners.exists() else set()
        embeddings = embed(read_pixels(samples))
        for name, mask in parts_of(stratum, samples, squared).items():
            chosen = [sample for sample, kept in zip(samples, mask, strict=True) if kept]
            results[name] = score(embeddings[mask], chosen, unknown, draws)
    return results


def percent(value: float, interval: tuple[float, float]) -> str:
    return f"{100 * value:.1f} ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})"


def report(results: dict[str, dict]) -> str:
    """Markdown: macro TPR at each FPR, and identification, with 95 % intervals."""
    head = ["stratum", "types / images", *(f"TPR at FPR {fpr:g}, macro" for fpr in FPRS), "micro at 1e-4",
            "nearest right", "rank 1", *(f"FNIR at FPIR {fpir:g}" for fpir in FPIRS)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, result in results.items():
        rows = result["verification"]
        cells = [name, f"{result['types']} / {result['images']}",
                 *(percent(row["macro"], row["macroInterval"]) for row in rows),
                 percent(rows[-1]["micro"], rows[-1]["microInterval"]), f"{100 * result['nearestRight']:.1f}"]
        if "identification" in result:
            found = result["identification"]
            cells += [percent(item["value"], item["interval"]) for item in [found["rank1"], *found["fnir"]]]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def model_file(path: Path) -> Path:
    """The ONNX file of a folder with a manifest, or the file itself."""
    return path / json.loads((path / "manifest.json").read_text())["file"] if path.is_dir() else path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="an .onnx file, or a folder with a manifest.json")
    parser.add_argument("--data", type=Path, default=data_folder() / "bench", help="folder of strata")
    parser.add_argument("--draws", type=int, default=400, help="resamples of types for the intervals")
    parser.add_argument("--json", type=Path, help="also write all figures here")
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"no benchmark folder at {options.data}: set DOCCLF_DATA or pass --data")
    results = evaluate(embed_with(model_file(options.model)), options.data, options.draws)
    print(report(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
