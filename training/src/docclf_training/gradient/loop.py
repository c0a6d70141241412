"""The loop of every training by gradient: one step after the other, one checkpoint, one line of progress."""

import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch

CHECKPOINT_SECONDS = 120
PROGRESS_SECONDS = 2
SMOOTHING = 0.98  # of the loss that is shown


class Run(Protocol):
    """What is trained. A step follows from the run's state alone, so that one that was stopped ends as one that was not."""

    step: int  # how many are done

    @property
    def share(self) -> float:
        """How much of the run is over; it ends at 1."""

    def advance(self) -> float:
        """One step; returns the loss. Raises ValueError where it is not finite."""

    def state(self) -> dict:
        """All that `restore` needs, as `torch.load` reads it with weights only."""

    def restore(self, state: dict) -> None:
        """Raises ValueError where the state is of another run."""


@dataclass(frozen=True)
class Learned:
    loss: float  # smoothed over the last steps; not a number where none was left to do
    seconds: float  # of the processor, over all sittings


def learn(run: Run, checkpoint: Path, name: str, every: float | None = None, saved: Callable[[], None] | None = None) -> Learned:
    """Advances a run to its end, from its checkpoint where there is one.

    `every` is the seconds between checkpoints, by default `CHECKPOINT_SECONDS`; `saved` is called after each of them. The last
    one lies there when the run is over, so that nothing is lost between it and what is made of the weights.
    """
    every = CHECKPOINT_SECONDS if every is None else every
    spent = 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        spent = state.pop("seconds")
        run.restore(state)
    begun, started, busy, smooth = run.share, time.monotonic(), time.process_time(), math.nan
    written = shown = started
    while run.share < 1:
        loss = run.advance()
        smooth = loss if math.isnan(smooth) else SMOOTHING * smooth + (1 - SMOOTHING) * loss
        now, over = time.monotonic(), run.share >= 1
        if now - shown > PROGRESS_SECONDS or over:
            left, shown = round((now - started) / (run.share - begun) * max(0, 1 - run.share)), now
            print(f"\r{name}: step {run.step}, {run.share:.1%}, loss {smooth:.3f}, {left // 60}:{left % 60:02d} left ",
                  end="\n" if over else "", file=sys.stderr, flush=True)
        if now - written > every or over:
            replace(checkpoint, run.state() | {"seconds": spent + time.process_time() - busy})
            written = now
            if saved:
                saved()
    return Learned(smooth, spent + time.process_time() - busy)


def replace(file: Path, state: dict) -> None:
    """In one go: whoever is stopped while it writes leaves the one before."""
    partial = file.with_suffix(".partial")
    torch.save(state, partial)
    os.replace(partial, file)
