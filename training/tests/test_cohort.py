"""The strangers that travel with the model: which are chosen, and that the product reads what is written."""

import json
import hashlib
from pathlib import Path

import numpy as np
import pytest
from docclf_training import cohort
from docclf_training.data import Picture

MODEL = Path(__file__).resolve().parents[2] / "packages" / "model"


def pictures(source: str, groups: int, each: int = 2) -> list[Picture]:
    return [Picture(f"{source}/{group}-{item}.jpg", f"{source}:{group}", b"") for group in range(groups) for item in range(each)]


def everything() -> list[Picture]:
    return [item for sources in cohort.KINDS.values() for source in sources for item in pictures(source, 80)]


def test_of_each_group_one_of_each_source_alike() -> None:
    kinds = cohort.chosen(everything(), 100)
    assert {kind: len(items) for kind, items in kinds.items()} == {
        "covers": 80, "cards": 100, "pages": 100, "tables": 80, "handwriting": 80}
    cards = [item.source for item in kinds["cards"]]
    assert (cards.count("unique_pool"), cards.count("xwing_cards")) == (50, 50)
    for items in kinds.values():
        assert len({item.group for item in items}) == len(items)


def test_the_choice_is_the_same_in_any_order() -> None:
    names = [item.name for item in cohort.chosen(everything(), 60)["pages"]]
    assert names == [item.name for item in cohort.chosen(everything()[::-1], 60)["pages"]]


def test_too_few_groups_are_refused() -> None:
    few = [item for item in everything() if item.source != "election_pdf"] + pictures("election_pdf", 49)
    with pytest.raises(ValueError, match="at least 50 groups of tables"):
        cohort.chosen(few)


def test_four_bits_keep_a_vector() -> None:
    vectors = np.random.default_rng(1).standard_normal((200, 512))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    data = cohort.packed(vectors)
    assert len(data) == 200 * 256
    assert np.einsum("nd,nd->n", cohort.unpacked(data, 512), vectors).min() > 0.985
    assert cohort.packed(np.array([[0.6, -0.6, 0.0, 0.1]])) == bytes([0x1F, 0x98])  # cut at 7; 0.1 is 1.46 steps


def test_the_shipped_file_is_the_one_of_the_manifest() -> None:
    manifest = json.loads((MODEL / "manifest.json").read_text())
    section = manifest["cohort"]
    data = (MODEL / section["file"]).read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (section["bytes"], section["sha256"])
    assert len(data) == sum(kind["vectors"] for kind in section["kinds"]) * manifest["output"]["dimension"] // 2
    assert len(data) <= 300_000
