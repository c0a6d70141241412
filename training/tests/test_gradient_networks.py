"""Classes, backbones, heads and the run itself, on small networks and made-up pictures."""

import cv2
import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

torch = pytest.importorskip("torch", reason="no PyTorch: pip install -e 'training[gradient]' to run these tests")
torch.set_num_threads(1)  # small tensors: more threads only wait for each other

from docclf_training.chain import Layer, run  # noqa: E402
from docclf_training.data import Picture, held_out  # noqa: E402
from docclf_training.gradient.network import Average, embed  # noqa: E402
from docclf_training.ladder import ablate, backbones, validation  # noqa: E402
from docclf_training.ladder import network as networks  # noqa: E402
from docclf_training.ladder.classes import change, expand, read_folder  # noqa: E402
from docclf_training.ladder.config import Config  # noqa: E402
from docclf_training.ladder.heads import NORMS, Head  # noqa: E402
from docclf_training.ladder.train import Material, Run, train  # noqa: E402
from docclf_training.preprocess import normalise  # noqa: E402
from docclf_training.views import make_views, views_of  # noqa: E402


def test_the_eight_turns_and_mirrorings_differ_and_halves_are_halves(rng):
    image = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    whole = [change(image, code).tobytes() for code in range(8)]
    assert len(set(whole)) == 8 and whole[0] == image.tobytes()
    assert np.array_equal(change(image, 1), np.rot90(image)) and np.array_equal(change(image, 4), image[:, ::-1])
    assert np.array_equal(change(image, 8), cv2.resize(image[:4], (8, 8)))
    assert np.array_equal(change(image, 16 + 2), np.rot90(cv2.resize(image[4:], (8, 8)), 2))


def test_classes_made_alike_from_one_group_share_a_group():
    classes = expand(["a", "b", "a"], range(2))
    assert classes.picture.tolist() == [0, 1, 2, 0, 1, 2] and classes.change.tolist() == [0, 0, 0, 1, 1, 1]
    group = classes.group
    assert group[0] == group[2] and group[3] == group[5]
    assert len({group[0], group[1], group[3], group[4]}) == 4


def write_images(folder, rng, count):
    for index in range(count):
        path = folder / f"n0144{index % 2}" / f"picture_{index}.JPEG"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".jpg", rng.integers(0, 256, (40, 60, 3), dtype=np.uint8))[1].tobytes())


def test_any_image_folder_is_one_class_an_image(rng, tmp_path):
    write_images(tmp_path / "images", rng, 5)
    (tmp_path / "images" / "LOC_synset_mapping.txt").write_text("n01440 tench")
    pictures = read_folder(tmp_path / "images")
    assert [item.name for item in pictures][:2] == ["images/n01440/picture_0.JPEG", "images/n01440/picture_2.JPEG"]
    assert len({item.group for item in pictures}) == 5 and pictures[0].source == "images"
    views = make_views(pictures, 2, 3, tmp_path / "cache", workers=1)
    assert np.array_equal(views.stack([4, 0], [2, 1]), [views_of(pictures[4], 2, 3)[2], views_of(pictures[0], 2, 3)[1]])
    before = [path.stat().st_mtime_ns for path in views.paths]
    again = make_views(pictures[1:], 2, 3, tmp_path / "cache", workers=1)  # other pictures beside, nothing anew
    assert again.paths == views.paths[1:] and [path.stat().st_mtime_ns for path in views.paths] == before
    assert np.array_equal(again.all(), views.all()[3:])
    with pytest.raises(ValueError, match="found none"):
        read_folder(tmp_path / "cache")


def run_onnx(model, name, value):
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {name: value})[0]


