"""Shared by the tests: small networks that stand for the trunks, and the data where it is present."""

import numpy as np
import pytest
from onnx import helper, numpy_helper

from docclf_training import mobilenet
from docclf_training.chain import IR_VERSION, OPSET, Layer
from docclf_training.data import data_folder
from docclf_training.discriminant import Head
from docclf_training.export import POOLED, Network
from docclf_training.fusion import Fusion
from docclf_training.trunk import CHANNELS


@pytest.fixture(scope="session")
def data():
    folder = data_folder()
    if not (folder / "train" / "index.tsv").exists():
        pytest.skip(f"no data at {folder}: set DOCCLF_DATA to run the tests on real images")
    return folder


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def layers(rng):
    """Stride 8 in one convolution, with all that a layer of the real trunk may carry."""
    attributes = {"kernel_shape": [8, 8], "strides": [8, 8], "pads": [0, 0, 0, 0], "group": 1}
    layer = Layer(rng.normal(0, 0.1, (CHANNELS, 3, 8, 8)), rng.normal(0, 1, CHANNELS), attributes)
    layer.activation, layer.scale, layer.shift = "hard_swish", 0.7, -0.2
    return [layer]


@pytest.fixture
def second(rng):
    """Stride 8 in three convolutions, padded as the real MobileNet is: nothing before the image, one after it."""
    nodes, constants, tensor, channels = [], [], "input", 3
    for index, (name, width) in enumerate((("a", 8), ("b", 8), (mobilenet.CUT, mobilenet.CHANNELS))):
        weight = rng.normal(0, 0.2, (width, channels, 3, 3)).astype(np.float32)
        constants += [numpy_helper.from_array(weight, f"w{index}"),
                      numpy_helper.from_array(rng.normal(0, 0.3, width).astype(np.float32), f"b{index}")]
        nodes += [helper.make_node("Conv", [tensor, f"w{index}", f"b{index}"], [f"{name}_p"], auto_pad="SAME_UPPER",
                                   strides=[2, 2], kernel_shape=[3, 3]),
                  helper.make_node("Clip", [f"{name}_p", "low", "high"], [name])]
        tensor, channels = name, width
    constants += [numpy_helper.from_array(np.float32(value), name) for name, value in (("low", 0), ("high", 6))]
    graph = helper.make_graph(nodes, "second", [helper.make_tensor_value_info("input", 1, ["N", 3, 64, 64])],
                              [helper.make_tensor_value_info(tensor, 1, ["N", channels, 8, 8])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    return model


@pytest.fixture
def fusion(rng):
    return Fusion(CHANNELS * POOLED**2, rng.normal(0, 0.1, (mobilenet.CHANNELS, 5)).astype(np.float32))


@pytest.fixture
def head(rng):
    matrix = rng.normal(0, 1, (40, (CHANNELS + 5) * POOLED**2)).astype(np.float16).astype(np.float32)
    return Head(matrix, rng.normal(0, 0.1, 40).astype(np.float32), np.ones(40))


@pytest.fixture
def network(layers, second, fusion, head):
    return Network(layers, mobilenet.read_mobilenet(second), fusion, head)
