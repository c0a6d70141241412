"""The second trunk: MobileNetV1 1.0 up to stride 8, on the image shrunk to 96x96, written as a short ONNX graph.

Source: the teacher `mbv1_s8_g4_pca256.onnx` of the data folder (ImageNet weights, Apache-2.0); its own
last layers, a pooling and a PCA, are left out. It reads x / 127.5 - 1 in RGB.
At 96x96 it costs two thirds of what it costs at 128x128, for the same figures: see LOG.md.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from .preprocess import MEAN, SIDE, STD
from .trunk import GraphWriter, constants

MOBILENET_SHA256 = "a95efb37a15156da6286fd8ec523a7b8d9fda5bc230a71ae498a053d6a3ee36a"
CHANNELS = 256
SIDE_INSIDE = 96
CUT = "t49"  # [N, 256, 12, 12] for a 96x96 input


def load_mobilenet(path: Path) -> onnx.ModelProto:
    """The teacher, refused where it is another file than the one that this recipe was measured with."""
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != MOBILENET_SHA256:
        raise ValueError(f"expected the MobileNet with sha256 {MOBILENET_SHA256}, got {found} in {path.name}")
    return onnx.load_from_string(data)


def shrink(tensors: np.ndarray) -> np.ndarray:
    """Bilinear at pixel centres, no wider: [N, 3, 128, 128] to [N, 3, 96, 96]. The graph's Resize, written out."""
    position = (np.arange(SIDE_INSIDE) + 0.5) * SIDE / SIDE_INSIDE - 0.5
    first = np.floor(position).astype(int)
    weights = np.zeros((SIDE_INSIDE, SIDE), np.float32)
    weights[np.arange(SIDE_INSIDE), first] = 1 - (position - first)
    weights[np.arange(SIDE_INSIDE), first + 1] += position - first
    return np.einsum("yr,nchr->ncyh", weights, np.einsum("xc,nkrc->nkxr", weights, tensors)).astype(np.float32)


def affine() -> tuple[np.ndarray, np.ndarray]:
    """What turns the product's tensor, (x / 255 - mean) / std, into x / 127.5 - 1: a factor and a term a channel."""
    return 2 * np.array(STD).reshape(1, 3, 1, 1), 2 * np.array(MEAN).reshape(1, 3, 1, 1) - 1


def write_mobilenet(writer: GraphWriter, model: onnx.ModelProto, tensor: str) -> str:
    """Appends the chain up to the cut; returns the name of its output. Padding is spelled out."""
    known, renamed = constants(model.graph), {model.graph.input[0].name: "small_scaled"}
    scales = writer.constant("small_scales", np.array([1, 1, SIDE_INSIDE / SIDE, SIDE_INSIDE / SIDE]))
    small = writer.node("Resize", [tensor, "", scales], "small", mode="linear",
                        coordinate_transformation_mode="half_pixel")
    factor, term = affine()
    small = writer.node("Mul", [small, writer.constant("small_factor", factor)], "small_multiplied")
    writer.node("Add", [small, writer.constant("small_term", term)], "small_scaled")
    limits = [writer.constant("zero", np.array(0)), writer.constant("six", np.array(6))]
    for node in model.graph.node:
        source, output = renamed[node.input[0]], f"mobile_{node.output[0]}"
        if node.op_type == "Conv":
            attributes = {item.name: helper.get_attribute_value(item) for item in node.attribute}
            if attributes.pop("auto_pad") != b"SAME_UPPER":
                raise ValueError(f"expected padding SAME_UPPER at {node.output[0]}")
            missing = attributes["kernel_shape"][0] - attributes["strides"][0]  # every side is even
            before = max(missing, 0) // 2
            attributes["pads"] = [before, before, max(missing, 0) - before, max(missing, 0) - before]
            names = [writer.constant(f"mobile_{name}", known[name]) for name in node.input[1:]]
            renamed[node.output[0]] = writer.node("Conv", [source, *names], output, **attributes)
        elif node.op_type == "Clip":
            renamed[node.output[0]] = writer.node("Clip", [source, *limits], output)
        else:
            raise ValueError(f"expected a node of the MobileNet chain, got {node.op_type} at {node.output[0]}")
        if node.output[0] == CUT:
            return output
    raise ValueError(f"expected the tensor {CUT}")
