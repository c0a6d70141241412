"""The localiser as an ONNX file with its weights in half precision; the session makes floats of them when it opens."""

import io
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from .frame import SIDE
from .network import Localiser

HALVED_FROM = 64  # elements; smaller ones (biases of a few) stay as they are
OPSET = 13


def halve(model: onnx.ModelProto) -> None:
    """Weights become float16 with a Cast behind each, which ONNX Runtime folds away as it loads."""
    casts = []
    for item in model.graph.initializer:
        value = numpy_helper.to_array(item)
        if value.dtype != np.float32 or value.size < HALVED_FROM:
            continue
        name = item.name
        item.CopyFrom(numpy_helper.from_array(value.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def to_onnx(network: Localiser) -> onnx.ModelProto:
    """Batch norms folded by the exporter; input `image`, outputs `maps` and `confidence`, the batch free."""
    network.eval()
    stream = io.BytesIO()
    axes = {name: {0: "N"} for name in ("image", "maps", "confidence")}
    torch.onnx.export(network, (torch.zeros(1, 3, SIDE, SIDE),), stream, input_names=["image"],
                      output_names=["maps", "confidence"], opset_version=OPSET, dynamo=False, dynamic_axes=axes)
    model = onnx.load_from_string(stream.getvalue())
    halve(model)
    model.graph.name, model.producer_name, model.producer_version = "docclf-localiser", "docclf-training", ""
    onnx.checker.check_model(model)
    return model


def write(network: Localiser, path: Path) -> bytes:
    data = to_onnx(network).SerializeToString(deterministic=True)
    part = path.with_suffix(".part")
    part.write_bytes(data)
    part.replace(path)
    return data
