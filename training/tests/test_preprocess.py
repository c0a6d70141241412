"""The contract of the tensor, against slow loops and OpenCV."""

import cv2
import numpy as np
import pytest

from docclf_training import outside
from docclf_training.preprocess import MEAN, STD, axis_weights, decode, preprocess, resize


def slow_area(row: np.ndarray, target: int) -> np.ndarray:
    """Averages 1,000 points under each target pixel."""
    points = (np.arange(target * 1000) + 0.5) * len(row) / (target * 1000)
    return row[points.astype(int)].reshape(target, 1000).mean(axis=1)


def test_area_averages_what_a_pixel_covers(rng):
    row = rng.uniform(0, 255, 200)
    assert np.abs(axis_weights(200, 128) @ row - slow_area(row, 128)).max() < 0.5


def test_bilinear_interpolates_between_pixel_centres():
    row = np.array([0.0, 100.0])
    assert axis_weights(2, 4) @ row == pytest.approx([0, 25, 75, 100])


@pytest.mark.parametrize(("height", "width"), [(1, 1), (128, 128), (127, 129), (500, 40)])
def test_every_weight_row_sums_to_one(height, width):
    for source in (height, width):
        assert np.allclose(axis_weights(source, 128).sum(axis=1), 1, atol=1e-5)


def test_shrinking_both_axes_agrees_with_opencv(rng):
    image = rng.integers(0, 256, (300, 411, 3), dtype=np.uint8)
    expected = cv2.resize(image, (128, 128), interpolation=cv2.INTER_AREA)
    assert np.abs(resize(image).astype(int) - expected).max() <= 1


def test_halves_round_up():
    image = np.zeros((256, 256, 3), np.uint8)
    image[::2] = 1  # the mean of each 2x2 block is exactly one half
    assert (resize(image) == 1).all()


def test_channels_come_first_and_are_normalised_in_rgb_order():
    image = np.full((50, 60, 3), (255, 0, 51), np.uint8)
    expected = (np.array([1, 0, 0.2]) - MEAN) / STD
    assert np.allclose(preprocess(image), expected.reshape(3, 1, 1), atol=1e-6)


def test_undecodable_bytes_are_refused():
    with pytest.raises(ValueError, match="do not decode"):
        decode(b"not an image")


def test_a_cut_off_document_is_black_beyond_one_or_two_lines(rng):
    image = np.full((128, 128, 3), 200, np.uint8)
    shares = [(outside.cut_off(image, np.random.default_rng(seed)) == 0).mean() for seed in range(40)]
    assert max(shares) < 0.5 and np.mean(np.array(shares) > 0.02) > 0.5
    assert (image == 200).all()
