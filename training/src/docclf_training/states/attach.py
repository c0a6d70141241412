"""Puts the head on a shipped model: a second output of the same run, and what the manifest says of it.

The nodes of the embedding are left as they are, and so is the embedding space: a gallery stays valid. A head that is there
already is taken off first.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .. import golden
from ..features import open_session
from ..preprocess import preprocess
from .head import OUTPUT, PREFIX, Head

LARGEST_DIFFERENCE = 1e-3  # of PyTorch's maps in half precision, as they are kept, from those of the run


class Nodes:
    """Collects nodes and half-precision constants, all of them with the head's prefix."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: list[str], name: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [PREFIX + name], name=PREFIX + name, **attributes))
        return PREFIX + name

    def constant(self, name: str, value: np.ndarray) -> str:
        """float16 in the file, float32 when it runs."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value, np.float16), f"{PREFIX}{name}_half"))
        return self.add("Cast", [f"{PREFIX}{name}_half"], name, to=TensorProto.FLOAT)

    def convolution(self, tensor: str, layer, name: str) -> str:
        """A layer of the head: `Conv2d`, or `Linear` as a convolution, so that a vector does not depend on its batch."""
        weight = layer.weight.detach().numpy()
        if weight.ndim == 2:
            weight = weight[:, :, None, None]
        attributes = {"kernel_shape": list(weight.shape[2:])}
        if hasattr(layer, "stride"):
            attributes |= {"strides": list(layer.stride), "pads": 2 * list(layer.padding), "group": layer.groups}
        names = [self.constant(f"{name}_weight", weight), self.constant(f"{name}_bias", layer.bias.detach().numpy())]
        return self.add("Conv", [tensor, *names], name, **attributes)

    def relu(self, tensor: str, name: str) -> str:
        return self.add("Relu", [tensor], name)


def graph_of(head: Head, fine: str, coarse: str) -> Nodes:
    """The same as `Head.forward`, from the names of the two maps."""
    out = Nodes()
    tensor = out.relu(out.convolution(fine, head.fine, "fine"), "fine_relu")
    window = {"kernel_shape": [2, 2], "strides": [2, 2]}
    halves = [out.add("AveragePool", [tensor], "fine_mean", **window), out.add("MaxPool", [tensor], "fine_most", **window)]
    joined = out.add("Concat", [*halves, out.relu(out.convolution(coarse, head.coarse, "coarse"), "coarse_relu")], "joined", axis=1)
    mixed = out.relu(out.convolution(out.convolution(joined, head.depthwise, "depthwise"), head.mix, "mix"), "mixed")
    last = out.relu(out.convolution(out.convolution(mixed, head.halve, "halve"), head.last, "last_mix"), "last")
    mean = out.add("GlobalAveragePool", [last], "last_mean")
    square = out.add("GlobalAveragePool", [out.add("Mul", [last, last], "square")], "square_mean")
    variance = out.add("Sub", [square, out.add("Mul", [mean, mean], "mean_square")], "variance")
    tiny = out.constant("tiny", np.array(1e-4))
    spread = out.add("Sqrt", [out.add("Max", [out.add("Add", [variance, tiny], "raised"), tiny], "kept")], "spread")
    pooled = [out.add("GlobalAveragePool", [mixed], "mixed_mean"), out.add("GlobalMaxPool", [mixed], "mixed_most"), mean,
              out.add("GlobalMaxPool", [last], "last_most"), spread]
    hidden = out.relu(out.convolution(out.add("Concat", pooled, "pooled", axis=1), head.hidden, "hidden"), "hidden_relu")
    value = out.convolution(hidden, head.out, "value")
    norm = out.add("ReduceL2", [value], "norm", axes=[1], keepdims=1)
    unit = out.add("Div", [value, out.add("Max", [norm, tiny], "length")], "unit")
    out.nodes.append(helper.make_node("Flatten", [unit], [OUTPUT], name=OUTPUT, axis=1))
    return out


def without_head(model: onnx.ModelProto) -> onnx.ModelProto:
    """The embedder alone."""
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    for field in (bare.graph.node, bare.graph.initializer, bare.graph.output):
        kept = [item for item in field if item.name != OUTPUT and not item.name.startswith(PREFIX)]
        del field[:]
        field.extend(kept)
    return bare


def with_head(model: onnx.ModelProto, head: Head, maps: tuple[str, str]) -> onnx.ModelProto:
    """The embedder with the second output."""
    full, added = without_head(model), graph_of(head, *maps)
    full.graph.node.extend(added.nodes)
    full.graph.initializer.extend(added.constants)
    dimension = head.out.out_features
    full.graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", dimension]))
    onnx.checker.check_model(full, full_check=True)
    return full


def check(before: bytes, after: bytes, pixels: np.ndarray, expected: np.ndarray) -> None:
    """Raises unless the embedding is the same to the last bit, and the state what PyTorch makes of it, alone and in a batch."""
    image = preprocess(golden.golden_image())[None]
    batch = np.concatenate([image, pixels])
    old, new = open_session(before), open_session(after)
    if not np.array_equal(old.run(["embedding"], {"image": batch})[0], new.run(["embedding"], {"image": batch})[0]):
        raise ValueError("expected the embedding to be the same to the last bit with the head")
    together = new.run([OUTPUT], {"image": pixels})[0]
    alone = np.concatenate([new.run([OUTPUT], {"image": one[None]})[0] for one in pixels])
    if not np.array_equal(together, alone):
        raise ValueError("expected the same state for an image alone and in a batch")
    difference = float(np.abs(together - expected).max())
    if not difference < LARGEST_DIFFERENCE:
        raise ValueError(f"expected a state within {LARGEST_DIFFERENCE} of PyTorch's, got {difference:.2e}")


def write(folder: Path, model: onnx.ModelProto, facts: dict) -> dict:
    """The model's file and its manifest, whose embedding space stays; `facts` is `state` of the manifest without its golden vector."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    data = model.SerializeToString(deterministic=True)
    vector = open_session(data).run([OUTPUT], {"image": preprocess(golden.golden_image())[None]})[0][0]
    manifest |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    head = sorted((item for item in model.graph.initializer if item.name.startswith(PREFIX)), key=lambda item: item.name)
    digest = hashlib.sha256(b"".join(item.raw_data for item in head)).hexdigest()
    state = {"output": OUTPUT, "dimension": len(vector), "space": digest[:12], **facts,
             "golden": [round(float(value), 6) for value in vector]}
    ordered = {}
    for key, value in manifest.items():
        if key == "impostorScores":
            ordered["state"] = state
        if key != "state":
            ordered[key] = value
    (folder / manifest["file"]).write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    return ordered
