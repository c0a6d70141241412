"""The validation figures, the printed forms, the drawn layouts and the contact sheets, against counts by hand."""

import cv2
import numpy as np
import pytest

from docclf_training import film, sheets, siblings, templates, validate
from docclf_training.data import Picture, held_out
from docclf_training.discriminant import unit


def png(pixels):
    return cv2.imencode(".png", pixels)[1].tobytes()


def test_true_positives_are_the_share_above_the_allowed_impostors(rng):
    vectors = unit(rng.normal(0, 1, (6, 1, 5)) + rng.normal(0, 0.7, (6, 3, 5)))
    families = np.array([0, 0, 1, 2, 3, 4])
    genuine, impostor = [], []
    for a in range(18):
        for b in range(a + 1, 18):
            score = float(vectors[a // 3, a % 3] @ vectors[b // 3, b % 3])
            if a // 3 == b // 3:
                genuine.append(score)
            elif families[a // 3] != families[b // 3]:
                impostor.append(score)
    for fpr in (0.0, 0.05, 0.3):
        refused = sorted(impostor, reverse=True)[int(fpr * len(impostor))]
        assert validate.true_positives(vectors, families, fpr) == pytest.approx(np.mean(np.array(genuine) > refused))


def test_every_column_of_an_embedder_that_knows_the_type_is_100(rng):
    pictures = [Picture(f"{source}/{index}_a.jpg", f"{index}", b"")
                for index, source in enumerate(["book_covers", "unique_pool", "texlive"] * 4)]
    codes = np.eye(40)
    coloured = [index for index in range(12) if index % 3 < 2]

    def features(rows, views):
        return np.repeat(codes[rows][:, None], views, axis=1)

    forms = np.array([0, 0, 1, 1, 1])
    data = validate.Validation(
        pictures, features(np.arange(12), 7), features(np.arange(12), 1), coloured, features(coloured, 2),
        features(20 + np.arange(8), 2), features(30 + np.arange(4), 3), forms, features(34 + forms, 1))
    assert set(validate.measure(data, lambda rows: rows).values()) == {100.0}
    blind = validate.measure(data, lambda rows: np.ones((len(rows), 4)) / 2)
    assert max(blind.values()) == 0.0


def test_fillings_of_one_form_are_found_by_their_looks(rng):
    name = next(word for word in ("Adams", "Berks", "Wayne", "Tioga", "Huron") if held_out(f"election_pdf/{word}"))
    printed = rng.integers(0, 256, (2, 60, 60, 3), dtype=np.uint8)
    pictures = []
    for number, form in enumerate((0, 1, 0, 1, 0)):
        page = printed[form].copy()
        page[20:30, 20:30] = 10 * number
        pictures.append(Picture(f"election_pdf/{name}_{number}.jpg", f"election_pdf:{number}", png(page)))
    found = validate.printed_forms(pictures)
    assert [[item.name[-5] for item in form] for form in found] == [["0", "2", "4"], ["1", "3"]]


@pytest.mark.parametrize("layout", [0, 2])  # a form and a receipt
def test_a_layout_is_filled_again_and_again(layout):
    first, again, other = (templates.filled(3, layout, filling) for filling in (0, 0, 1))
    assert np.array_equal(first, again) and first.dtype == np.uint8
    shape = (64, 64)
    alike, apart = (cv2.resize(page, shape).astype(float).ravel() for page in (other, templates.filled(3, layout + 3, 0)))
    own = cv2.resize(first, shape).astype(float).ravel()
    assert 0 < np.abs(own - alike).mean() < np.abs(own - apart).mean()


@pytest.mark.parametrize("layout", range(489, 549, 3))  # wide margins and low headers among them
def test_every_layout_can_be_drawn(layout):
    page = templates.filled(validate.SEED, layout + 1, 0)
    assert page.ndim == 3 and page.dtype == np.uint8


def test_a_sibling_keeps_the_size_and_most_of_the_light_but_not_the_colour(rng):
    image = np.full((60, 80, 3), (200, 60, 40), np.uint8)
    other = siblings.sibling(image, np.random.default_rng(1))
    assert other.shape == image.shape
    assert np.abs(other.astype(int) - image).max() > 60
    assert abs(int(other.max()) - 200) <= 3


def test_film_sends_light_back_in_ridges_and_depends_on_its_seed_alone():
    image = np.full((90, 120, 3), 60, np.float32)
    first, again = (film.film(image, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first, again) and 0 <= first.min() and first.max() <= 255
    brightest = [film.film(image, np.random.default_rng(seed)).max() for seed in range(12)]
    assert np.median(brightest) > 180


def test_sheets_show_the_worst_pairs_and_no_image_three_times():
    scores = np.array([[1, .9, .2, .3], [.9, 1, .4, .5], [.2, .4, 1, .1], [.3, .5, .1, 1]])
    labels = np.array([0, 0, 1, 1])
    genuine, impostor = sheets.ranked_pairs(scores, labels)
    assert genuine == [(2, 3), (0, 1)]
    assert impostor == [(1, 3), (1, 2), (0, 3), (0, 2)]
    assert sheets.without_repeats(impostor, labels, 9) == [(1, 3), (1, 2)]  # two of types 0 and 1 are enough
    picture = sheets.sheet(genuine, scores, np.zeros((4, 128, 128, 3), np.uint8), list("abcd"))
    assert picture.shape == (sheets.TILE + sheets.LINE, 4 * (2 * sheets.TILE + 12), 3)
