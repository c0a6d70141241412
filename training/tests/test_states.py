"""The state head against slow references, and its place on the shipped model."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

torch = pytest.importorskip("torch")

from docclf_training.features import open_session  # noqa: E402
from docclf_training.preprocess import normalise  # noqa: E402
from docclf_training.states import attach, losses  # noqa: E402
from docclf_training.states.head import Head, Shape  # noqa: E402
from docclf_training.states.kinds import KINDS, PLAIN  # noqa: E402
from docclf_training.states.maps import DEFAULT_MAPS, compute, open_trunk  # noqa: E402
from docclf_training.states.scenes import KINDS_EACH, LONG_SIDE, PLAIN_VIEWS, VIEWS, captured, large  # noqa: E402

MODEL = Path(__file__).resolve().parents[2] / "packages" / "model"


@pytest.fixture(scope="module")
def shipped() -> onnx.ModelProto:
    return onnx.load(MODEL / json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))["file"])


def page() -> np.ndarray:
    image = np.full((160, 110, 3), 235, np.uint8)
    image[20:140:8, 15:95] = (160, 40, 60)
    return image


@pytest.mark.parametrize("kind", [PLAIN, *KINDS])
def test_each_kind_is_drawn_the_same_from_the_same_seed_and_changes_the_page(kind: str) -> None:
    image = large(page())
    assert max(image.shape) == LONG_SIDE
    first, second, other = (captured(image, kind, np.random.default_rng(seed), clean=1) for seed in (1, 1, 2))
    assert np.array_equal(first, second) and first.shape == (128, 128, 3) and first.dtype == np.uint8
    plain = captured(image, PLAIN, np.random.default_rng(1), clean=1)
    assert np.array_equal(first, plain) == (kind == PLAIN)
    assert np.array_equal(first, other) == (kind in (PLAIN, "grey"))


def test_losses_are_those_of_a_loop() -> None:
    rng = np.random.default_rng(3)
    states = rng.standard_normal((2, VIEWS, 5))
    states /= np.linalg.norm(states, axis=2, keepdims=True)
    found = losses.among_siblings(torch.from_numpy(states)).numpy()
    moved = losses.from_another(torch.from_numpy(states)).numpy()
    own = losses.targets(2, KINDS_EACH).numpy()
    references = [0, *range(PLAIN_VIEWS, VIEWS, 2)]
    probes = [*range(1, PLAIN_VIEWS), *range(PLAIN_VIEWS + 1, VIEWS, 2)]
    for document in range(2):
        for row, probe in enumerate(probes):
            assert references[own[document, row]] == (0 if probe < PLAIN_VIEWS else probe - 1)
            for column, reference in enumerate(references):
                assert np.isclose(found[document, row, column], states[document, probe] @ states[document, reference])
                shown = states[1 - document, reference] - states[1 - document, 0] + states[document, 0]
                assert np.isclose(moved[document, row, column], states[document, probe] @ shown / np.linalg.norm(shown))


def test_the_graph_says_what_pytorch_says_and_leaves_the_embedding_as_it_is(shipped: onnx.ModelProto, tmp_path: Path) -> None:
    torch.manual_seed(1)
    model = attach.without_head(shipped)
    pixels = np.random.default_rng(2).integers(0, 256, (3, 128, 128, 3)).astype(np.uint8)
    pooled = torch.from_numpy(open_trunk(model, DEFAULT_MAPS)(pixels)[0])
    head = Head(pooled.mean((0, 2, 3)), pooled.std((0, 2, 3)) + 1, Shape(channels=3, hidden=10, dimension=7)).eval()
    with torch.no_grad():
        expected = head.maps(pooled).numpy()
    full = attach.with_head(model, head, DEFAULT_MAPS)
    attach.check(model.SerializeToString(), full.SerializeToString(), normalise(pixels), expected)
    with pytest.raises(ValueError, match="within"):
        attach.check(model.SerializeToString(), full.SerializeToString(), normalise(pixels), expected + 1)
    assert attach.without_head(full).SerializeToString() == model.SerializeToString()
    kept, _ = compute(model, DEFAULT_MAPS, pixels, tmp_path / "some")
    assert np.allclose(kept, pooled.numpy(), atol=2e-2, rtol=1e-3)


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
