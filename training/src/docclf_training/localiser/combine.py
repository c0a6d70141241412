"""One file of two networks on one input: `maps` of the one, `confidence` of the other.

    python -m docclf_training.localiser.combine --maps FILE --confidence FILE --out FILE
"""

import argparse
from pathlib import Path

import onnx
from onnx import utils

from .export import halve


def part(path: Path, output: str, prefix: str, folder: Path) -> onnx.ModelProto:
    """What makes one output, weights in half precision, all names but the input's prefixed."""
    cut = folder / f"{prefix}part.onnx"
    utils.extract_model(str(path), str(cut), ["image"], [output])
    model = onnx.load(cut)
    cut.unlink()
    halve(model)
    shared = {"image", output, ""}  # an empty name is an input that is left out
    for index, node in enumerate(model.graph.node):
        for names in (node.input, node.output):
            names[:] = [name if name in shared else prefix + name for name in names]
        node.name = f"{prefix}{index}"
    for item in model.graph.initializer:
        item.name = prefix + item.name
    return model


def combine(maps: Path, confidence: Path, folder: Path) -> onnx.ModelProto:
    first, second = part(maps, "maps", "maps_", folder), part(confidence, "confidence", "confidence_", folder)
    graph = onnx.helper.make_graph(
        [*first.graph.node, *second.graph.node], "docclf-localiser", first.graph.input,
        [*first.graph.output, *second.graph.output], [*first.graph.initializer, *second.graph.initializer])
    model = onnx.helper.make_model(graph, opset_imports=first.opset_import, ir_version=first.ir_version,
                                   producer_name="docclf-training")
    onnx.checker.check_model(model)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=Path, required=True)
    parser.add_argument("--confidence", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model = combine(options.maps, options.confidence, options.out.parent)
    options.out.write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
