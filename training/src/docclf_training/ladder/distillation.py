"""A teacher that is any ONNX file, and three ways to learn from it.

A teacher's last linear layer is often fitted to something else. `Teacher.refit` cuts it off and puts in its
place a whitening (PCA to 256 directions of equal variance) fitted to pictures of ours.
"""

from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from onnx import helper
from torch import Tensor
from torch.nn import functional

from ..discriminant import unit
from ..features import open_session

KINDS = ("kl", "cosine", "relational")
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
SIGNED = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))  # x / 127.5 - 1


def cut_last_linear(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph up to what its last Gemm or MatMul reads."""
    last = max(index for index, node in enumerate(model.graph.node) if node.op_type in ("Gemm", "MatMul"))
    feature, kept = model.graph.node[last].input[0], onnx.ModelProto()
    kept.CopyFrom(model)
    del kept.graph.node[last:], kept.graph.output[:], kept.graph.initializer[:]
    read = {name for node in kept.graph.node for name in node.input}
    kept.graph.initializer.extend(item for item in model.graph.initializer if item.name in read)
    kept.graph.output.append(helper.make_tensor_value_info(feature, onnx.TensorProto.FLOAT, None))
    return kept


class Teacher:
    """uint8 RGB [n, side, side, 3] to float32 unit vectors [n, d]."""

    def __init__(self, model: onnx.ModelProto, mean: tuple[float, ...], deviation: tuple[float, ...],
                 bgr: bool = False) -> None:
        """mean, deviation: of RGB values from 0 to 1, in the order in which the network reads them."""
        self.model, self.bgr = model, bgr
        self.mean, self.deviation = np.float32(mean), np.float32(deviation)
        self.side = model.graph.input[0].type.tensor_type.shape.dim[-1].dim_value or 128
        self.session = open_session(model.SerializeToString())
        self.centre: np.ndarray | None = None
        self.directions: np.ndarray | None = None

    def raw(self, pixels: np.ndarray) -> np.ndarray:
        if pixels.shape[1] != self.side:
            pixels = np.stack([cv2.resize(image, (self.side, self.side), interpolation=cv2.INTER_LINEAR)
                               for image in pixels])
        tensor = (pixels[..., ::-1] if self.bgr else pixels).astype(np.float32) / 255
        tensor = np.moveaxis((tensor - self.mean) / self.deviation, -1, 1)
        name = self.session.get_inputs()[0].name
        rows = [self.session.run(None, {name: np.ascontiguousarray(tensor[start:start + 32])})[0]
                for start in range(0, len(tensor), 32)]
        return np.concatenate(rows).reshape(len(pixels), -1)

    def refit(self, pixels: np.ndarray, dimension: int = 256) -> None:
        """Replaces the last linear layer by a whitening fitted to these pictures."""
        self.model = cut_last_linear(self.model)
        self.session = open_session(self.model.SerializeToString())
        rows = self.raw(pixels).astype(np.float64)
        self.centre = rows.mean(axis=0)
        rows -= self.centre
        # The smaller of the two products has the same eigenvalues: of 1,500 pictures with 4,096 numbers, theirs.
        wide = rows.shape[1] > len(rows)
        variance, vectors = np.linalg.eigh((rows @ rows.T if wide else rows.T @ rows) / len(rows))
        kept = np.arange(len(variance))[::-1][:dimension]
        kept = kept[variance[kept] > 1e-10 * variance[-1]]
        variance, vectors = variance[kept], vectors[:, kept]
        self.directions = rows.T @ vectors / (variance * np.sqrt(len(rows))) if wide else vectors / np.sqrt(variance)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        rows = self.raw(pixels)
        if self.directions is not None:
            rows = (rows - self.centre) @ self.directions
        return unit(rows)


class Teachers:
    """Several as one: their vectors side by side, so that the cosine is the mean of theirs. Remembers answers."""

    def __init__(self, teachers: list[Teacher]) -> None:
        self.teachers = teachers
        self.known: dict[tuple, np.ndarray] = {}

    def __call__(self, pixels: np.ndarray, keys: list[tuple]) -> np.ndarray:
        """keys: what tells these pictures apart from all others; a key seen before is not computed again."""
        new = [index for index, key in enumerate(keys) if key not in self.known]
        if new:
            rows = np.concatenate([teacher(pixels[new]) for teacher in self.teachers], axis=1)
            for index, row in zip(new, rows / np.sqrt(len(self.teachers)), strict=True):
                self.known[keys[index]] = row.astype(np.float16)
        return np.stack([self.known[key] for key in keys]).astype(np.float32)


def default_teachers(folder: Path, pixels: np.ndarray) -> Teachers:
    """The pair of the data folder, refitted to `pixels`. The first reads BGR with ImageNet's RGB numbers."""
    first = Teacher(onnx.load(folder / "ppdet_s8_g4_pca256.onnx"), *IMAGENET, bgr=True)
    second = Teacher(onnx.load(folder / "mbv1_s8_g4_pca256.onnx"), *SIGNED)
    for teacher in (first, second):
        teacher.refit(pixels)
    return Teachers([first, second])


def loss(student: Tensor, teacher: Tensor, kind: str, temperature: float = 0.1) -> Tensor:
    """student, teacher [n, d] of unit length; `relational` also takes different d.

    - `kl`: the vectors' numbers as a softmax's logits, divided by the temperature; KL divergence from the
      teacher's distribution to the student's. It is the published one but for the temperature, without which unit
      vectors give nearly even distributions and hardly a gradient.
    - `cosine`: 1 - cosine.
    - `relational`: mean squared difference of all cosines within the batch (arXiv:1907.09682 without its
      row norms).
    """
    if kind == "kl":
        target = functional.log_softmax(teacher / temperature, dim=1)
        return functional.kl_div(functional.log_softmax(student / temperature, dim=1), target,
                                 reduction="batchmean", log_target=True)
    if kind == "cosine":
        return (1 - (student * teacher).sum(dim=1)).mean()
    if kind == "relational":
        apart = ~torch.eye(len(student), dtype=torch.bool)
        return (student @ student.T - teacher @ teacher.T)[apart].square().mean()
    raise ValueError(f"expected a distillation of {KINDS}, got {kind}")