@pytest.fixture
def chain(rng):
    """What the detector's trunk is made of: a plain, a depthwise and a pointwise convolution."""
    shapes = (((6, 3, 3, 3), 2, 1, 1, False, 1.0, 0.0), ((6, 1, 3, 3), 2, 1, 6, True, 0.7, -0.3),
              ((8, 6, 1, 1), 2, 0, 1, True, 1.3, 0.2))
    layers = []
    for shape, stride, padding, group, swish, scale, shift in shapes:
        layer = Layer(rng.normal(0, 0.4, shape), rng.normal(0, 0.5, shape[0]), {
            "kernel_shape": list(shape[2:]), "strides": [stride] * 2, "pads": [padding] * 4, "group": group})
        layer.activation, layer.scale, layer.shift = "hard_swish" if swish else "", scale, shift
        layers.append(layer)
    return layers


def test_the_pretrained_trunk_computes_what_the_folded_chain_does(rng, chain):
    images = rng.normal(0, 1, (5, 3, 32, 32)).astype(np.float32)
    network, channels = backbones.detector(chain)
    assert channels == 8
    backbones.calibrate(network, torch.from_numpy(images))
    expected = np.stack([run(chain, image) for image in images])
    with torch.no_grad():
        assert np.allclose(network.eval()(torch.from_numpy(images)).numpy(), expected, atol=1e-4)
        # These very images have the statistics that the batch norms were set to.
        assert np.allclose(network.train()(torch.from_numpy(images)).numpy(), expected, atol=1e-2)


