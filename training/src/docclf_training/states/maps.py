"""The frozen trunk's maps that the head looks at: cut out of a shipped model, whichever it is."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from ..preprocess import normalise

BATCH = 32
DEFAULT_MAPS = ("detector_swish6", "detector_swish10")  # stride 4 for what is fine, stride 8


@dataclass(frozen=True)
class Maps:
    """One array a map, float16 [pictures, channels, height, width]."""

    arrays: tuple[np.ndarray, ...]

    def __getitem__(self, index: np.ndarray) -> list[np.ndarray]:
        return [array[index] for array in self.arrays]


def with_outputs(model: onnx.ModelProto, names: tuple[str, ...]) -> onnx.ModelProto:
    """The model that returns these tensors instead of its own outputs."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.graph.output[:]
    copy.graph.output.extend(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in names)
    return copy


def open_trunk(model: onnx.ModelProto, names: tuple[str, ...]):
    """A function from uint8 [n, 128, 128, 3] to these tensors, one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(with_outputs(model, names).SerializeToString(), options)
    name = session.get_inputs()[0].name
    return lambda pixels: session.run(None, {name: normalise(pixels)})


def compute(model: onnx.ModelProto, names: tuple[str, ...], pixels: np.ndarray, cache: Path | None = None) -> Maps:
    """Of all pictures uint8 [n, 128, 128, 3]; memory-mapped where a cache names files to keep them in."""
    run, arrays = open_trunk(model, names), []
    for start in range(0, len(pixels), BATCH):
        values = run(pixels[start:start + BATCH])
        if not arrays:
            for value, name in zip(values, names, strict=True):
                shape = (len(pixels), *value.shape[1:])
                arrays.append(np.lib.format.open_memmap(cache / f"{name}.npy", "w+", np.float16, shape) if cache
                              else np.empty(shape, np.float16))
        for array, value in zip(arrays, values, strict=True):
            array[start:start + len(value)] = value
    return Maps(tuple(arrays))
