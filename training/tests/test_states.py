"""The state head against slow references, and its place on the shipped model."""

import json
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")

from docclf_training.data import Picture  # noqa: E402
from docclf_training.features import open_session  # noqa: E402
from docclf_training.preprocess import normalise  # noqa: E402
from docclf_training.states import attach, fit, golden, invented, losses  # noqa: E402
from docclf_training.states.head import SHRUNK, Head, Shape, beside, explained  # noqa: E402
from docclf_training.states.kinds import INVENTED, KINDS, PLAIN, STATES, WORDS, states  # noqa: E402
from docclf_training.states.maps import DEFAULT_MAPS, compute, open_trunk  # noqa: E402
from docclf_training.states.scenes import LONG_SIDE, NAMED, NEW, UNSEEN_STYLES, VIEWS, Session, captured, large, read_scenes, views_of  # noqa: E402
from docclf_training.states.sheet import mark_of  # noqa: E402

MODEL = Path(__file__).resolve().parents[2] / "packages" / "model"


@pytest.fixture(scope="module")
def shipped() -> onnx.ModelProto:
    return onnx.load(MODEL / json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))["file"])


def page() -> np.ndarray:
    image = np.full((160, 110, 3), 235, np.uint8)
    image[20:140:8, 15:95] = (160, 40, 60)
    return image


SCAN = Session((1.0,))


@pytest.mark.parametrize("kind", [PLAIN, *KINDS])
def test_each_kind_is_drawn_the_same_from_the_same_seed_and_changes_the_page(kind: str) -> None:
    image = large(page())
    assert max(image.shape) == LONG_SIDE
    mark = mark_of(kind, 0, 0)
    first, second, other = (captured(image, *mark, np.random.default_rng(seed), SCAN) for seed in (1, 1, 2))
    assert np.array_equal(first, second) and first.shape == (128, 128, 3) and first.dtype == np.uint8
    plain = captured(image, None, "", np.random.default_rng(1), SCAN)
    assert np.array_equal(first, plain) == (kind == PLAIN)
    assert np.array_equal(first, other) == (kind in (PLAIN, "grey"))


def test_each_invented_mark_is_drawn_the_same_from_its_number_and_seed() -> None:
    image = large(page())
    seen = set()
    for number in range(60):
        first, second, other = (invented.mark(image, np.random.default_rng(seed), number) for seed in (1, 1, 2))
        assert np.array_equal(first, second) and not np.array_equal(first, other)
        assert first.dtype == np.float32 and first.shape == image.shape and 0 <= first.min() and first.max() <= 255
        seen.add(invented.style(number).shape)
    assert seen == set(invented.SHAPES)


@pytest.mark.parametrize(("held_out", "unseen"), [(False, False), (True, False), (True, True)])
def test_a_document_is_shown_plain_and_in_pairs(held_out: bool, unseen: bool) -> None:
    picture = Picture("drawn/page.png", "page", cv2.imencode(".png", page()[..., ::-1])[1].tobytes())
    pixels, numbers = views_of(picture, 1, held_out, unseen)
    assert pixels.shape == (VIEWS, 128, 128, 3) and np.array_equal(numbers[:losses.PLAIN_VIEWS], np.zeros(losses.PLAIN_VIEWS))
    assert np.array_equal(numbers[losses.PLAIN_VIEWS::2], numbers[losses.PLAIN_VIEWS + 1::2])
    shown = numbers[losses.PLAIN_VIEWS::2]
    assert len(set(shown)) == NAMED + NEW
    assert {STATES[number] for number in shown if number < INVENTED} <= set(states(unseen))
    styles = shown[shown >= INVENTED] - INVENTED
    assert len(styles) == NEW and np.all((styles >= invented.STYLES - UNSEEN_STYLES) == held_out)


def test_every_state_has_a_word_and_none_is_both_trained_and_kept_out() -> None:
    assert not set(states(False)) & set(states(True)) and set(STATES[1:]) == set(WORDS)


