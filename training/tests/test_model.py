"""Head, graph and manifest, on a stand-in trunk; then the shipped package on real images."""

import hashlib
import json

import numpy as np
import onnx
import pytest

from docclf_training import augment, chain, discriminant, export, mobilenet, trunk
from docclf_training import fusion as fusing
from docclf_training.data import PROJECT, held_out, read_stratum
from docclf_training.evaluate import embed_with, read_pixels
from docclf_training.golden import golden_image
from docclf_training.preprocess import normalise, preprocess


def test_scatter_agrees_with_sums_written_out(rng):
    features = rng.normal(1, 1, (9, 4, 5))
    views = [0, 2, 3]
    rows = features[:, views].astype(float)
    means = rows.mean(axis=1)
    within = sum(np.outer(row - mean, row - mean) for group, mean in zip(rows, means) for row in group) / (9 * 2)
    between = sum(np.outer(mean - means.mean(axis=0), mean - means.mean(axis=0)) for mean in means) / 9
    found = discriminant.scatter(features, views, block=4)
    assert np.allclose(found.within, within, atol=1e-6) and np.allclose(found.between, between, atol=1e-6)


def test_parts_of_one_size_blend_to_the_scatter_of_all(rng):
    features = rng.normal(1, 1, (12, 4, 5))
    views = [0, 1, 2, 3]
    blended = discriminant.blend([discriminant.scatter(part, views) for part in np.split(features, 3)])
    whole = discriminant.scatter(features, views)
    for name in ("mean", "within", "between"):
        assert np.allclose(getattr(blended, name), getattr(whole, name), atol=1e-6)


def test_the_head_finds_the_direction_that_tells_classes_apart(rng):
    features = rng.normal(0, 0.3, (400, 5, 8))
    features[..., 0] += 3
    features[..., 1] = rng.normal(0, 1, (400, 1)) + rng.normal(0, 0.01, (400, 5))
    head = discriminant.fit(discriminant.scatter(features, list(range(5))), dimension=2)
    assert np.abs(head.matrix[0]).argmax() == 1
    assert head.ratio[0] > 20 * head.ratio[1]


def test_the_graph_is_the_reference_for_any_batch(rng, network):
    model = export.embedder(network).SerializeToString()
    pixels = rng.integers(0, 256, (5, 128, 128, 3), dtype=np.uint8)
    layer = network.detector[0]
    patches = normalise(pixels).astype(float).reshape(5, 3, 16, 8, 16, 8).transpose(0, 2, 4, 1, 3, 5).reshape(5, 16, 16, -1)
    value = patches @ layer.weight.reshape(len(layer.weight), -1).T + layer.bias
    value = value * np.clip(value / 6 + 0.5, 0, 1) * layer.scale + layer.shift
    pooled = value.reshape(5, 4, 4, 4, 4, -1).mean(axis=(2, 4)).transpose(0, 3, 1, 2).reshape(5, -1, 16)
    small = normalise(pixels).reshape(5, 3, 64, 2, 64, 2).mean(axis=(3, 5))
    maps = np.stack([chain.run(network.mobilenet, image) for image in small])
    places = maps.reshape(5, -1, 4, 2, 4, 2).mean(axis=(3, 5)).reshape(5, mobilenet.CHANNELS, 16)
    reduced = np.stack([network.fusion.directions.T @ (item / np.linalg.norm(item, axis=0)) for item in places])
    joined = np.concatenate([pooled / np.linalg.norm(pooled, axis=1, keepdims=True), reduced], axis=1).reshape(5, -1)
    assert np.allclose(network.fusion(np.concatenate([pooled, places], axis=1).reshape(5, -1)), joined, atol=1e-6)
    assert np.allclose(export.reference(network, pixels), network.head(joined), atol=1e-5)
    assert export.check(model, network.head(joined), pixels) < 1e-4
    with pytest.raises(ValueError, match="within"):
        export.check(model, network.head(joined + 0.5), pixels)


def test_the_trunks_alone_return_what_the_head_is_fitted_on(rng, network):
    pixels = rng.integers(0, 256, (2, 128, 128, 3), dtype=np.uint8)
    session = export.open_session(export.features_model(network.detector, network.mobilenet))
    features = session.run(None, {"image": normalise(pixels)})[0]
    assert np.allclose(network.head(network.fusion(features)), export.reference(network, pixels), atol=1e-5)


