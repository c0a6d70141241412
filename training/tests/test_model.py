"""Head, graph and manifest, on a stand-in trunk; then the shipped package on real images."""

import hashlib
import json

import cv2
import numpy as np
import pytest

from docclf_training import augment, discriminant, export, mobilenet
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


def test_the_graph_is_the_reference_for_any_batch(rng, layers, second, fusion, head):
    model = export.embedder(layers, second, fusion, head).SerializeToString()
    pixels = rng.integers(0, 256, (5, 128, 128, 3), dtype=np.uint8)
    weight, bias = layers[0].weight, layers[0].bias
    patches = normalise(pixels).astype(float).reshape(5, 3, 16, 8, 16, 8).transpose(0, 2, 4, 1, 3, 5).reshape(5, 16, 16, -1)
    value = patches @ weight.reshape(len(weight), -1).T + bias
    value = value * np.clip(value / 6 + 0.5, 0, 1) * layers[0].scale + layers[0].shift
    pooled = value.reshape(5, 4, 4, 4, 4, -1).mean(axis=(2, 4)).transpose(0, 3, 1, 2).reshape(5, -1)
    small = np.stack([cv2.resize(image, (96, 96), interpolation=cv2.INTER_LINEAR)
                      for image in pixels.astype(np.float32)])
    tensor = np.ascontiguousarray(np.moveaxis(small / 127.5 - 1, -1, 1), np.float32)
    maps = export.open_session(second.SerializeToString()).run(None, {"input": tensor})[0]
    places = maps.reshape(5, -1, 4, 3, 4, 3).mean(axis=(3, 5)).reshape(5, mobilenet.CHANNELS, 16)
    places /= np.linalg.norm(places, axis=(1, 2), keepdims=True)
    reduced = np.stack([fusion.directions.T @ item for item in places]).reshape(5, -1)
    joined = np.hstack([pooled / np.linalg.norm(pooled, axis=1, keepdims=True), reduced])
    assert np.allclose(fusion(np.hstack([pooled, maps.reshape(5, -1, 4, 3, 4, 3).mean(axis=(3, 5)).reshape(5, -1)])),
                       joined, atol=1e-6)
    assert export.check(model, head(joined), pixels) < 1e-4
    with pytest.raises(ValueError, match="within"):
        export.check(model, head(joined + 0.5), pixels)


def test_the_fused_feature_keeps_the_channels_that_vary(rng):
    features = rng.normal(0, 0.01, (200, 4 + 6 * 3))
    features[:, 4:].reshape(200, 6, 3)[:, 2] += rng.normal(0, 1, (200, 3))  # channel 2, at every place
    joined = fusing.fit(features, first=4, channels=6, kept=1)
    assert np.abs(joined.directions[:, 0]).argmax() == 2 and joined.directions[2, 0] > 0.9
    assert joined(features).shape == (200, 4 + 3)


def test_shrinking_agrees_with_opencv(rng):
    image = rng.normal(0, 1, (128, 128, 3)).astype(np.float32)
    expected = np.moveaxis(cv2.resize(image, (96, 96), interpolation=cv2.INTER_LINEAR), -1, 0)
    assert np.abs(mobilenet.shrink(np.moveaxis(image, -1, 0)[None])[0] - expected).max() < 1e-4


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
