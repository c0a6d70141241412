"""Where images come from: the training shards, and benchmark folders `<stratum>/<source>/<type>/<image>`.

The folder is the one that the environment variable `DOCCLF_DATA` names, else `shared/data`
beside the project's root. Nothing of it is ever written to.
"""

import hashlib
import os
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path

# Twelve documents of the benchmark's stratum `unknown` are in the training shards too, some of them
# twice (found by nearest neighbours, confirmed by eye). They are never read for training.
ALSO_IN_BENCHMARK = frozenset({
    "book_covers/0000018_747c740e.jpg", "book_covers/0000040_5030835d.jpg", "book_covers/0000042_b6e0f515.jpg",
    "book_covers/0000071_64369360.jpg", "book_covers/0000139_191742b1.jpg", "book_covers/0000172_d0b0d2b2.jpg",
    "book_covers/0000219_c52c4a8f.jpg", "book_covers/0000300_e9928d5a.jpg", "book_covers/0000432_fd29e50f.jpg",
    "book_covers/0000433_95f5f852.jpg", "book_covers/0000439_accb7b05.jpg", "book_covers/0000499_c4988d55.jpg",
    "unique_pool/8348124a2d0942e097a917db8529cd54.jpg", "unique_pool/a944c30a9e408d68786fd3c769075a84.jpg",
})

PROJECT = Path(__file__).resolve().parents[3]


def data_folder() -> Path:
    """The data folder, whether or not it exists."""
    return Path(os.environ.get("DOCCLF_DATA") or PROJECT.parent / "shared" / "data")


@dataclass(frozen=True)
class Picture:
    """One training image. Pictures of one group look alike and never count as different classes."""

    name: str  # `<shard>/<file>`
    group: str
    encoded: bytes

    @property
    def source(self) -> str:
        return self.name.split("/")[0]

    @property
    def family(self) -> str:
        """Pictures whose names begin with the same word are often made from one template: never impostors."""
        return f"{self.source}/{re.split('[_.-]', self.name.split('/')[1])[0]}"


def read_training(folder: Path) -> list[Picture]:
    """Every picture that `index.tsv` lists and the benchmark lacks, in its order; shards are read once."""
    lines = (folder / "index.tsv").read_text(encoding="utf-8").splitlines()[1:]
    groups = dict(line.split("\t") for line in lines)
    encoded: dict[str, bytes] = {}
    for shard in sorted({name.split("/")[0] for name in groups}):
        with tarfile.open(folder / f"{shard}.tar") as archive:
            for member in archive:
                stream = archive.extractfile(member)
                if stream is not None:
                    encoded[f"{shard}/{Path(member.name).name}"] = stream.read()
    wanted = [name for name in groups if name not in ALSO_IN_BENCHMARK]
    return [Picture(name, groups[name], encoded[name]) for name in wanted]


# Pictures of something else than a document: what the model is for decides, the figures do not (see LOG.md).
NOT_DOCUMENTS = {"bsds500", "imagenet_samples", "debian_wallpapers", "grocery_products", "texlive_images",
                 "debian_doc_screenshots", "repo_figures_misc"}

# Sources in which one printed form fills many groups (a county's precincts, say), so that two groups of one
# family or of two may be one type: fitted, but no impostors.
SHARED_FORMS = {"election_pdf"}

# What a document can look like. A source that is not named here is pages.
KINDS = {"book_covers": "covers", "unique_pool": "cards", "xwing_cards": "cards"}


def kind(picture: Picture) -> str:
    """covers, cards or pages."""
    return KINDS.get(picture.source, "pages")


def one_a_group(pictures: list[Picture]) -> list[Picture]:
    """The first picture of each group: one picture, one class."""
    return list({picture.group: picture for picture in reversed(pictures)}.values())[::-1]


def held_out(family: str, share: float = 0.2) -> bool:
    """Whether a family stays out of every fit, to validate on: decided by its name alone, so it never changes."""
    digest = hashlib.sha256(family.encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32


@dataclass(frozen=True)
class Sample:
    """One benchmark image; `label` is `<source>/<type>`."""

    path: Path
    source: str
    label: str


def read_stratum(folder: Path) -> list[Sample]:
    """All images under `<source>/<type>/`, sorted; files that lie directly in a source are its types of one image."""
    samples = []
    for path in sorted(folder.rglob("*.jpg")):
        parts = path.relative_to(folder).parts
        label = "/".join(parts[:2]) if len(parts) > 2 else "/".join(parts)
        samples.append(Sample(path, parts[0], label))
    return samples
