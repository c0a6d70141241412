"""What the head looks at: the picture and maps of the frozen trunk of a shipped model, whichever it is, pooled; and the model's embeddings."""

import hashlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from ..preprocess import normalise
from .attach import POOLED, pooled_nodes
from .scenes import read_scenes

DEFAULT_MAPS = ("detector_swish6", "detector_swish10")  # stride 4 for what is fine, stride 8


def open_trunk(model: onnx.ModelProto, maps: tuple[str, str]):
    """A function from uint8 [n, 128, 128, 3] to pooled maps and embeddings, one thread."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.node.extend(pooled_nodes(copy, maps))
    names = (POOLED, copy.graph.output[0].name)
    copy.graph.output.append(onnx.helper.make_tensor_value_info(POOLED, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(copy.SerializeToString(), options)
    image = session.get_inputs()[0].name
    return lambda pixels: session.run(names, {image: normalise(pixels)})


def compute(model: onnx.ModelProto, maps: tuple[str, str], files: list[Path]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Of each file of scenes the pooled maps float16 [documents, VIEWS, inputs, 16, 16], memory-mapped, and the embeddings; kept beside it."""
    recipe = model.SerializeToString(deterministic=True) + str(maps).encode() + Path(__file__).with_name("attach.py").read_bytes()
    key, run, pooled, embeddings = hashlib.sha256(recipe).hexdigest()[:8], None, [], []
    for file in files:
        done = [file.with_suffix(f".{key}.{name}.npy") for name in ("pooled", "embeddings")]
        if not all(one.exists() for one in done):
            run = run or open_trunk(model, maps)
            values = [run(views) for views in read_scenes(file).pixels]
            for one, value in zip(done, zip(*values, strict=True), strict=True):
                partial = one.with_suffix(".partial")
                with partial.open("wb") as stream:
                    np.save(stream, np.stack(value).astype(np.float16))
                partial.rename(one)
        pooled.append(np.load(done[0], mmap_mode="r"))
        embeddings.append(np.load(done[1]))
    return pooled, embeddings
