"""What PyTorch makes of two state maps beside a baseline, by a small head of random weights: for the TypeScript tests.

    python -m docclf_training.states.golden --out packages/core/test/state-comparison.json
"""

import argparse
import json
from pathlib import Path

import torch

from .attach import comparison
from .head import Head, Shape

SIDE, CHANNELS = 8, 3


def golden() -> dict:
    """The layers as a manifest carries them, maps [channels * places] with one decimal place, and the vectors of the maps beside the baseline."""
    torch.manual_seed(4)
    head = Head(torch.zeros(1), torch.ones(1), Shape(channels=CHANNELS, fine=4, hidden=10, dimension=5)).eval()
    for parameter in head.parameters():  # as a manifest carries them
        parameter.data = parameter.data.half().float()
    maps = (10 * torch.randn(3, CHANNELS, SIDE, SIDE)).round() / 10
    maps[2] += 0.5 * maps[0] + 1
    with torch.no_grad():
        vectors = head(maps[1:], maps[:1].expand(2, -1, -1, -1))
    flat = [[round(value, 3) for value in one.flatten().tolist()] for one in maps]
    return {"channels": CHANNELS, "places": SIDE**2, "comparison": comparison(head), "baseline": flat[0], "maps": flat[1:],
            "vectors": [[round(value, 6) for value in one.tolist()] for one in vectors]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.parse_args().out.write_text(json.dumps(golden()) + "\n", encoding="utf-8")