def test_losses_are_those_of_a_loop() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((2, VIEWS, 5))
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    numbers = np.array([[0] * losses.PLAIN_VIEWS + [one for one in some for _ in range(2)] for some in
                        ([1, 2, 3, 4, 5, 6, 100, 101], [1, 2, 8, 9, 10, 11, 100, 103])])
    found = losses.among_siblings(torch.from_numpy(vectors)).numpy()
    own = losses.targets(2, NAMED + NEW).numpy()
    for document in range(2):
        for row, probe in enumerate([1, 2, 3, *range(losses.PLAIN_VIEWS + 1, VIEWS, 2)]):
            reference = [0, *range(losses.PLAIN_VIEWS, VIEWS, 2)][own[document, row]]
            assert numbers[document, reference] == numbers[document, probe]
            assert np.isclose(found[document, row, own[document, row]], vectors[document, probe] @ vectors[document, reference])

    flat, truth, prototypes, scale = vectors.reshape(-1, 5), numbers.ravel(), rng.standard_normal((12, 5)), 9.0

    def surprise(allowed) -> float:
        rows = []
        for i in range(len(flat)):
            power = {j: np.exp(scale * flat[i] @ flat[j]) for j in range(len(flat)) if allowed(i, j)}
            right = sum(value for j, value in power.items() if truth[j] == truth[i])
            if right:
                rows.append(-np.log(right / sum(power.values())))
        return float(np.mean(rows))
    among = surprise(lambda i, j: i != j and i // VIEWS == j // VIEWS)
    across = surprise(lambda i, j: i // VIEWS != j // VIEWS)
    named = [i for i in range(len(flat)) if truth[i] < 12]
    logits = losses.PROTOTYPE_SCALE * flat[named] @ (prototypes / np.linalg.norm(prototypes, axis=1, keepdims=True)).T
    chances = np.log(np.exp(logits) / np.exp(logits).sum(1, keepdims=True))
    wanted = (1 - losses.SMOOTHING) * chances[np.arange(len(named)), truth[named]] + losses.SMOOTHING * chances.mean(1)
    expected = among + losses.OTHERS * across - losses.PROTOTYPES * wanted.mean()
    value = losses.loss(torch.from_numpy(vectors), torch.from_numpy(numbers), torch.from_numpy(prototypes), torch.tensor(scale))
    assert np.isclose(value.item(), expected)


def test_what_a_camera_does_alike_everywhere_falls_out_of_the_difference_and_a_mark_does_not() -> None:
    plain = torch.randn(1, 2, 16, 16, generator=torch.Generator().manual_seed(6))
    seen = 0.5 * plain.flip(1) + 0.2 * plain + 3  # the channels mixed, scaled and raised
    left, expected, shift = beside(seen, plain).split(2, 1)
    assert torch.allclose(left + expected, seen, atol=1e-5)
    assert left.square().mean() < 0.03 * plain.square().mean()
    assert torch.allclose(shift, shift[..., :1, :1].expand_as(shift)) and abs(shift.mean() - 3) < 0.2
    marked = seen.clone()
    marked[..., :3, :3] += 5
    left = beside(marked, plain).split(2, 1)[0]
    assert left[..., :3, :3].mean() > 4.5 and left[..., 3:, 3:].abs().mean() < 0.3
    # By a loop over the places, at weights that are all the same.
    weights = torch.full((1, 256, 1), 1 / 256, dtype=torch.float64)
    x, y = (one.double().flatten(2).transpose(1, 2) for one in (plain, seen))
    flat, varied = (x - x.mean(1, keepdim=True))[0].numpy(), (y - y.mean(1, keepdim=True))[0].numpy()
    square = sum(np.outer(row, row) for row in flat) / 256
    ridge = np.diag(SHRUNK * (square.trace() / 2 + square.diagonal()) + 1e-3)
    mixing = np.linalg.solve(square + ridge, sum(np.outer(a, b) for a, b in zip(flat, varied, strict=True)) / 256)
    assert np.allclose(explained(y, x, weights)[0][0].numpy(), varied - flat @ mixing)


def test_the_layers_beside_the_network_are_those_that_the_other_language_is_held_against() -> None:
    file = MODEL.parent / "core" / "test" / "state-comparison.json"
    kept, made = json.loads(file.read_text(encoding="utf-8")), golden.golden()
    assert kept["comparison"] == made["comparison"] and kept["maps"] == made["maps"]
    assert np.allclose(kept["vectors"], made["vectors"], atol=1e-5)


def test_a_chance_is_certain_where_few_are_answered_wrongly() -> None:
    likeliest, right = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), np.array([True, True, False, True, False])
    assert fit.smallest_chance(likeliest, right, 0.2) == 0.6
    assert fit.smallest_chance(likeliest, right, 0.0) == 0.8
    there = fit.some_of(losses.targets(3, 8))
    assert torch.all(there.sum(2) == fit.SIBLINGS) and torch.all(there[..., 0])
    assert torch.all(there.gather(2, losses.targets(3, 8)[..., None]))


def test_the_graph_says_what_pytorch_says_and_leaves_the_embedding_as_it_is(shipped: onnx.ModelProto, tmp_path: Path) -> None:
    torch.manual_seed(1)
    model = attach.without_head(shipped)
    pixels = np.random.default_rng(2).integers(0, 256, (3, 128, 128, 3)).astype(np.uint8)
    pooled = torch.from_numpy(open_trunk(model, DEFAULT_MAPS)(pixels)[0])
    head = Head(pooled.mean((0, 2, 3)), pooled.std((0, 2, 3)) + 1, Shape(wide=6, channels=3, fine=4, hidden=10, dimension=7)).eval()
    with torch.no_grad():
        expected = head.maps(pooled).numpy()
    full = attach.with_head(model, head, DEFAULT_MAPS)
    attach.check(model.SerializeToString(), full.SerializeToString(), normalise(pixels), expected)
    with pytest.raises(ValueError, match="within"):
        attach.check(model.SerializeToString(), full.SerializeToString(), normalise(pixels), expected + 1)
    assert attach.without_head(full).SerializeToString() == model.SerializeToString()
    file = tmp_path / "scenes-some.npz"
    np.savez(file, pixels=pixels[None], states=np.zeros((1, 3), int))
    for _ in range(2):  # computed, then read
        (kept,), (embeddings,) = compute(model, DEFAULT_MAPS, [file])
        assert np.allclose(kept[0], pooled.numpy(), atol=2e-2, rtol=1e-3) and embeddings.shape == (1, 3, 512)
    assert np.array_equal(read_scenes(file).pixels[0], pixels)


def test_what_ships_answers_as_its_manifest_says(shipped: onnx.ModelProto) -> None:
    manifest = json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))
    state = manifest.get("state")
    if state is None:
        pytest.skip("the shipped model has no state head")
    from docclf_training import golden
    from docclf_training.preprocess import preprocess
    image = preprocess(golden.golden_image())[None]
    vector = open_session(shipped.SerializeToString()).run([state["output"]], {"image": image})[0][0]
    assert len(vector) == state["channels"] * state["places"]
    assert np.allclose(vector[::8], state["golden"], atol=1e-3)
    grown = sum(len(item.raw_data) for item in shipped.graph.initializer if item.name.startswith(attach.PREFIX))
    assert grown <= 100_000
