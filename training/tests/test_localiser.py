"""The localiser's geometry, targets and decoder against figures calculated by hand."""

import cv2
import numpy as np
import pytest

from docclf_training.localiser.decode import Fit, clockwise, decode, enlarge, is_convex, overlap
from docclf_training.localiser.frame import GRID, INNER, MARGIN, SIDE, UNIT, canvas, from_cells, is_whole, targets, to_cells
from docclf_training.localiser.pool import vary
from docclf_training.localiser.pose import inside, pose, strip
from docclf_training.localiser.sides import hull, mask_quad
from docclf_training.preprocess import MEAN, STD


def rectangle_maps(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Logits of a rectangle in cells, no corner anywhere."""
    middles = np.arange(GRID) + 0.5
    maps = np.full((5, GRID, GRID), -8.0)
    across, down = (middles > left) & (middles < right), (middles > top) & (middles < bottom)
    maps[0][np.ix_(down, across)] = 8
    return maps


def test_cells_and_back():
    assert np.allclose(to_cells(np.array([[0, 0], [1, 1]])), [[4, 4], [44, 44]])
    quad = np.random.default_rng(0).random((4, 2))
    assert np.allclose(from_cells(to_cells(quad)), quad)


def test_canvas_has_its_margin_and_its_numbers():
    photo = np.full((1, INNER, INNER, 3), (255, 0, 51), np.uint8)
    value = canvas(photo)[0]
    assert value.shape == (3, SIDE, SIDE)
    assert not value[:, :MARGIN].any() and not value[:, :, -MARGIN:].any()
    expected = (np.array([1, 0, 0.2]) - MEAN) / STD
    assert np.allclose(value[:, MARGIN, MARGIN], expected, atol=1e-6)


def test_targets_of_the_whole_picture():
    mask, peaks, there = targets(UNIT)
    assert mask.sum() == pytest.approx(40 * 40, rel=0.03)
    assert there.tolist() == [1, 1, 1, 1]
    assert np.allclose(peaks.sum(axis=(1, 2)), 1, atol=1e-5)
    for peak, corner in zip(peaks, to_cells(UNIT), strict=True):
        rows, columns = np.mgrid[:GRID, :GRID] + 0.5
        assert [(peak * columns).sum(), (peak * rows).sum()] == pytest.approx(corner.tolist(), abs=0.02)


def test_a_corner_beyond_the_canvas_has_no_peak():
    _, peaks, there = targets(np.array([[-0.2, 0.1], [0.8, 0.1], [0.8, 0.9], [-0.2, 0.9]]))
    assert there.tolist() == [0, 1, 1, 0]
    assert not peaks[0].any() and not peaks[3].any()
    mask, peaks, there = targets(None)
    assert not mask.any() and not peaks.any() and not there.any()


def test_whole_whichever_way_up():
    assert is_whole(UNIT) and is_whole(np.roll(UNIT, 2, axis=0)) and is_whole(UNIT + 0.04)
    assert not is_whole(UNIT * 0.9)


def test_variations_move_the_corners_with_the_picture():
    photo = np.zeros((INNER, INNER, 3), np.uint8)
    quad = np.array([[0.25, 0.3], [0.7, 0.25], [0.75, 0.7], [0.3, 0.75]])
    for corner, colour in zip(quad * INNER, ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)), strict=True):
        cv2.circle(photo, np.round(corner - 0.5).astype(int).tolist(), 4, colour, -1)
    for seed in range(12):
        varied, moved = vary(photo, quad, np.random.default_rng(seed))
        first = varied[tuple(np.clip(moved[0] * INNER, 0, INNER - 1).astype(int)[::-1])].astype(int)
        own = first if varied[0, 0].sum() < 383 else 255 - first  # or its negative
        assert own[0] > 100 and own[0] > own[1] + 50 and own[0] > own[2] + 50


def test_poses_are_convex_and_strips_leave_the_frame():
    rng = np.random.default_rng(1)
    for _ in range(200):
        assert is_convex(pose(rng.uniform(0.3, 3), rng.uniform(0.5, 2), rng))
        quad = strip(rng)
        assert is_convex(quad) and (quad.max() > 1.01 or quad.min() < -0.01)


def test_inside_maps_the_unit_square_to_the_quad():
    quad = np.array([[0.1, 0.2], [0.8, 0.1], [0.9, 0.9], [0.2, 0.8]])
    assert np.allclose(inside(quad, UNIT), quad, atol=1e-5)


def test_overlap_with_the_mask_is_what_it_is_by_hand():
    fit = Fit(rectangle_maps(10, 10, 30, 30))
    exact = np.array([[10, 10], [30, 10], [30, 30], [10, 30]], float)
    # The mask's edge is soft: of the 160 fine cells along it on either side a quarter is missing, or too much.
    assert fit.overlap(exact) == pytest.approx((1600 - 40) / (1600 + 40), abs=0.005)
    assert fit.overlap(exact + [10, 0]) == pytest.approx(1 / 3, abs=0.02)


def test_enlarging_is_that_of_opencv():
    mask = np.random.default_rng(2).random((GRID, GRID))
    assert np.allclose(enlarge(mask), cv2.resize(mask, (2 * GRID, 2 * GRID), interpolation=cv2.INTER_LINEAR))


def test_hull_is_that_of_opencv():
    points = np.random.default_rng(3).random((60, 2)) * 40
    own = hull(points)
    other = cv2.convexHull(np.float32(points))[:, 0]
    assert len(own) == len(other)
    assert cv2.contourArea(np.float32(own)) == pytest.approx(cv2.contourArea(other), rel=1e-5)


def test_sides_reach_beyond_the_maps():
    quad = mask_quad(1 / (1 + np.exp(-rectangle_maps(10, 12, 30, 40)[0])))
    assert np.allclose(clockwise(quad), [[10, 12], [30, 12], [30, 40], [10, 40]], atol=0.1)
    middles = np.arange(GRID) + 0.5
    x, y = np.meshgrid(middles, middles)
    tip = np.where((x - y < 24) & (x + y > 24) & (x - y > -24) & (x + y < 88), 0.999, 0.001)
    assert mask_quad(tip).max(axis=0) == pytest.approx([56, 56], abs=1.5)


def test_the_best_hypothesis_is_the_drawn_quad_begun_at_its_own_corner():
    quad = np.array([[0.3, 0.8], [0.25, 0.2], [0.75, 0.25], [0.7, 0.85]])
    mask, peaks, _ = targets(quad)
    maps = np.concatenate([np.log(mask[None].clip(1e-4, 1 - 1e-4) / (1 - mask[None].clip(1e-4, 1 - 1e-4))),
                           np.log(peaks + 1e-6)])
    best = decode(maps)[0]
    assert np.abs(from_cells(best.quad) - quad).max() < 0.01
    assert best.turns[0] > 0.9
    assert overlap(best.quad, to_cells(quad)) > 0.97


def test_nothing_is_nothing():
    assert decode(np.full((5, GRID, GRID), -8.0)) == []