def chain_of(rng):
    """Depthwise, strided and unevenly padded convolutions with numbers between them, [3, 32, 32] to [8, 8, 8]."""
    layers = []
    for inputs, outputs, kernel, stride, pads, group, activation, scale, shift in (
            (3, 6, 3, 2, [1, 1, 1, 1], 1, "hard_swish", 0.8, -0.3), (6, 6, 3, 2, [0, 0, 1, 1], 6, "relu6", 1.4, 0.2),
            (6, 8, 1, 1, [0, 0, 0, 0], 1, "", 0.6, 0.1)):
        attributes = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": pads, "group": group}
        layer = chain.Layer(rng.normal(0, 0.3, (outputs, inputs // group, kernel, kernel)), rng.normal(0, 1, outputs), attributes)
        layer.activation, layer.scale, layer.shift = activation, scale, shift
        layers.append(layer)
    return layers


def run_onnx(layers, image):
    writer = chain.GraphWriter()
    output = writer.chain(layers, "image", "some")
    model = writer.model("chain", [onnx.helper.make_tensor_value_info("image", 1, ["N", 3, 32, 32])],
                         [onnx.helper.make_tensor_value_info(output, 1, ["N", 8, 8, 8])])
    return export.open_session(model.SerializeToString()).run(None, {"image": image[None].astype(np.float32)})[0][0]


def test_a_chain_in_numpy_agrees_with_onnx_runtime(rng):
    settled, image = trunk.settle(chain_of(rng)), rng.normal(0, 1, (3, 32, 32))
    last = settled[-1]
    assert np.allclose(run_onnx(settled, image) * last.scale + last.shift, chain.run(settled, image), atol=1e-4)


def test_settling_changes_the_border_alone(rng):
    layers, image = chain_of(rng), rng.normal(0, 1, (3, 32, 32))
    before, after = chain.run(layers, image), chain.run(trunk.settle(layers), image)
    assert np.allclose(before[:, :-1, :-1], after[:, :-1, :-1], atol=1e-9)
    assert np.abs(before - after).max() > 1e-3
    assert all((layer.scale, layer.shift) == (1, 0) for layer in trunk.settle(layers)[:-1])


def test_the_second_trunk_reads_the_products_tensor(rng, second):
    pixels = rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    original = np.moveaxis(pixels, -1, 0)[None].astype(np.float32) / 127.5 - 1
    expected = export.open_session(second.SerializeToString()).run(None, {"input": original})[0][0]
    found = chain.run(mobilenet.read_mobilenet(second), normalise(pixels))
    assert np.allclose(found[:, :-1, :-1], expected[:, :-1, :-1], atol=1e-4)


def test_the_fused_feature_keeps_the_channels_that_vary(rng):
    features = rng.normal(0, 0.01, (200, 4 + 6 * 3))
    features[:, 4:].reshape(200, 6, 3)[:, 2] += rng.normal(0, 1, (200, 3))  # channel 2, at every place
    joined = fusing.fit(features, first=4, channels=6, kept=1)
    assert np.abs(joined.directions[:, 0]).argmax() == 2 and joined.directions[2, 0] > 0.9
    assert joined(features).shape == (200, 4 + 3)


def test_every_place_counts_alike_whatever_lies_there(rng):
    features = np.abs(rng.normal(0, 1, (7, 6 * 4 + 5 * 4)))
    joined = fusing.Fusion(24, np.eye(5, dtype=np.float32))
    ruined = features.copy()
    ruined[:, 2:24:4] *= 50  # place 2 of the first trunk, by a hard light
    assert np.allclose(joined(ruined), joined(features), atol=1e-6)
    assert np.allclose(np.linalg.norm(joined(features)[:, :24].reshape(7, 6, 4), axis=1), 1, atol=1e-6)


def test_a_capture_depends_on_its_seed_alone(rng):
    image = rng.integers(0, 256, (90, 140, 3), dtype=np.uint8)
    first, again, other = (augment.capture(image, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert first.dtype == np.uint8 and min(first.shape[:2]) >= 24


def test_families_are_held_out_by_name_and_in_the_asked_share():
    share = np.mean([held_out(f"source/{number}", 0.2) for number in range(5000)])
    assert 0.18 < share < 0.22


@pytest.fixture
def package():
    folder = PROJECT / "packages" / "model"
    if not (folder / "manifest.json").exists():
        pytest.skip("no packages/model beside training")
    return folder


def test_the_shipped_files_agree_with_each_other(package):
    manifest = json.loads((package / "manifest.json").read_text())
    data = (package / manifest["file"]).read_bytes()
    assert (manifest["bytes"], manifest["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert manifest["bytes"] < 6e6 and manifest["impostorScores"]["pairs"] >= 1e7
    table = manifest["impostorScores"]["table"]
    assert [row["fpr"] for row in table] == sorted((row["fpr"] for row in table), reverse=True)
    assert [row["score"] for row in table] == sorted(row["score"] for row in table)
    session = export.open_session(data)
    vector = session.run(None, {"image": preprocess(golden_image())[None]})[0][0]
    assert vector @ np.array(manifest["golden"]["vector"]) >= manifest["golden"]["minimumCosine"]


def test_the_shipped_model_names_most_real_photos(package, data):
    """A floor far below the card's figures: it finds a broken file, not a worse one."""
    samples = [item for item in read_stratum(data / "bench" / "aligned") if item.source == "book_photos"]
    labels = np.unique([item.label for item in samples], return_inverse=True)[1]
    embeddings = embed_with(package / "docclf-base.onnx")(read_pixels(samples))
    scores = embeddings @ embeddings.T - 2 * np.eye(len(labels))
    assert np.mean(labels[scores.argmax(axis=1)] == labels) > 0.9
