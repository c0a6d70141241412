"""The same network in the graph that `export.embedder` writes today: faster perhaps, but no vector moves.

    python -m docclf_training.rewrite --model packages/model

What else the file holds (the state head) stays as it is, and so does the embedding space: old galleries go on.
Refused where a vector would differ by more than LARGEST_DIFFERENCE, or with what else is in its batch.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx

from . import export, golden
from .evaluate import embed_with
from .preprocess import resize
from .shipped import read_embedder

LARGEST_DIFFERENCE = 1e-5
PICTURES = 24  # made from noise of different grain, beside the golden image


def beside(model: onnx.ModelProto, output: str) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """The nodes and constants of which this output makes no use."""
    made = {tensor: node for node in model.graph.node for tensor in node.output}
    needed, open_ends = set(), [output]
    while open_ends:
        tensor = open_ends.pop()
        if tensor not in needed:
            needed.add(tensor)
            open_ends += list(made[tensor].input) if tensor in made else []
    return ([node for node in model.graph.node if not set(node.output) & needed],
            [item for item in model.graph.initializer if item.name not in needed])


def rewritten(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph of today, and behind it what the file holds besides."""
    fresh = export.embedder(read_embedder(model.SerializeToString()))
    nodes, constants = beside(model, "embedding")
    fresh.graph.node.extend(nodes)
    fresh.graph.initializer.extend(constants)
    fresh.graph.output.extend(item for item in model.graph.output if item.name != "embedding")
    onnx.checker.check_model(fresh, full_check=True)
    return fresh


def pictures() -> np.ndarray:
    """uint8 [1 + PICTURES, side, side, 3]."""
    rng = np.random.default_rng(1)
    noise = [rng.integers(0, 256, (side, side + 3, 3), dtype=np.uint8) for side in np.linspace(3, 128, PICTURES).astype(int)]
    return np.stack([resize(image) for image in [golden.golden_image(), *noise]])


def rewrite(folder: Path) -> float:
    """Changes the package; returns the largest difference of any number of a vector."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    old = (folder / manifest["file"]).read_bytes()
    data = rewritten(onnx.load_from_string(old)).SerializeToString(deterministic=True)
    difference = export.check(data, embed_with(old)(pictures()), pictures())
    if not difference < LARGEST_DIFFERENCE:
        raise ValueError(f"expected vectors within {LARGEST_DIFFERENCE} of the file's, got {difference:.1e}")
    manifest |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (folder / manifest["file"]).write_bytes(data)
    path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return difference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="the package with manifest.json, changed in place")
    print(f"largest difference {rewrite(parser.parse_args().model):.1e}")


if __name__ == "__main__":
    main()
