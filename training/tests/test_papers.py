"""Drawn papers: one layout is one type, whatever is filled in; a look-alike is another one, and a close one."""

import cv2
import numpy as np
import pytest

pytest.importorskip("PIL", reason="no Pillow: pip install -e training to run these tests")

from docclf_training import everyday  # noqa: E402
from docclf_training.discriminant import unit  # noqa: E402
from docclf_training.papers import paper as papers  # noqa: E402
from docclf_training.papers.canvas import SCRIPTS, Type, font_files  # noqa: E402
from docclf_training.papers.genres import GENRES, LONG  # noqa: E402


def grey(pixels):
    small = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (48, 48), interpolation=cv2.INTER_AREA).astype(np.float32)
    return cv2.GaussianBlur(small, (0, 0), 1).ravel()


@pytest.mark.parametrize("layout", range(len(GENRES)))
def test_fillings_differ_less_than_layouts_of_one_genre(layout):
    first, again, other = (papers.paper(5, layout, filling) for filling in (0, 0, 1))
    assert np.array_equal(first, again) and first.dtype == np.uint8 and max(first.shape) == LONG
    assert not np.array_equal(first, other)
    strangers = [np.abs(grey(first) - grey(papers.paper(5, layout + len(GENRES) * step, 0))).mean() for step in (1, 2, 3)]
    assert 0 < np.abs(grey(first) - grey(other)).mean() < max(strangers)


def test_a_look_alike_keeps_the_structure_and_changes_what_it_names():
    for layout in range(10):
        names = papers.changed(5, layout)
        assert names <= set(papers.CHANGED) and 1 <= len(names) <= 2
        own, twin = papers.paper(5, layout, 0), papers.paper(5, layout, 0, look_alike=True)
        assert own.shape == twin.shape and not np.array_equal(own, twin)


@pytest.mark.parametrize("layout", range(100, 160))
def test_every_layout_can_be_drawn_in_kept_fonts(layout):
    assert papers.paper(5, layout, 3, look_alike=layout % 2 == 0, kept=True).ndim == 3


def test_fonts_that_validate_are_no_fonts_of_the_training():
    both = set(font_files(True)) & set(font_files(False))
    assert not both or set(font_files(True)) == set(font_files(False))  # where the machine has none to keep


@pytest.mark.parametrize("script", SCRIPTS)
def test_words_are_of_the_script_and_as_long_as_asked(script, rng):
    kind = Type(rng, False, script=script)
    words = kind.words(rng, 40)
    assert 38 <= len(words) <= 42 and set(words) - {" "} <= set(SCRIPTS[script][0])


def test_right_of_two_counts_probes_nearer_to_their_own_layout():
    """Two layouts with their look-alikes, two fillings each; one filling lies nearer to the look-alike's."""
    angles = np.array([[0.0, 0.1, 1.0, 1.1], [3.0, 3.1, 4.0, 3.3]])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=2)
    right = []
    for layout in angles:
        for own, other in (((0, 1), (2, 3)), ((2, 3), (0, 1))):
            for probe, reference in ((0, 1), (1, 0)):
                right.append(abs(layout[own[probe]] - layout[own[reference]]) < abs(layout[own[probe]] - layout[other[reference]]))
    assert everyday.papers(unit(vectors))[1] == pytest.approx(np.mean(right))
