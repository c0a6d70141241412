"""All knobs of a run by gradient, in one dataclass."""

from dataclasses import dataclass

from .backbones import NAMES
from .classes import EXPANSIONS
from .distillation import KINDS as DISTILLATIONS
from .heads import JOINS, NORMS
from ..gradient.margins import KINDS as MARGINS


@dataclass(frozen=True)
class Config:
    seed: int = 20261124

    # classes and views
    part: float = 1.0  # share of the training pictures that are used
    captures: int = 6  # simulated captures of each picture; with the picture itself one more view
    expansion: str = "none"  # more classes a picture: turns x4, flips x8, halves x24
    others: bool = False  # the training pictures that are no documents, as further classes
    folder: str = ""  # any image folder (ImageNet's layout, say), as further classes

    # network
    backbone: str = "detector"
    pretrained: bool = True
    side: int = 96  # the picture is shrunk to this inside the network
    join: str = "squeeze"
    norm: str = "ln+bn"
    dimension: int = 256

    # loss
    margin_kind: str = "cosface"
    margin: float = 0.3
    scale: float = 32.0
    rate: float = 1.0  # share of the class centres that a step sees
    distillation: str = ""  # kl, cosine, relational
    distillation_weight: float = 1.0
    teacher: str = ""  # an ONNX file; without it the pair of the data folder, refitted

    # steps
    views: int = 40_000  # how many the network sees
    batch: int = 64
    learning_rate: float = 2e-3  # of head and centres; the trunk's is this times trunk_rate
    centre_rate: float = 1e-2  # of the class centres
    trunk_rate: float = 0.3  # of a pretrained trunk; one from scratch learns as the head does
    weight_decay: float = 1e-3
    warmup: float = 0.05  # share of the steps
    averaging: float = 0.99  # of the weights, over steps; 0 takes the last ones

    def __post_init__(self) -> None:
        for name, value, known in (
                ("expansion", self.expansion, tuple(EXPANSIONS)), ("backbone", self.backbone, NAMES),
                ("join", self.join, JOINS), ("norm", self.norm, NORMS), ("margin_kind", self.margin_kind, MARGINS),
                ("distillation", self.distillation, ("", *DISTILLATIONS))):
            if value not in known:
                raise ValueError(f"expected {name} of {known}, got {value!r}")
        if not 0 < self.part <= 1 or not 0 < self.rate <= 1:
            raise ValueError(f"expected part and rate above 0 and at most 1, got {self.part} and {self.rate}")
        if self.views < self.batch or self.batch < 2:
            raise ValueError(f"expected at least one batch of two views, got {self.views} in batches of {self.batch}")

    @property
    def steps(self) -> int:
        return self.views // self.batch
