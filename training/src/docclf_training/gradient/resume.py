"""From the weights that ship to better ones: the network of a file, tuned on live views.

    python -m docclf_training.gradient.resume --model packages/model --cache DIR --out FILE.onnx --steps 2000

One thread. It goes on where it was stopped, and needs neither the trunks' files nor views on disk. The anchor is the
vector that the file itself gives a class as it is: what no view asks to move stays where it was. `--kept-out` names
kinds of damage that are not shown, `everyday` then says what the network makes of them.
"""

import time

from ..evaluate import model_file
from ..shipped import read_embedder
from . import recipe
from .tune import tune


def main() -> None:
    parser = recipe.options_of(__doc__)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--trunk-rate", type=float, default=5e-5, help="learning rate; the head's is twice, the centres' 20 times")
    options = recipe.parse(parser)
    started, rate = time.monotonic(), options.trunk_rate
    classes = recipe.training_classes(options)
    print(f"{len(classes)} classes", flush=True)
    tuning = recipe.tuning_of(options, trunk_rate=rate, head_rate=2 * rate, centre_rate=20 * rate)
    recipe.write(tune(read_embedder(model_file(options.model)), classes, options.cache, tuning), options.out)
    print(f"{options.out.name}: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
