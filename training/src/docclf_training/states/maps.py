"""What the head looks at: pooled maps of the frozen trunk of a shipped model, whichever it is, and the model's embeddings."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from ..preprocess import normalise
from .attach import POOLED, pooled_nodes

BATCH = 32
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


def compute(model: onnx.ModelProto, maps: tuple[str, str], pixels: np.ndarray, cache: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pooled maps float16 [n, inputs, 8, 8] and embeddings of all pictures; memory-mapped, kept in files of this name."""
    run, arrays = open_trunk(model, maps), []
    for start in range(0, len(pixels), BATCH):
        values = run(pixels[start:start + BATCH])
        if not arrays:
            arrays = [np.lib.format.open_memmap(f"{cache}-{name}.npy", "w+", np.float16, (len(pixels), *value.shape[1:]))
                      for name, value in zip(("pooled", "embeddings"), values, strict=True)]
        for array, value in zip(arrays, values, strict=True):
            array[start:start + len(value)] = value
    return arrays[0], arrays[1]
