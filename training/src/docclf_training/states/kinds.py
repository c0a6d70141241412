"""The kinds of state that training knows, those that it must not, and the word that a user would say for each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .. import film
from . import paper, seen

Step = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Kind:
    """What is done to the sheet (`paper`), before the lens (`light`) or after the sensor (`after`)."""

    word: str  # in `words`; several kinds share one
    stage: str
    step: Step
    held_out: bool = False  # never trained on: for it one example must do


PLAIN = "plain"

KINDS = {
    "ring stain": Kind("stain", "paper", paper.ring_stain),
    "blot": Kind("stain", "paper", paper.blot),
    "grease": Kind("stain", "paper", paper.grease),
    "splatter": Kind("stain", "paper", paper.splatter),
    "dirt": Kind("stain", "paper", paper.dirt),
    "stamp": Kind("stamp", "paper", paper.stamp),
    "overprint": Kind("writing", "paper", paper.overprint),
    "handwriting": Kind("writing", "paper", paper.handwriting),
    "signature": Kind("writing", "paper", paper.signature),
    "crossed out": Kind("writing", "paper", paper.crossed_out),
    "redaction": Kind("cover", "paper", paper.redaction),
    "holes": Kind("holes", "paper", paper.holes),
    "torn corner": Kind("tear", "paper", paper.torn_corner),
    "torn edge": Kind("tear", "paper", paper.torn_edge),
    "rip": Kind("tear", "paper", paper.rip),
    "fold": Kind("fold", "paper", paper.fold),
    "crumple": Kind("fold", "paper", paper.crumple),
    "faded": Kind("faded", "paper", seen.faded),
    "film": Kind("glare", "light", film.film),
    "glare spot": Kind("glare", "light", seen.glare_spot),
    "glare tube": Kind("glare", "light", seen.glare_tube),
    "glare window": Kind("glare", "light", seen.glare_window),
    "shadow": Kind("shadow", "light", seen.shadow),
    "finger": Kind("cover", "light", seen.finger),
    "covered": Kind("cover", "light", seen.covered),
    "tinted": Kind("tint", "light", seen.tinted),
    "blurred": Kind("blur", "after", seen.blurred),
    "shaken": Kind("blur", "after", seen.shaken),
    "foggy": Kind("blur", "after", seen.foggy),
    "dark": Kind("dark", "after", seen.dark),
    "washed": Kind("bright", "after", seen.washed),
    "grey": Kind("grey", "after", seen.grey),
    "fax": Kind("copy", "after", seen.fax),
    "photocopy": Kind("copy", "paper", seen.photocopy, held_out=True),
    "highlighter": Kind("writing", "paper", paper.highlighter, held_out=True),
    "sticker": Kind("cover", "paper", paper.sticker, held_out=True),
    "tape": Kind("cover", "paper", paper.tape, held_out=True),
    "dog ear": Kind("tear", "paper", paper.dog_ear, held_out=True),
    "screen": Kind("screen", "light", seen.screen, held_out=True),
}

TRAINED = tuple(name for name, kind in KINDS.items() if not kind.held_out)
HELD_OUT = tuple(name for name, kind in KINDS.items() if kind.held_out)
