"""Another head on trunks that stay as they are: what the network returns for a view is computed once and learned from often.

    python -m docclf_training.gradient.refit --model packages/model --cache DIR --out FILE.onnx --views 40000

A view costs a tenth of what it costs where the trunks learn too (`resume`), and every later step next to nothing. Both
halves go on where they were stopped. Classes, anchor and loss are those of `resume`.
"""

import hashlib
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from .. import export
from ..discriminant import Head
from ..evaluate import model_file
from ..export import Network
from ..features import open_session
from ..preprocess import normalise
from ..shipped import read_embedder
from . import recipe
from .live import Address, Live
from .network import parameter
from .pair import SIZE
from .recipe import SHARES
from .tune import Learner, tune

AT_ONCE = 32  # views
SEED = 5


class OnlyHead(nn.Module):
    """Fused features [n, features] to unit vectors; what `tune.Run` asks of a `Pair`."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.origin = network
        self.factor = SIZE / float(np.abs(network.head.matrix).mean())
        self.matrix, self.bias = parameter(self.factor * network.head.matrix), parameter(self.factor * network.head.bias)

    def forward(self, features: Tensor) -> Tensor:
        return functional.normalize(functional.linear(features, self.matrix, self.bias))

    @property
    def trunks(self) -> list[nn.Parameter]:
        return []

    @property
    def rest(self) -> list[nn.Parameter]:
        return [self.matrix, self.bias]

    def network(self) -> Network:
        origin = self.origin
        matrix = (self.matrix.detach().numpy() / self.factor).astype(np.float16).astype(np.float32)
        head = Head(matrix, self.bias.detach().numpy() / self.factor, origin.head.ratio)
        return Network(origin.detector, origin.mobilenet, origin.fusion, head)


def as_they_are(features: np.ndarray) -> Tensor:
    return torch.from_numpy(features.astype(np.float32))


HEAD = Learner(OnlyHead, lambda features, random: as_they_are(features), as_they_are)


class Seen:
    """So many views of live classes, as features on disk; what `tune.Run` asks of its `Classes`."""

    def __init__(self, classes: Live, views: int, shares: tuple[tuple[str, float], ...] = SHARES) -> None:
        self.classes, self.group, self.kind = classes, classes.group, classes.kind
        self.clean = [address for label in range(len(classes)) for address in classes.clean_views(label)]
        random, drawn = np.random.default_rng(SEED), []
        for name, share in shares:  # every class of a kind before any comes again
            members, count = np.flatnonzero(classes.kind == name), round(share * views)
            rounds = [random.permutation(members) for _ in range(-(-count // max(1, len(members))))] if len(members) else []
            drawn += [classes.draw(int(label), random) for label in np.concatenate([*rounds, []])[:count].astype(int)]
        self.addresses: list[Address] = self.clean + [drawn[index] for index in random.permutation(len(drawn))]
        self.own: list[list[int]] = [[] for _ in range(len(classes))]
        for place, address in enumerate(self.addresses):
            self.own[address[0]].append(place)
        self.features = np.zeros((0, 0), np.float16)

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def key(self) -> str:
        return f"{self.classes.key} {SEED} {len(self.addresses)}"

    def clean_views(self, label: int) -> list[int]:
        return [place for place in self.own[label] if place < len(self.clean)]

    def draw(self, label: int, random: np.random.Generator) -> int:
        return self.own[label][random.integers(len(self.own[label]))]

    def look(self, chosen: list[int]) -> np.ndarray:
        """float16 [n, features]."""
        return self.features[chosen]

    def compute(self, network: Network, folder: Path) -> None:
        """The features of every view, from where an earlier run was stopped."""
        frozen = export.features_model(network.detector, network.mobilenet)
        start = hashlib.sha256(frozen + network.fusion.directions.tobytes() + self.key.encode()).hexdigest()[:24]
        path, mark = folder / f"features-{start}.npy", folder / f"features-{start}.done"
        shape = (len(self.addresses), network.head.matrix.shape[1])
        done = int(mark.read_text()) if path.exists() and mark.exists() else 0
        self.features = np.lib.format.open_memmap(path, "r+" if done else "w+", np.float16, shape)
        session, begun, started = open_session(frozen), done, time.monotonic()
        while done < len(self.addresses):
            pixels = self.classes.look(self.addresses[done:done + AT_ONCE])
            self.features[done:done + len(pixels)] = network.fusion(session.run(None, {"image": normalise(pixels)})[0])
            done += len(pixels)
            if done % (AT_ONCE * 16) == 0 or done == len(self.addresses):
                self.features.flush()
                mark.write_text(str(done))
                left = round((time.monotonic() - started) / (done - begun) * (len(self.addresses) - done))
                print(f"\rfeatures: {done} of {len(self.addresses)} views, {left // 60}:{left % 60:02d} left ", end="",
                      file=sys.stderr, flush=True)
        print(file=sys.stderr)


def main() -> None:
    parser = recipe.options_of(__doc__)
    parser.add_argument("--views", type=int, default=40000)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=2e-4, help="learning rate; the centres' is ten times as high")
    options = recipe.parse(parser)
    network = read_embedder(model_file(options.model))
    classes = Seen(recipe.training_classes(options), options.views)
    print(f"{len(classes)} classes, {len(classes.addresses)} views", flush=True)
    classes.compute(network, options.cache)
    tuning = recipe.tuning_of(options, head_rate=options.rate, centre_rate=10 * options.rate)
    recipe.write(tune(network, classes, options.cache, tuning, HEAD), options.out)
    print(f"wrote {options.out.name}")


if __name__ == "__main__":
    main()
