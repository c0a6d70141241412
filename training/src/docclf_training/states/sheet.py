"""A contact sheet of the simulated states, a row a kind: to be looked at beside real photographs, before anything is trained.

`python -m docclf_training.states.sheet --out states.png`
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from ..data import data_folder, read_training
from ..preprocess import decode
from ..views import generator
from . import invented
from .documents import documents
from .kinds import KINDS, PLAIN
from .scenes import Mark, captured, large

NEW_ONES = "invented"


def mark_of(kind: str, row: int, column: int) -> tuple[Mark | None, str]:
    """The mark of a kind and its stage; of invented ones another in each column."""
    if kind == PLAIN:
        return None, ""
    if kind == NEW_ONES:
        return lambda image, rng: invented.mark(image, rng, 37 * row + column), "paper"
    return KINDS[kind].step, KINDS[kind].stage


def sheet(count: int = 10) -> np.ndarray:
    """uint8 RGB: each kind on some documents that are held out."""
    _, held = documents(read_training(data_folder() / "train"))
    rows = []
    for row, kind in enumerate((PLAIN, *KINDS, NEW_ONES)):
        chosen = [held[(37 * row + 11 * column) % len(held)] for column in range(count)]
        pixels = [captured(large(decode(item.encoded)), *mark_of(kind, row, column), generator(row, item.name, 1))
                  for column, item in enumerate(chosen)]
        name = np.full((128, 110, 3), 255, np.uint8)
        cv2.putText(name, kind, (4, 66), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
        rows.append(np.hstack([name, *pixels]))
    return np.vstack(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    cv2.imwrite(str(parser.parse_args().out), sheet()[..., ::-1])
