"""On real pictures: ImageNet's layout as classes, and the pair of teachers."""

import tarfile

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="no PyTorch: pip install -e 'training[gradient]' to run these tests")
torch.set_num_threads(1)

from docclf_training.data import read_training  # noqa: E402
from docclf_training.ladder.classes import expand, read_folder  # noqa: E402
from docclf_training.ladder.config import Config  # noqa: E402
from docclf_training.ladder.distillation import default_teachers  # noqa: E402
from docclf_training.ladder.train import Material, Run  # noqa: E402
from docclf_training.views import make_views, views_of  # noqa: E402


def test_imagenet_in_its_own_layout_trains(data, tmp_path):
    """`<synset>/<image>.JPEG`, as ImageNet-1K is unpacked; each image is a class."""
    with tarfile.open(data / "train" / "imagenet_samples.tar") as archive:
        for index, member in enumerate(archive.getmembers()[:24]):
            path = tmp_path / "ILSVRC" / "train" / f"n{index // 4:08}" / f"n{index // 4:08}_{index}.JPEG"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.extractfile(member).read())
    pictures = read_folder(tmp_path / "ILSVRC")
    classes = expand([item.group for item in pictures], range(4))
    views = make_views(pictures, 1, 0, tmp_path / "cache", workers=1)
    config = Config(backbone="lcnet", pretrained=False, side=32, views=320, batch=32, dimension=32, expansion="turns")
    run = Run(config, Material(pictures, views, classes, [], views), None)
    losses = [run.advance() for _ in range(config.steps)]
    assert len(classes) == 96 and losses[-1] < losses[0]


def test_the_refitted_pair_finds_a_picture_among_others_by_its_capture(data):
    pictures = read_training(data / "train")[::700]
    views = np.stack([views_of(item, 1, 0) for item in pictures])
    teachers = default_teachers(data / "teacher", views[:, 0])
    names = [(index,) for index in range(len(pictures))]
    originals, captures = teachers(views[:, 0], names), teachers(views[:, 1], [(*name, 1) for name in names])
    assert np.mean((originals @ captures.T).argmax(axis=0) == np.arange(len(pictures))) > 0.9
