"""The shipped file read back, and live classes, on small stand-ins."""

import cv2
import numpy as np
import pytest

from docclf_training import export, shipped
from docclf_training.data import Picture


def test_a_file_that_was_read_is_written_again_byte_by_byte(network, rng):
    network.detector[-1].scale, network.detector[-1].shift = 0.7, -0.2
    file = export.embedder(network).SerializeToString(deterministic=True)
    read = shipped.read_embedder(file)
    assert export.embedder(read).SerializeToString(deterministic=True) == file
    pixels = rng.integers(0, 256, (3, 128, 128, 3), dtype=np.uint8)
    assert np.abs(export.reference(read, pixels) - export.reference(network, pixels)).max() < 1e-5


def test_a_graph_of_another_make_is_refused(layers, second):
    from docclf_training.mobilenet import read_mobilenet

    with pytest.raises(ValueError, match="export.embedder"):
        shipped.read_embedder(export.features_model(layers, read_mobilenet(second)))


@pytest.fixture
def classes(rng):
    pytest.importorskip("torch", reason="no PyTorch: pip install -e 'training[gradient]' to run these tests")
    from docclf_training.gradient.live import live

    def picture(name):
        base = rng.integers(0, 256, (8, 6, 3), dtype=np.uint8).repeat(16, axis=0).repeat(16, axis=1)
        return Picture(name, name, cv2.imencode(".png", base)[1].tobytes())

    pictures = [picture(name) for name in ("texlive/a_1.jpg", "texlive/a_2.jpg", "book_covers/1_x.jpg")]
    return live(pictures, pictures[2:], [[picture(f"election_pdf/c_{index}.jpg") for index in range(3)]], 2)


def test_live_classes_are_pictures_siblings_forms_and_papers(classes):
    assert classes.kind.tolist() == ["pages", "pages", "covers", "sibling", "forms", *["papers"] * 4]
    assert classes.group[0] == classes.group[1] and len(set(classes.group)) == len(classes) - 1
    assert [len(classes.clean_views(label)) for label in range(len(classes))] == [1, 1, 1, 1, 3, 3, 3, 3, 3]


def test_a_live_view_follows_from_its_address(classes):
    for label in range(len(classes)):
        addresses = [classes.draw(label, np.random.default_rng(seed)) for seed in range(4)]
        pixels = classes.look(addresses)
        assert pixels.shape == (4, 128, 128, 3) and np.array_equal(pixels, classes.look(addresses))
    assert not np.array_equal(classes.view(5, 0, 1), classes.view(5, 0, 2))  # another filling


def test_a_tuning_on_live_classes_goes_on_from_a_file(classes, network, tmp_path):
    from docclf_training.gradient import tune as tuning

    quick = tuning.Tuning(steps=4, batch=8, near=2, others=4, again=2, warmup=1, averaging=0.8,
                          shares=(("pages", 0.4), ("forms", 0.3), ("papers", 0.3)))
    read = shipped.read_embedder(export.embedder(network).SerializeToString())
    tuned = tuning.tune(read, classes, tmp_path, quick)
    again = tuning.tune(read, classes, tmp_path, quick)  # from its last checkpoint
    assert np.array_equal(tuned.head.matrix, again.head.matrix)
    assert np.abs(tuned.head.matrix - read.head.matrix).max() > 0


def test_features_are_those_of_the_whole_network_and_go_on_where_they_were_stopped(classes, network, tmp_path, monkeypatch):
    from docclf_training.evaluate import embed_with
    from docclf_training.gradient import refit

    shares = (("pages", 0.5), ("covers", 0.2), ("papers", 0.3))
    seen = refit.Seen(classes, 40, shares)
    assert len(seen.addresses) == len(seen.clean) + 40
    drawn = np.bincount([label for label, _, _ in seen.addresses[len(seen.clean):]], minlength=len(classes))
    assert drawn.tolist() == [10, 10, 8, 0, 0, 3, 3, 3, 3]
    look, calls = type(classes).look, []

    def stopped(self, chosen):
        if len(calls) == 1:
            raise KeyboardInterrupt
        calls.append(len(chosen))
        return look(self, chosen)

    monkeypatch.setattr(refit, "AT_ONCE", 8)
    monkeypatch.setattr(type(classes), "look", stopped)
    with pytest.raises(KeyboardInterrupt):
        seen.compute(network, tmp_path)
    monkeypatch.setattr(type(classes), "look", look)
    seen.compute(network, tmp_path)
    pixels = classes.look(seen.addresses)
    assert np.abs(network.head(seen.look(slice(None))) - embed_with(export.embedder(network).SerializeToString())(pixels)).max() < 0.01


def test_a_refit_changes_the_head_alone(classes, network, tmp_path):
    from docclf_training.gradient import refit
    from docclf_training.gradient.tune import Tuning, tune

    seen = refit.Seen(classes, 40, (("pages", 0.5), ("papers", 0.5)))
    seen.compute(network, tmp_path)
    quick = Tuning(steps=12, batch=16, near=3, others=6, again=5, warmup=2, averaging=0.8, head_rate=1e-2,
                   shares=(("pages", 0.5), ("papers", 0.5)))
    tuned = tune(network, seen, tmp_path, quick, refit.HEAD)
    assert np.array_equal(tuned.detector[0].weight, network.detector[0].weight)
    assert np.array_equal(tuned.fusion.directions, network.fusion.directions)
    assert np.abs(tuned.head.matrix - network.head.matrix).max() > 0.01
    assert np.array_equal(tuned.head.matrix, tuned.head.matrix.astype(np.float16).astype(np.float32))
