"""Every kind of damage on made pictures: what it must change, what it must keep, and that the seed alone decides."""

import cv2
import numpy as np
import pytest

from docclf_training.damage import copy, frame
from docclf_training.damage.kinds import COPY, FRAME, KEPT_OUT, KINDS, MARKS, damaged
from docclf_training.preprocess import resize


@pytest.fixture
def page(rng):
    """A page with print on it."""
    image = np.full((160, 113, 3), 250, np.uint8)
    for top in range(10, 150, 7):
        image[top:top + 3, 10:int(rng.integers(60, 104))] = 40
    image[8:30, 70:100] = (180, 30, 40)
    return image


@pytest.mark.parametrize("name", KINDS)
def test_a_damage_is_seen_and_depends_on_its_seed_alone(name, page):
    before = page.copy()
    views = [resize(KINDS[name](page, np.random.default_rng(seed))) for seed in range(8)]
    assert np.array_equal(page, before)
    assert all(view.dtype == np.uint8 and view.shape == (128, 128, 3) for view in views)
    changes = [np.abs(view.astype(int) - resize(page)).mean() for view in views]
    assert min(changes) > 0 and np.mean(changes) > 0.9
    assert np.array_equal(views[0], resize(KINDS[name](page, np.random.default_rng(0))))
    assert any(not np.array_equal(views[0], view) for view in views[1:])


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("shape", [(160, 20, 3), (14, 160, 3)])
def test_narrow_pictures_are_damaged_too(name, shape):
    image = np.full(shape, 200, np.uint8)
    assert min(KINDS[name](image, np.random.default_rng(1)).shape) > 0


def test_margins_are_as_wide_as_asked(page):
    dark = frame.framed(np.zeros_like(page), np.array([0.25, 0.0, 0.25, 0.0]), np.random.default_rng(0), (255.0,) * 3)
    covered = (dark[80, :, 0] < 128).mean()
    assert covered == pytest.approx(1 / 1.5, abs=0.02)
    assert (dark[:, 56, 0] < 128).mean() > 0.97
    ramp = np.tile(np.linspace(0, 255, 200).astype(np.uint8)[None, :, None], (50, 1, 3))
    cut = frame.framed(ramp, np.array([-0.2, 0.0, -0.2, 0.0]), np.random.default_rng(0), (0.0,) * 3)
    assert cut[25, 2, 0] == pytest.approx(0.2 * 255, abs=6) and cut[25, -3, 0] == pytest.approx(0.8 * 255, abs=6)


def test_the_ordered_dither_has_every_threshold_once():
    assert np.array_equal(np.sort(copy.bayer(2).ravel()), (np.arange(16) + 0.5) / 16)
    grey = np.full((160, 160, 3), 64, np.uint8)
    shares = [(copy.dithered(grey, np.random.default_rng(seed)) > 0).mean() for seed in range(6)]
    assert np.allclose(shares, 0.25, atol=0.1)


def test_one_bit_has_two_levels_and_a_negative_of_colour_is_exact(page):
    assert set(np.unique(copy.otsu(page, np.random.default_rng(2)))) <= {0, 255}
    negatives = [copy.inverted(page, np.random.default_rng(seed)) for seed in range(12)]
    assert any(np.array_equal(view, 255 - page) for view in negatives)
    assert all(cv2.resize(view, (16, 16)).mean() < 128 for view in negatives)


def test_kinds_that_are_kept_out_never_come(page, monkeypatch):
    assert set(KEPT_OUT) <= set(KINDS) and len(KINDS) == len(FRAME) + len(COPY) + len(MARKS)
    called = []
    for family in (FRAME, COPY, MARKS):
        for name in family:
            monkeypatch.setitem(family, name, lambda image, rng, name=name: called.append(name) or image)
    for seed in range(400):
        damaged(page, np.random.default_rng(seed), kept_out=("skew", "fax"))
    assert set(called) == set(KINDS) - {"skew", "fax"}
