"""The pair of trunks in PyTorch and its tuning, on small stand-ins and made-up pictures."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="no PyTorch: pip install -e 'training[gradient]' to run these tests")
torch.set_num_threads(1)

from docclf_training import export  # noqa: E402
from docclf_training.data import Picture  # noqa: E402
from docclf_training.discriminant import unit  # noqa: E402
from docclf_training.gradient import loop  # noqa: E402
from docclf_training.gradient import tune as tuning  # noqa: E402
from docclf_training.gradient.network import embed  # noqa: E402
from docclf_training.gradient.pair import Pair  # noqa: E402
from docclf_training.preprocess import normalise  # noqa: E402
from docclf_training.views import Views  # noqa: E402

QUICK = tuning.Tuning(steps=12, batch=16, near=3, others=10, again=5, warmup=3, averaging=0.8)


def test_the_pair_is_the_reference_and_is_written_back_as_it_was_read(rng, network):
    pixels = rng.integers(0, 256, (4, 128, 128, 3), dtype=np.uint8)
    pair = Pair(network).eval()
    expected = export.reference(network, pixels)
    assert np.abs(embed(pair, pixels) - expected).max() < 1e-4
    again = pair.network()
    assert np.abs(export.reference(again, pixels) - expected).max() < 1e-4
    assert np.array_equal(again.head.matrix, again.head.matrix.astype(np.float16).astype(np.float32))
    assert export.check(export.embedder(again).SerializeToString(), embed(Pair(again).eval(), pixels), pixels) < 1e-4


NAMES = ["texlive/thesis_1.jpg", "texlive/thesis_2.jpg", "election_pdf/a_1.jpg", "election_pdf/b_1.jpg",
         "book_covers/1_x.jpg", "book_covers/2_x.jpg", "unique_pool/3.jpg"]


@pytest.fixture
def classes(rng, tmp_path):
    """Seven pictures with all that belongs to them, two drawn layouts, one form of three fillings."""
    pictures = [Picture(name, name, b"") for name in NAMES]

    def shelf(name, count, views):
        paths = []
        for index in range(count):
            base = rng.integers(0, 256, (1, 8, 8, 3)).repeat(16, axis=1).repeat(16, axis=2)
            paths.append(tmp_path / f"{name}{index}.npy")
            np.save(paths[-1], np.clip(base + rng.normal(0, 20, (views, 128, 128, 3)), 0, 255).astype(np.uint8))
        return Views(paths)

    form = [Picture(f"election_pdf/c_{index}.jpg", f"c{index}", b"") for index in range(3)]
    return tuning.gather(pictures, shelf("captures", 7, 3), shelf("cut", 7, 1), [4, 5, 6], shelf("film", 3, 2),
                         shelf("sibling", 3, 2), shelf("drawn", 2, 4), [form], shelf("contents", 3, 2))


def test_families_forms_siblings_and_layouts_become_classes_and_groups(classes):
    group = classes.group
    assert classes.kind.tolist() == ["pages"] * 4 + ["covers"] * 2 + ["cards"] + ["sibling"] * 3 + ["drawn"] * 2 + ["forms"]
    assert group[0] == group[1] and group[2] == group[3] == group[12]  # one family; forms of elections
    assert len(set(group)) == len(group) - 3  # everything else stands alone
    assert [len(views) for views in classes.views] == [4] * 4 + [6] * 3 + [2] * 3 + [4] * 2 + [6]
    assert classes.clean == [1] * 10 + [2, 2, 3]
    assert classes.views[12][:3] == [(5, 0, 0), (5, 1, 0), (5, 2, 0)]  # first the fillings as they are
    assert classes.views[5][-2:] == [(2, 1, 0), (2, 1, 1)]
    assert np.array_equal(classes.look([(0, 4, 2)])[0], np.load(classes.shelves[0].paths[4])[2])


def test_a_step_shows_the_kinds_as_often_as_asked_and_spares_the_own_group(classes):
    near = np.arange(len(classes))[:, None].repeat(3, axis=1)[::-1]
    wanted = replace(QUICK, batch=4000, shares=(("cards", 0.3), ("pages", 0.6), ("nothing", 0.5), ("forms", 0.1)))
    step = tuning.Step(classes, wanted, 3, near)
    share = {name: (classes.kind[step.target] == name).mean() for name in set(classes.kind)}
    assert share["cards"] == pytest.approx(0.3, abs=0.03) and share["forms"] == pytest.approx(0.1, abs=0.03)
    assert share["covers"] == 0
    assert np.array_equal(step.centres[step.column], step.target)
    for row, target in list(enumerate(step.target))[:50]:
        assert step.views[row] in classes.views[target] and set(near[target]) <= set(step.centres)
        assert np.array_equal(step.negative[row], classes.group[step.centres] != classes.group[target])
    again, other = tuning.Step(classes, wanted, 3, near), tuning.Step(classes, wanted, 4, near)
    assert again.views == step.views and other.views != step.views


def test_the_nearest_centres_are_those_of_all_cosines(rng):
    centres = rng.normal(0, 1, (30, 5)).astype(np.float32)
    cosine = unit(centres) @ unit(centres).T - 3 * np.eye(30)
    assert np.array_equal(tuning.nearest(torch.from_numpy(centres), 4, block=7), np.argsort(-cosine, axis=1)[:, :4])


def test_jitter_moves_and_tints_a_picture_a_little(rng):
    pixels = np.full((200, 128, 128, 3), 120, np.uint8)
    seen = tuning.jitter(pixels, np.random.default_rng(3)).numpy()
    plain = normalise(pixels[:1])
    assert seen.shape == (200, 3, 128, 128) and seen.dtype == np.float32
    flat = np.ptp(seen.reshape(200, 3, -1), axis=2).max(axis=1) < 1e-5
    assert 0.85 < flat.mean() < 0.98  # the others have a rectangle over them
    assert 0 < np.abs(seen[flat] - plain).mean() < 0.5
    pixels[:, 64:] = 0
    edges = (tuning.jitter(pixels, np.random.default_rng(4)).numpy()[:, 0, :, 0] > -1).sum(axis=1)
    assert {62, 63, 64, 65, 66} <= set(edges.tolist())


def test_targets_are_the_vectors_of_the_clean_views(network, classes):
    pair = Pair(network).eval()
    found = tuning.targets(pair, classes, block=5)
    clean = embed(pair, np.stack([np.load(path)[0] for path in classes.shelves[5].paths]))
    assert np.allclose(found[12], unit(clean.mean(axis=0)), atol=1e-5)
    assert np.allclose(found[4], embed(pair, np.load(classes.shelves[0].paths[4])[:1])[0], atol=1e-5)


def test_tuning_parts_classes_and_leaves_a_network_of_the_same_shape(network, classes, tmp_path):
    run = tuning.Run(network, classes, replace(QUICK, trunk_rate=1e-3, head_rate=1e-2))
    losses = [run.advance() for _ in range(12)]
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    tuned = tuning.tune(network, classes, tmp_path, QUICK)
    assert tuned.head.matrix.shape == network.head.matrix.shape
    assert np.abs(tuned.mobilenet[0].weight - network.mobilenet[0].weight).max() > 0
    assert np.abs(network.detector[0].weight - Pair(network).network().detector[0].weight).max() < 1e-6


def test_a_tuning_that_was_stopped_ends_as_one_that_was_not(network, classes, tmp_path, monkeypatch):
    whole = tuning.tune(network, classes, tmp_path / ".", QUICK)
    for path in tmp_path.glob("tuning-*.pt"):
        path.unlink()
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", -1)
    advance, calls = tuning.Run.advance, []

    def stopped(run):
        if len(calls) == 7:
            raise KeyboardInterrupt
        calls.append(run.step)
        return advance(run)

    monkeypatch.setattr(tuning.Run, "advance", stopped)
    with pytest.raises(KeyboardInterrupt):
        tuning.tune(network, classes, tmp_path, QUICK)
    monkeypatch.setattr(tuning.Run, "advance", advance)
    again = tuning.tune(network, classes, tmp_path, QUICK)
    assert np.allclose(again.head.matrix, whole.head.matrix, atol=1e-3)
    assert np.allclose(again.detector[0].weight, whole.detector[0].weight, atol=1e-6)


def test_a_tuning_that_runs_away_is_stopped(network, classes):
    run = tuning.Run(network, classes, QUICK)
    with torch.no_grad():
        run.pair.head.fill_(float("nan"))
    with pytest.raises(ValueError, match="lower trunk_rate"):
        run.advance()
