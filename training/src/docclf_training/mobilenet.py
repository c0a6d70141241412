"""The second trunk: MobileNetV1 1.0 up to stride 8, on the image halved to 64x64, as a chain of convolutions.

Source: the teacher `mbv1_s8_g4_pca256.onnx` of the data folder (ImageNet weights, Apache-2.0); its own
last layers, a pooling and a PCA, are left out. It reads x / 127.5 - 1 in RGB.
Halving is an average of 2x2 pixels, and costs a quarter of what the whole picture would.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from .chain import Layer, constants
from .preprocess import MEAN, STD

MOBILENET_SHA256 = "a95efb37a15156da6286fd8ec523a7b8d9fda5bc230a71ae498a053d6a3ee36a"
CHANNELS = 256
HALVED = 2  # by how much the picture is shrunk
CUT = "t49"  # [N, 256, 8, 8] for a 64x64 input


def load_mobilenet(path: Path) -> onnx.ModelProto:
    """The teacher, refused where it is another file than the one that this recipe was measured with."""
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != MOBILENET_SHA256:
        raise ValueError(f"expected the MobileNet with sha256 {MOBILENET_SHA256}, got {found} in {path.name}")
    return onnx.load_from_string(data)


def affine() -> tuple[np.ndarray, np.ndarray]:
    """What turns the product's tensor, (x / 255 - mean) / std, into x / 127.5 - 1: a factor and a term a channel."""
    return 2 * np.array(STD).reshape(1, 3, 1, 1), 2 * np.array(MEAN).reshape(1, 3, 1, 1) - 1


def read_mobilenet(model: onnx.ModelProto) -> list[Layer]:
    """The chain up to the cut, for the product's tensor: its first convolution undoes the normalisation.

    TensorFlow's padding is spelled out for even sides. The picture's border is then the product's mean colour for zeros
    of the original: its first row and column differ a little, as in `trunk.settle`.
    """
    known, layers = constants(model.graph), []
    for node in model.graph.node:
        if node.op_type == "Conv":
            attributes = {item.name: helper.get_attribute_value(item) for item in node.attribute}
            if attributes.pop("auto_pad") != b"SAME_UPPER":
                raise ValueError(f"expected padding SAME_UPPER at {node.output[0]}")
            missing = max(attributes["kernel_shape"][0] - attributes["strides"][0], 0)
            attributes["pads"] = [missing // 2] * 2 + [missing - missing // 2] * 2
            layers.append(Layer(known[node.input[1]], known[node.input[2]], {"group": 1} | attributes))
        elif node.op_type == "Clip":
            layers[-1].activation = "relu6"
        else:
            raise ValueError(f"expected a node of the MobileNet chain, got {node.op_type} at {node.output[0]}")
        if node.output[0] == CUT:
            factor, term = affine()
            layers[0].bias = layers[0].bias + (layers[0].weight * term).sum(axis=(1, 2, 3))
            layers[0].weight = layers[0].weight * factor
            return layers
    raise ValueError(f"expected the tensor {CUT}")