@pytest.mark.parametrize(("kernel", "stride"), [(3, 1), (3, 2), (5, 1), (5, 2)])
def test_padding_is_that_of_tensorflow(rng, kernel, stride):
    weight, image = rng.normal(0, 1, (2, 3, kernel, kernel)), rng.normal(0, 1, (1, 3, 16, 16))
    node = helper.make_node("Conv", ["x", "w"], ["y"], auto_pad="SAME_UPPER", strides=[stride] * 2)
    graph = helper.make_graph([node], "conv", [helper.make_tensor_value_info("x", 1, image.shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
                              [numpy_helper.from_array(weight.astype(np.float32), "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    expected = run_onnx(model.SerializeToString(), "x", image.astype(np.float32))
    found = torch.nn.functional.conv2d(backbones.SamePadding(kernel, stride)(torch.tensor(image)), torch.tensor(weight),
                                       stride=stride)
    assert np.allclose(found.numpy(), expected, atol=1e-4)


def test_backbones_have_the_published_sizes():
    """PP-LCNet 0.5 has 1.9 million parameters with its classifier (512 -> 1280 -> 1000, its paper's table 2)."""
    network, channels = backbones.lcnet()
    count = sum(item.numel() for item in network.parameters()) + channels * 1280 + 1280 + 1280 * 1000 + 1000
    assert channels == 256 and count == pytest.approx(1.9e6, rel=0.03)
    assert backbones.Backbone(network, channels, 128)(torch.zeros(2, 3, 128, 128)).shape == (2, 256, 4, 4)
    network, channels = backbones.efficientnet(None)
    assert backbones.Backbone(network, channels, 64)(torch.zeros(2, 3, 128, 128)).shape == (2, 112, 4, 4)


def test_a_picture_is_shrunk_as_the_product_would(rng):
    image = rng.normal(0, 1, (1, 3, 128, 128)).astype(np.float32)
    backbone = backbones.Backbone(torch.nn.Identity(), 3, 96)
    expected = [cv2.resize(np.ascontiguousarray(np.moveaxis(item, 0, -1)), (96, 96), interpolation=cv2.INTER_LINEAR) for item in image]
    assert np.allclose(backbone.shrink(torch.from_numpy(image)).numpy(), np.moveaxis(np.stack(expected), -1, 1), atol=1e-4)


def test_unusable_backbones_are_refused():
    for name, words in (("lcnet", "no weights"), ("detector", "ONNX file"), ("vgg", "backbone of")):
        with pytest.raises(ValueError, match=words):
            backbones.build(name, True, 96, None, None)


def slow_head(head, maps, join, norm):
    """The head in numpy, in training mode: batch statistics are those of these rows."""
    layers = list(head.layers)
    if join == "squeeze":
        maps = np.einsum("nchw,oc->nohw", maps, layers[0].weight.detach().numpy()[:, :, 0, 0])
    rows = maps.mean(axis=(2, 3)) if join == "gap" else maps.reshape(len(maps), -1)
    for linear in (layer for layer in layers if isinstance(layer, torch.nn.Linear)):
        rows = rows @ linear.weight.detach().numpy().T
        for kind in norm.split("+"):
            axis = 1 if kind == "ln" else 0
            deviation = np.sqrt(rows.var(axis=axis, keepdims=True) + 1e-5)
            rows = (rows - rows.mean(axis=axis, keepdims=True)) / deviation
    return rows


@pytest.mark.parametrize("join", ["squeeze", "flatten", "gap"])
@pytest.mark.parametrize("norm", NORMS)
def test_every_head_agrees_with_numpy(rng, join, norm):
    head, maps = Head(join, norm, 8, 4, 6), rng.normal(0, 1, (10, 8, 4, 4))
    with torch.no_grad():
        found = head.double()(torch.tensor(maps)).numpy()
    assert np.allclose(found, slow_head(head, maps, join, norm), atol=1e-6)


def test_unknown_heads_are_refused():
    with pytest.raises(ValueError, match="join"):
        Head("attention", "ln", 4, 4, 8)
    with pytest.raises(ValueError, match="norm"):
        Head("gap", "group", 4, 4, 8)


class ArrayViews:
    """Stands for views on disk."""

    def __init__(self, pixels):
        self.pixels, self.count = pixels, pixels.shape[1]

    def stack(self, pictures, views):
        return self.pixels[pictures, views]

    def all(self):
        return self.pixels.reshape(-1, *self.pixels.shape[2:])


@pytest.fixture
def material(rng):
    def views(pictures, count):
        base = rng.integers(0, 256, (pictures, 1, 4, 4, 3)).repeat(32, axis=2).repeat(32, axis=3)
        return ArrayViews(np.clip(base + rng.normal(0, 20, (pictures, count, 128, 128, 3)), 0, 255).astype(np.uint8))

    def pictures(count, source):
        return [Picture(f"{source}/{index}.jpg", f"{source}:{index}", b"") for index in range(count)]

    kept_out = pictures(6, "book_covers") + pictures(6, "texlive")
    return Material(pictures(20, "texlive"), views(20, 3), expand([str(index) for index in range(20)], range(1)),
                    kept_out, views(12, 3))


SMALL = Config(backbone="lcnet", pretrained=False, side=32, dimension=16, views=48, batch=8, rate=0.5)


def test_every_class_comes_once_before_any_comes_again(material):
    config = Config(batch=8, views=200)
    drawn = np.concatenate([material.batch(config, step)[1] for step in range(5)])
    assert sorted(drawn[:20]) == list(range(20)) and sorted(drawn[20:]) == list(range(20))
    assert not np.array_equal(drawn[:20], drawn[20:])
    pixels, target, names = material.batch(config, 2)
    again = material.batch(config, 2)
    assert np.array_equal(pixels, again[0]) and np.array_equal(target, again[1]) and names == again[2]
    assert np.array_equal(pixels[3], material.views.pixels[names[3][:2]])


def test_a_run_that_was_stopped_ends_as_one_that_was_not(material, tmp_path):
    straight = Run(SMALL, material, None)
    losses = [straight.advance() for _ in range(6)]
    stopped = Run(SMALL, material, None)
    for _ in range(3):
        stopped.advance()
    torch.save(stopped.state(), tmp_path / "checkpoint.pt")
    resumed = Run(SMALL, material, None)
    resumed.restore(torch.load(tmp_path / "checkpoint.pt", weights_only=True))
    assert [resumed.advance() for _ in range(3)] == losses[3:]
    for expected, found in zip(straight.final.state_dict().values(), resumed.final.state_dict().values(), strict=True):
        assert torch.equal(expected, found)
    with pytest.raises(ValueError, match="configuration"):
        Run(Config(backbone="lcnet", pretrained=False, side=32, dimension=16, views=48, batch=8, rate=0.4),
            material, None).restore(torch.load(tmp_path / "checkpoint.pt", weights_only=True))


def test_a_run_learns_and_leaves_a_model_that_onnx_runtime_agrees_with(material, tmp_path, capsys):
    config = Config(backbone="lcnet", pretrained=False, side=32, dimension=16, views=480, batch=8)
    first = Run(config, material, None).advance()
    result = train(config, material, tmp_path, None)
    assert result["lastLoss"] < first and result["onnxDifference"] < 1e-4
    assert 0 <= result["validation"]["mean"] <= 1 and (tmp_path / "result.json").exists()
    assert "100.0%, loss" in capsys.readouterr().err
    vectors = run_onnx((tmp_path / "model.onnx").read_bytes(), "image", normalise(material.kept_out_views.all()[::3]))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("kind", "size"), [("kl", 16), ("cosine", 24), ("relational", 24)])
def test_a_run_can_be_taught(material, kind, size):
    def teachers(pixels, keys):
        rows = np.stack([np.random.default_rng(key).normal(0, 1, size) for key in keys])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    config = Config(backbone="lcnet", pretrained=False, side=32, dimension=16, views=48, batch=8, distillation=kind)
    run = Run(config, material, None, teachers)
    assert run.advance() > Run(config, material, None).advance()


def test_an_export_that_differs_is_refused(material, monkeypatch):
    network = Run(SMALL, material, None).network.eval()
    pixels = material.kept_out_views.all()[::3]
    monkeypatch.setattr(networks, "embed_with", lambda model: lambda images: embed(network, images) + 1e-3)
    with pytest.raises(ValueError, match="within"):
        networks.to_onnx(network, pixels)


def test_the_average_of_weights_agrees_with_a_loop():
    layer = torch.nn.Linear(1, 1, bias=False)
    average, expected = Average(layer, 0.9), layer.weight.item()
    for step in range(1, 31):
        with torch.no_grad():
            layer.weight.fill_(float(step))
        average.update(layer)
        factor = min(0.9, step / (step + 10))
        expected = factor * expected + (1 - factor) * step
    assert average.network.weight.item() == pytest.approx(expected, rel=1e-5)


def test_validation_takes_strangers_and_scores_each_kind_apart(rng):
    everything = [Picture(f"{source}/{index}_x.jpg", f"{source}:{index}", b"")
                  for source in ("book_covers", "texlive", "election_pdf") for index in range(40)]
    chosen = validation.choose(everything)
    assert chosen and all(held_out(item.family) for item in chosen)
    assert {item.source for item in chosen} == {"book_covers", "texlive"}  # elections share their forms
    rows = np.repeat(np.eye(len(chosen)), 3, axis=0)
    for index, item in enumerate(chosen):
        if item.source == "texlive":  # a page's views are nothing alike
            rows[3 * index:3 * index + 3] = np.eye(len(chosen))[:3]
    found = validation.score(rows, chosen)
    assert found == {"covers": 1, "pages": 0, "mean": 0.5}


@pytest.mark.parametrize("wrong", [{"norm": "gn"}, {"rate": 0}, {"part": 2}, {"views": 10}, {"distillation": "l2"}])
def test_a_config_that_cannot_run_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Config(**wrong)


def test_every_row_of_the_ladder_can_be_configured_and_has_its_folder():
    configs = [row.config(ablate.BASE) for row in ablate.ROWS]
    assert len(set(configs)) == len({row.folder for row in ablate.ROWS}) == len(ablate.ROWS)
    assert {config.views for config in configs} == {ablate.BASE.views}


def test_the_table_replaces_only_itself(tmp_path):
    file = tmp_path / "table.md"
    file.write_text("before\n<!-- table -->\nold\n<!-- end of table -->\nafter\n")
    ablate.write_table(file, "new")
    assert file.read_text() == "before\n<!-- table -->\nnew\n<!-- end of table -->\nafter\n"
    file.write_text("no markers")
    with pytest.raises(ValueError, match="lines"):
        ablate.write_table(file, "new")
