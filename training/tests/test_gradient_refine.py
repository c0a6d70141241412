"""The refined closed-form head, on made-up coordinates."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="no PyTorch: pip install -e 'training[gradient]' to run these tests")
torch.set_num_threads(1)

from docclf_training import features  # noqa: E402
from docclf_training.data import Picture  # noqa: E402
from docclf_training.discriminant import Head, unit  # noqa: E402
from docclf_training.gradient.refine import (  # noqa: E402
    Material, Refinement, Step, fold, gather, nearest, refine, refined)

QUICK = Refinement(steps=150, classes=8, others=10, near=3, again=50, warmup=5, learning_rate=1e-2, averaging=0.9)


@pytest.fixture
def material(rng):
    """40 classes in pairs of one group, of two kinds; views of different numbers; noise in the first coordinates."""
    noise = np.array([2.0] * 4 + [0.2] * 8)
    views = [rng.normal(0, 1, 12) + noise * rng.normal(0, 1, (3 + index % 3, 12)) for index in range(40)]
    return Material([item.astype(np.float16) for item in views], np.arange(40) // 2, np.array(["cards"] * 10 + ["pages"] * 30))


def test_a_step_shows_every_kind_alike_and_spares_the_own_group(material):
    near = nearest(torch.from_numpy(np.stack([views.mean(axis=0) for views in material.views]).astype(np.float32)), 3)
    step = Step(material, QUICK, 3, near)
    kinds = material.kind[step.target]
    assert (kinds == "cards").sum() == (kinds == "pages").sum() == QUICK.classes * QUICK.views
    assert np.array_equal(step.centres[step.column], step.target)
    for row, target in enumerate(step.target):
        assert set(near[target]) <= set(step.centres)
        assert any(np.array_equal(step.rows[row], view.astype(np.float32)) for view in material.views[target])
        for place, centre in enumerate(step.centres):
            assert step.negative[row, place] == (centre // 2 != target // 2)
    again = Step(material, QUICK, 3, near)
    assert np.array_equal(again.rows, step.rows) and not np.array_equal(Step(material, QUICK, 4, near).rows, step.rows)


def test_the_nearest_centres_are_those_of_all_cosines(rng):
    centres = rng.normal(0, 1, (30, 5)).astype(np.float32)
    cosine = unit(centres) @ unit(centres).T - 3 * np.eye(30)
    assert np.array_equal(nearest(torch.from_numpy(centres), 4, block=7), np.argsort(-cosine, axis=1)[:, :4])


def margin_between(vectors, material):
    """Mean cosine of views of one class, less the mean with the nearest other group."""
    own, other = [], []
    for label, rows in enumerate(vectors):
        apart = [unit(item).mean(axis=0) for number, item in enumerate(vectors)
                 if material.group[number] != material.group[label]]
        own.append((rows @ unit(rows.mean(axis=0))).mean())
        other.append((rows @ unit(np.stack(apart)).T).max(axis=1).mean())
    return np.mean(own) - np.mean(other)


def test_refining_parts_what_the_first_coordinates_confuse(material):
    weight, bias = refined(material, 6, QUICK)
    assert weight.shape == (6, 12) and bias.shape == (6,)
    before = [unit(views[:, :6]) for views in material.views]
    after = [unit(views.astype(np.float32) @ weight.T + bias) for views in material.views]
    assert margin_between(after, material) > margin_between(before, material) + 0.1
    assert np.array_equal(refined(material, 6, QUICK)[0], weight)


def test_without_steps_the_head_stays_as_it_was(rng, material):
    weight, bias = refined(material, 6, replace(QUICK, steps=0))
    wide = Head(rng.normal(0, 1, (12, 20)).astype(np.float32), rng.normal(0, 1, 12).astype(np.float32), np.ones(12))
    features = rng.normal(0, 1, (9, 20))
    assert np.allclose(fold(wide, weight, bias)(features), Head(wide.matrix[:6], wide.bias[:6], wide.ratio)(features), atol=2e-3)


def test_a_folded_head_is_the_map_after_the_wide_one(rng):
    wide = Head(rng.normal(0, 1, (12, 20)).astype(np.float32), rng.normal(0, 1, 12).astype(np.float32), np.ones(12))
    weight, bias, features = rng.normal(0, 1, (5, 12)), rng.normal(0, 1, 5), rng.normal(0, 1, (9, 20))
    expected = unit((features @ wide.matrix.T + wide.bias) @ weight.T + bias)
    head = fold(wide, weight, bias)
    assert np.allclose(head(features), expected, atol=5e-3)
    assert np.array_equal(head.matrix, head.matrix.astype(np.float16).astype(np.float32))


@pytest.fixture
def pictures():
    names = ["texlive/thesis_1.jpg", "texlive/thesis_2.jpg", "election_pdf/a_1.jpg", "election_pdf/b_1.jpg",
             "book_covers/1_x.jpg", "book_covers/2_x.jpg", "unique_pool/3.jpg"]
    return [Picture(name, name, b"") for name in names]


def store(items, captures, views):
    """Features that follow from the picture's name alone, with a little of the view in them."""
    count = {features.views_of: 1 + captures, features.cut_off_view: 1, features.sibling_views: 1 + captures}
    return np.stack([np.random.default_rng([sum(item.name.encode()), 3]).normal(0, 1, 20)
                     + 0.1 * np.random.default_rng(5).normal(0, 1, (count.get(views, captures), 20)) for item in items])


def test_families_forms_siblings_and_layouts_become_classes_and_groups(pictures):
    material = gather(pictures, store)
    group, kinds = material.group, material.kind
    assert group[0] == group[1] and group[2] == group[3]  # one family; one county's forms
    assert len({group[0], group[2], *group[4:]}) == len(group) - 2  # everything else stands alone
    assert kinds[:10].tolist() == ["pages"] * 4 + ["covers"] * 2 + ["cards"] + ["covers"] * 2 + ["cards"]
    assert set(kinds[10:]) == {"drawn"} and len(kinds) == 10 + 2400
    assert [len(views) for views in material.views[:8]] == [8, 8, 8, 8, 10, 10, 10, 2]


def test_a_head_is_refined_from_features_to_a_head_of_the_shape_asked_for(pictures, rng):
    wide = Head(rng.normal(0, 30, (12, 20)).astype(np.float32), rng.normal(0, 1, 12).astype(np.float32), np.ones(12))
    head = refine(wide, 6, pictures, store, QUICK)
    assert head.matrix.shape == (6, 20) and head.bias.shape == (6,) and len(head.ratio) == 6
    still = refine(wide, 6, pictures, store, replace(QUICK, steps=0))
    rows = store(pictures, 6, features.views_of)
    assert np.allclose(still(rows), unit(rows @ wide.matrix[:6].T + wide.bias[:6]), atol=1e-2)
    assert np.abs(head(rows) - still(rows)).max() > 0.05
