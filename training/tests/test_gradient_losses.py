"""Margins, sampled centres and distillation, against loops over single numbers."""

import math

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

torch = pytest.importorskip("torch", reason="no PyTorch: pip install -e 'training[gradient]' to run these tests")
torch.set_num_threads(1)  # small tensors: more threads only wait for each other

from docclf_training.gradient import margins  # noqa: E402
from docclf_training.ladder import distillation  # noqa: E402
from docclf_training.ladder.centres import Centres  # noqa: E402


def slow_loss(cosine, column, negative, kind, margin, scale):
    """Written from the papers' formulas, one number at a time."""
    total = 0.0
    for row, own in enumerate(column):
        angle = math.acos(max(-1.0, min(1.0, float(cosine[row, own]))))
        if kind == "softmax":
            value = math.cos(angle)
        elif kind == "cosface":
            value = math.cos(angle) - margin
        else:
            value = math.cos(angle + margin) if angle + margin < math.pi else math.cos(angle) - margin * math.sin(margin)
        others = [scale * float(cosine[row, other]) for other in range(cosine.shape[1])
                  if other != own and negative[row, other]]
        total += math.log(math.exp(scale * value) + sum(math.exp(other) for other in others)) - scale * value
    return total / len(column)


@pytest.mark.parametrize("kind", margins.KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_margin_agrees_with_its_formula(rng, kind, dtype):
    cosine = torch.tensor(rng.uniform(-1, 1, (7, 9)), dtype=dtype)
    cosine[0, 3] = -0.99  # far past the angle at which the arc's margin would turn round
    column = torch.tensor([3, 0, 1, 8, 5, 5, 2])
    negative = torch.tensor(rng.uniform(0, 1, (7, 9)) < 0.7)
    found = margins.loss(cosine, column, negative, kind, 0.4, 8.0)
    expected = slow_loss(cosine.numpy(), column.tolist(), negative.numpy(), kind, 0.4, 8.0)
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_the_arc_margin_never_rewards_a_larger_angle():
    cosine = torch.cos(torch.linspace(0, math.pi, 500, dtype=torch.float64))[:, None]
    values = margins.logits(cosine, torch.zeros(500, dtype=torch.long), "arcface", 0.5, 1.0)[:, 0]
    assert (values.diff() < 0).all()


def test_gradients_are_finite_where_a_picture_is_its_centre():
    cosine = torch.tensor([[1.0, -1.0]], requires_grad=True)
    margins.loss(cosine, torch.tensor([0]), torch.ones(1, 2, dtype=torch.bool), "arcface", 0.5, 64.0).backward()
    assert torch.isfinite(cosine.grad).all()


def test_an_unknown_margin_is_refused():
    with pytest.raises(ValueError, match="margin of"):
        margins.logits(torch.zeros(1, 1), torch.zeros(1, dtype=torch.long), "sphere", 0.1, 1.0)


def test_a_sample_of_centres_holds_every_positive():
    centres = Centres(torch.arange(200), 4, rate=0.1)
    target = torch.tensor([199, 0, 0, 57])
    drawn = [centres.sample(target, torch.Generator().manual_seed(seed)) for seed in range(50)]
    for chosen in drawn:
        assert len(chosen) == 20 and (chosen.diff() > 0).all()
        assert set(target.tolist()) <= set(chosen.tolist())
    assert len(torch.cat(drawn).unique()) > 190  # the others take turns
    crowded = torch.arange(60)
    assert centres.sample(crowded).tolist() == crowded.tolist()  # more positives than the rate allows


@pytest.mark.parametrize("rate", [1.0, 0.25])
def test_cosines_columns_and_negatives_of_the_sampled_centres(rng, rate):
    groups = torch.tensor([0, 0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 9])
    centres = Centres(groups, 5, rate)
    embedding = torch.nn.functional.normalize(torch.tensor(rng.normal(0, 1, (3, 5)), dtype=torch.float32))
    target = torch.tensor([1, 6, 9])
    generator = torch.Generator().manual_seed(5)
    chosen = centres.sample(target, torch.Generator().manual_seed(5)).tolist()
    cosine, column, negative = centres(embedding, target, generator)
    assert cosine.shape == (3, len(chosen))
    for row in range(3):
        assert chosen[column[row]] == target[row]
        for place, number in enumerate(chosen):
            centre = centres.weight[number].detach().numpy()
            expected = embedding[row].numpy() @ centre / np.linalg.norm(centre)
            assert cosine[row, place].item() == pytest.approx(expected, abs=1e-6)
            assert bool(negative[row, place]) == (groups[number] != groups[target[row]])


def test_centres_outside_the_sample_do_not_move():
    centres = Centres(torch.arange(50), 3, rate=0.1)
    optimiser = torch.optim.SparseAdam([centres.weight], lr=0.1)
    embedding = torch.nn.functional.normalize(torch.ones(2, 3))
    for seed in range(3):
        before, target = centres.weight.detach().clone(), torch.tensor([1, 2])
        chosen = centres.sample(target, torch.Generator().manual_seed(seed))
        cosine, column, negative = centres(embedding, target, torch.Generator().manual_seed(seed))
        optimiser.zero_grad()
        margins.loss(cosine, column, negative, "cosface", 0.3, 16.0).backward()
        optimiser.step()
        moved = (centres.weight.detach() != before).any(dim=1).nonzero()[:, 0]
        assert moved.tolist() == chosen.tolist()


@pytest.mark.parametrize("rate", [0, -0.1, 1.5])
def test_a_rate_that_is_no_share_is_refused(rate):
    with pytest.raises(ValueError, match="rate"):
        Centres(torch.arange(3), 2, rate)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def slow_distillation(student, teacher, kind, temperature):
    if kind == "cosine":
        return np.mean([1 - sum(a * b for a, b in zip(left, right)) for left, right in zip(student, teacher)])
    if kind == "relational":
        pairs = [(a, b) for a in range(len(student)) for b in range(len(student)) if a != b]
        return np.mean([(student[a] @ student[b] - teacher[a] @ teacher[b]) ** 2 for a, b in pairs])
    total = 0.0
    for left, right in zip(student, teacher):
        p, q = (np.exp(row / temperature) / np.exp(row / temperature).sum() for row in (right, left))
        total += sum(a * math.log(a / b) for a, b in zip(p, q))
    return total / len(student)


@pytest.mark.parametrize("kind", distillation.KINDS)
def test_every_distillation_agrees_with_its_formula(rng, kind):
    student, teacher = unit(rng.normal(0, 1, (5, 6))), unit(rng.normal(0, 1, (5, 6)))
    found = distillation.loss(torch.tensor(student), torch.tensor(teacher), kind, 0.2)
    assert float(found) == pytest.approx(slow_distillation(student, teacher, kind, 0.2), rel=1e-6)
    assert float(distillation.loss(torch.tensor(teacher), torch.tensor(teacher), kind, 0.2)) == pytest.approx(0, abs=1e-7)


@pytest.fixture
def small_teacher(rng):
    """Means of the quarters' channels, then a linear layer that `refit` has to take away."""
    weight = numpy_helper.from_array(rng.normal(0, 1, (12, 3)).astype(np.float32), "w")
    nodes = [helper.make_node("AveragePool", ["x"], ["p"], kernel_shape=[4, 4], strides=[4, 4]),
             helper.make_node("Flatten", ["p"], ["f"]), helper.make_node("MatMul", ["f", "w"], ["embedding"])]
    graph = helper.make_graph(nodes, "teacher", [helper.make_tensor_value_info("x", 1, ["N", 3, 8, 8])],
                              [helper.make_tensor_value_info("embedding", 1, ["N", 3])], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model, numpy_helper.to_array(weight)


@pytest.mark.parametrize("bgr", [False, True])
def test_a_teacher_is_its_onnx_file_and_refitted_its_whitened_features(rng, small_teacher, bgr):
    model, weight = small_teacher
    pixels = rng.integers(0, 256, (300, 8, 8, 3), dtype=np.uint8)
    mean, deviation = (0.1, 0.2, 0.3), (0.5, 0.6, 0.7)
    teacher = distillation.Teacher(model, mean, deviation, bgr)
    channels = pixels[..., ::-1] if bgr else pixels
    features = ((channels / 255 - mean) / deviation).reshape(300, 2, 4, 2, 4, 3).mean(axis=(2, 4))
    features = features.transpose(0, 3, 1, 2).reshape(300, 12)
    assert np.allclose(teacher(pixels), unit(features @ weight), atol=1e-5)
    teacher.refit(pixels, 5)
    assert teacher(pixels).shape == (300, 5)
    rows = (teacher.raw(pixels) - teacher.centre) @ teacher.directions
    assert np.allclose(np.cov(rows.T, bias=True), np.eye(5), atol=1e-3)
    assert np.allclose(teacher.raw(pixels), features, atol=1e-5)
    few = distillation.Teacher(model, mean, deviation, bgr)  # fewer pictures than numbers
    few.refit(pixels[:9])
    rows = (few.raw(pixels[:9]) - few.centre) @ few.directions
    assert rows.shape == (9, 8) and np.allclose(np.cov(rows.T, bias=True), np.eye(8), atol=1e-3)


def test_two_teachers_are_the_mean_of_their_cosines_and_remember(rng, small_teacher):
    model, _ = small_teacher
    pair = [distillation.Teacher(model, (mean,) * 3, (0.5,) * 3) for mean in (0.0, 0.5)]
    both = distillation.Teachers(pair)
    pixels = rng.integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    keys = [(index,) for index in range(4)]
    rows = both(pixels, keys)
    expected = np.mean([teacher(pixels) @ teacher(pixels).T for teacher in pair], axis=0)
    assert np.allclose(rows @ rows.T, expected, atol=2e-3)  # kept as float16
    assert np.array_equal(both(np.zeros_like(pixels), keys), rows)
