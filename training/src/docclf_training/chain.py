"""A trunk as a list of convolutions, the ONNX graph that is written from it, and the slow way to the same numbers."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

OPSET = 13  # old enough for every onnxruntime of the last years, web builds included
IR_VERSION = 8
ACTIVATIONS = {
    "": lambda value: value,
    "hard_swish": lambda value: value * np.clip(value / 6 + 0.5, 0, 1),
    "relu6": lambda value: np.clip(value, 0, 6),
}


def constants(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Every constant of a graph by its tensor's name."""
    found = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return found


class Layer:
    """One convolution with what follows it: an activation, then `scale * value + shift`."""

    def __init__(self, weight: np.ndarray, bias: np.ndarray | None, attributes: dict):
        self.weight = weight.astype(np.float64)  # [out, in / group, height, width]
        self.bias = np.zeros(len(weight)) if bias is None else bias.astype(np.float64)
        self.attributes = attributes  # kernel_shape, strides, pads (top, left, bottom, right), group
        self.activation = ""  # a name of ACTIVATIONS
        self.scale, self.shift = 1.0, 0.0

    def multiply(self, factor: np.ndarray) -> None:
        """A learned scalar, or one a channel where no activation has come yet."""
        if self.activation:
            self.scale, self.shift = self.scale * float(factor.item()), self.shift * float(factor.item())
        else:
            factor = np.broadcast_to(np.asarray(factor, np.float64).reshape(-1), self.bias.shape)
            self.weight, self.bias = self.weight * factor[:, None, None, None], self.bias * factor

    def add(self, term: np.ndarray) -> None:
        if self.activation:
            self.shift += float(term.item())
        else:
            self.bias = self.bias + np.asarray(term, np.float64).reshape(-1)


def run(layers: list[Layer], image: np.ndarray) -> np.ndarray:
    """float64 [channels, height, width] in and out, in numpy alone; the last layer's scale and shift included."""
    value = image
    for layer in layers:
        top, left, bottom, right = layer.attributes["pads"]
        down, across = layer.attributes["strides"]
        padded = np.pad(value, ((0, 0), (top, bottom), (left, right)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, layer.weight.shape[2:], axis=(1, 2))[:, ::down, ::across]
        group, (outputs, inputs) = layer.attributes["group"], layer.weight.shape[:2]
        parts = windows.reshape(group, inputs, *windows.shape[1:])
        weights = layer.weight.reshape(group, outputs // group, *layer.weight.shape[1:])
        value = np.einsum("giyxhw,goihw->goyx", parts, weights, optimize=True).reshape(outputs, *windows.shape[1:3])
        value = ACTIVATIONS[layer.activation](value + layer.bias[:, None, None]) * layer.scale + layer.shift
    return value


class GraphWriter:
    """Collects nodes and constants with readable names."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray, kind: type = np.float32) -> str:
        array = np.ascontiguousarray(value, dtype=kind)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def chain(self, layers: list[Layer], tensor: str, name: str) -> str:
        """Appends the convolutions and their activations; returns the name of the output, which lacks the last layer's
        scale and shift. No other layer may have any: `trunk.settle`."""
        limits: list[str] = []
        for index, layer in enumerate(layers):
            names = [self.constant(f"{name}_weight{index}", layer.weight), self.constant(f"{name}_bias{index}", layer.bias)]
            tensor = self.node("Conv", [tensor, *names], f"{name}_conv{index}", **layer.attributes)
            if layer.activation == "hard_swish":
                gate = self.node("HardSigmoid", [tensor], f"{name}_gate{index}", alpha=1 / 6, beta=0.5)
                tensor = self.node("Mul", [tensor, gate], f"{name}_swish{index}")
            elif layer.activation == "relu6":
                limits = limits or [self.constant(f"{name}_zero", np.array(0)), self.constant(f"{name}_six", np.array(6))]
                tensor = self.node("Clip", [tensor, *limits], f"{name}_relu{index}")
        return tensor

    def model(self, name: str, inputs: list, outputs: list) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="docclf")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        return model
