"""Puts the head on a shipped model: a second output of the same run, and what the manifest says of it.

The nodes of the embedding are left as they are, and so is the embedding space: a gallery stays valid. A head that is there
already is taken off first.
"""

import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .. import golden
from ..features import open_session
from ..preprocess import preprocess
from .head import PLACES, SHRUNK, STRONGEST, Head

PREFIX = "state_"  # of every node and constant, so that a head can be taken off again
OUTPUT = "state"
POOLED = PREFIX + "pooled"
GOLDEN_STEP = 8  # every so many numbers of the golden image are kept
LARGEST_DIFFERENCE = 2e-2  # of float16 weights from float32 ones; maps are of the order of 1


def pooled_nodes(model: onnx.ModelProto, maps: tuple[str, str]) -> list[onnx.NodeProto]:
    """Over PLACES x PLACES places, as one tensor POOLED: mean and maximum of each map, a map of that size as it is; mean, maximum and minimum of the picture."""
    image = model.graph.input[0]
    infos = [image, *onnx.shape_inference.infer_shapes(model).graph.value_info]
    sides = {item.name: item.type.tensor_type.shape.dim[2].dim_value for item in infos if item.name in (*maps, image.name)}
    nodes, parts = [], []

    def pool(kind: str, source: str, step: int) -> str:
        name = f"{PREFIX}{kind}_{source.removeprefix(PREFIX)}"
        nodes.append(helper.make_node(kind, [source], [name], name=name, kernel_shape=[step] * 2, strides=[step] * 2))
        return name

    def negated(source: str, name: str) -> str:
        nodes.append(helper.make_node("Neg", [source], [PREFIX + name], name=PREFIX + name))
        return PREFIX + name

    for name in (*maps, image.name):
        step = sides[name] // PLACES
        parts += [name] if step == 1 else [pool(kind, name, step) for kind in ("AveragePool", "MaxPool")]
    darkest = pool("MaxPool", negated(image.name, "negative"), sides[image.name] // PLACES)
    parts.append(negated(darkest, "darkest"))
    return [*nodes, helper.make_node("Concat", parts, [POOLED], name=POOLED, axis=1)]


def without_head(model: onnx.ModelProto) -> onnx.ModelProto:
    """The embedder alone."""
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    for field in (bare.graph.node, bare.graph.initializer, bare.graph.output):
        kept = [item for item in field if item.name != OUTPUT and not item.name.startswith(PREFIX)]
        del field[:]
        field.extend(kept)
    return bare


def convolution(name: str, source: str, weight: np.ndarray, bias: np.ndarray, then: str = "") -> tuple[list, list[onnx.NodeProto]]:
    """Constants in half precision and nodes of one layer from a tensor to the tensor `name`, by `then` where it is given."""
    constants, nodes = [], []
    for part, value in (("weight", weight), ("bias", bias)):
        constants.append(numpy_helper.from_array(value.astype(np.float16), f"{name}_{part}_half"))
        nodes.append(helper.make_node("Cast", [f"{name}_{part}_half"], [f"{name}_{part}"], name=f"{name}_{part}", to=TensorProto.FLOAT))
    side, groups = weight.shape[2], len(weight) if weight.shape[1] == 1 else 1
    result = f"{name}_linear" if then else name
    nodes.append(helper.make_node("Conv", [source, f"{name}_weight", f"{name}_bias"], [result], name=result, group=groups,
                                  kernel_shape=[side] * 2, pads=[side // 2] * 4))
    if then:
        nodes.append(helper.make_node(then, [result], [name], name=name))
    return constants, nodes


def with_head(model: onnx.ModelProto, head: Head, maps: tuple[str, str]) -> onnx.ModelProto:
    """The embedder with the second output: state maps [N, channels * places], weights in half precision."""
    full = without_head(model)
    full.graph.node.extend(pooled_nodes(full, maps))
    wide, around, summed, result = (PREFIX + name for name in ("wide", "around", "sum", "map"))
    weight, bias = (item.detach().numpy() for item in head.widening())
    for layer in (convolution(wide, POOLED, weight[:, :, None, None], bias, "Relu"),
                  convolution(around, wide, head.around.weight.detach().numpy(), head.around.bias.detach().numpy(), "Relu"),
                  ([], [helper.make_node("Add", [wide, around], [summed], name=summed)]),
                  convolution(result, summed, head.project.weight.detach().numpy(), head.project.bias.detach().numpy())):
        full.graph.initializer.extend(layer[0])
        full.graph.node.extend(layer[1])
    full.graph.node.append(helper.make_node("Flatten", [result], [OUTPUT], name=OUTPUT, axis=1))
    size = head.project.out_channels * PLACES**2
    full.graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", size]))
    onnx.checker.check_model(full, full_check=True)
    return full


def check(before: bytes, after: bytes, pixels: np.ndarray, expected: np.ndarray) -> None:
    """Raises unless the embedding is the same to the last bit, and the state maps [n, channels, side, side] as PyTorch has them, alone and in a batch."""
    image = preprocess(golden.golden_image())[None]
    batch = np.concatenate([image, pixels])
    old, new = open_session(before), open_session(after)
    if not np.array_equal(old.run(["embedding"], {"image": batch})[0], new.run(["embedding"], {"image": batch})[0]):
        raise ValueError("expected the embedding to be the same to the last bit with the head")
    together = new.run([OUTPUT], {"image": pixels})[0]
    alone = np.concatenate([new.run([OUTPUT], {"image": one[None]})[0] for one in pixels])
    if not np.array_equal(together, alone):
        raise ValueError("expected the same state for an image alone and in a batch")
    difference = float(np.abs(together - expected.reshape(together.shape)).max())
    if not difference < LARGEST_DIFFERENCE:
        raise ValueError(f"expected a state within {LARGEST_DIFFERENCE} of PyTorch's, got {difference:.2e}")


def comparison(head: Head) -> dict:
    """The layers beside the network, one after another, row by row: weights, then bias; float16, little-endian, in base64."""
    layers = [head.first, head.near, head.second, head.out]
    values = np.concatenate([np.concatenate([layer.weight.detach().numpy().ravel(), layer.bias.detach().numpy()]) for layer in layers])
    return {"fine": head.first.out_features, "hidden": head.second.out_features, "dimension": head.out.out_features,
            "strongest": STRONGEST, "shrunk": SHRUNK, "weights": base64.b64encode(values.astype("<f2").tobytes()).decode()}


def write(folder: Path, model: onnx.ModelProto, head: Head, facts: dict) -> dict:
    """The model's file and its manifest, whose embedding space stays; `facts` are the numbers of `fit`."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    data = model.SerializeToString(deterministic=True)
    state = open_session(data).run([OUTPUT], {"image": preprocess(golden.golden_image())[None]})[0][0]
    layers = comparison(head)
    constants = [item for item in model.graph.initializer if item.name.startswith(PREFIX)]
    digest = hashlib.sha256(b"".join(item.raw_data for item in constants) + layers["weights"].encode()).hexdigest()
    manifest |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    section = {"output": OUTPUT, "channels": head.project.out_channels, "places": PLACES**2, "space": digest[:12],
               "comparison": layers, **facts, "golden": [round(float(value), 4) for value in state[::GOLDEN_STEP]]}
    ordered = {}
    for key, value in manifest.items():
        if key == "impostorScores":
            ordered["state"] = section
        if key != "state":
            ordered[key] = value
    (folder / manifest["file"]).write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    return ordered
