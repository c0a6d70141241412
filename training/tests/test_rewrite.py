"""A package whose file has an older graph, and an output that is none of the embedder's."""

import json

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from docclf_training import export, rewrite
from docclf_training.data import PROJECT
from docclf_training.evaluate import embed_with
from docclf_training.features import open_session
from docclf_training.preprocess import normalise


def convolved(model):
    """The head as it was once: a 4x4 convolution over the maps."""
    old = onnx.ModelProto()
    old.CopyFrom(model)
    nodes = []
    for node in old.graph.node:
        if node.op_type == "Gemm":
            nodes += [helper.make_node("Conv", ["fused", "head", "centre"], ["spread"], "spread", kernel_shape=[4, 4]),
                      helper.make_node("Flatten", ["spread"], ["projected"], "projected", axis=1)]
        elif node.output[0] != "features":
            nodes.append(node)
    for index, item in enumerate(old.graph.initializer):
        if item.name == "head_half":
            matrix = numpy_helper.to_array(item)
            old.graph.initializer[index].CopyFrom(numpy_helper.from_array(matrix.reshape(len(matrix), -1, 4, 4), "head_half"))
    del old.graph.node[:]
    old.graph.node.extend(nodes)
    return old


def test_places_where_nothing_is_stay_zeros(network):
    network.mobilenet[-1].bias[:] = -1e6  # and so nothing passes its last activation
    pixels = np.zeros((2, 128, 128, 3), np.uint8)
    file = export.embedder(network).SerializeToString()
    assert export.check(file, export.reference(network, pixels), pixels) < 1e-5


def with_output(model):
    """A second output of the same run, with a constant of its own."""
    model.graph.initializer.append(numpy_helper.from_array(np.float32(3), "other_factor"))
    model.graph.node.append(helper.make_node("Mul", ["detector_map", "other_factor"], ["other_scaled"], "other_scaled"))
    model.graph.node.append(helper.make_node("GlobalAveragePool", ["other_scaled"], ["other"], "other"))
    model.graph.output.append(helper.make_tensor_value_info("other", 1, ["N", "channels", 1, 1]))
    return model


@pytest.fixture
def package(network, tmp_path):
    old = with_output(convolved(export.embedder(network)))
    onnx.checker.check_model(old)
    (tmp_path / "model.onnx").write_bytes(old.SerializeToString())
    manifest = {"file": "model.onnx", "sha256": "", "bytes": 0, "embeddingSpace": "docclf@1"}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def test_no_vector_moves_and_the_space_and_the_other_output_stay(package, rng):
    pixels = rng.integers(0, 256, (4, 128, 128, 3), dtype=np.uint8)
    before = (package / "model.onnx").read_bytes()
    assert rewrite.rewrite(package) < 1e-6
    after = (package / "model.onnx").read_bytes()
    assert np.abs(embed_with(before)(pixels) - embed_with(after)(pixels)).max() < 1e-6
    other = [open_session(data).run(["other"], {"image": normalise(pixels)})[0] for data in (before, after)]
    assert np.array_equal(*other)
    assert {node.op_type for node in onnx.load_from_string(after).graph.node} >= {"Gemm", "GlobalAveragePool"}
    manifest = json.loads((package / "manifest.json").read_text())
    assert manifest["embeddingSpace"] == "docclf@1" and manifest["bytes"] == len(after)
    assert rewrite.rewrite(package) == 0 and (package / "model.onnx").read_bytes() == after


def test_the_file_that_ships_is_what_the_code_writes():
    package = PROJECT / "packages" / "model"
    file = onnx.load(package / json.loads((package / "manifest.json").read_text())["file"])
    fresh = rewrite.rewritten(file)
    assert list(file.graph.node) == list(fresh.graph.node) and list(file.graph.initializer) == list(fresh.graph.initializer)


def test_a_graph_that_gives_other_vectors_is_refused(package, monkeypatch, network):
    network.head.matrix[0] *= 2
    monkeypatch.setattr(rewrite, "read_embedder", lambda data: network)
    before = (package / "model.onnx").read_bytes()
    with pytest.raises(ValueError, match="expected"):
        rewrite.rewrite(package)
    assert (package / "model.onnx").read_bytes() == before
