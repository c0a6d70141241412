"""The network of a file that `export.embedder` wrote: to go on from the weights that ship."""

from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from .chain import Layer, constants
from .discriminant import Head
from .export import POOLED, Network, channels
from .fusion import Fusion

ACTIVATION_NODES = {"HardSigmoid": "hard_swish", "Clip": "relu6"}


def read_chain(graph: onnx.GraphProto, known: dict[str, np.ndarray], name: str) -> list[Layer]:
    """The layers that `GraphWriter.chain` wrote under this name."""
    follows = {tensor: ACTIVATION_NODES[node.op_type] for node in graph.node if node.op_type in ACTIVATION_NODES
               for tensor in node.input[:1]}
    layers = []
    for node in graph.node:
        if not node.name.startswith(f"{name}_conv"):
            continue
        attributes = {item.name: helper.get_attribute_value(item) for item in node.attribute}
        layer = Layer(known[node.input[1]], known[node.input[2]], attributes)
        layer.activation = follows.get(node.output[0], "")
        layers.append(layer)
    return layers


def read_embedder(source: Path | bytes) -> Network:
    """Writing it again with `export.embedder` gives the same file. Raises ValueError for a graph of another make."""
    graph = onnx.load_from_string(source if isinstance(source, bytes) else source.read_bytes()).graph
    known = constants(graph)
    missing = {"detector_scale", "detector_shift", "directions", "head_half", "centre"} - set(known)
    if missing:
        raise ValueError(f"expected a graph that `export.embedder` wrote, found none of {', '.join(sorted(missing))}")
    detector, mobilenet = (read_chain(graph, known, name) for name in ("detector", "mobilenet"))
    detector[-1].scale, detector[-1].shift = (known[f"detector_{part}"].item() for part in ("scale", "shift"))
    directions = known["directions"].reshape(len(known["directions"]), -1).T
    matrix = known["head_half"].astype(np.float32).reshape(len(known["centre"]), -1)
    fusion = Fusion(channels(detector) * POOLED**2, np.ascontiguousarray(directions))
    # How much each direction told classes apart is not in the file, and nothing after the fit asks for it.
    return Network(detector, mobilenet, fusion, Head(matrix, known["centre"], np.full(len(matrix), np.nan)))
