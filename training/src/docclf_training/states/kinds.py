"""The kinds of state that training knows, those that it must not, what a user would call each, and the word that is said of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .. import film
from . import paper, seen

Step = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Kind:
    """What is done to the sheet (`paper`), before the lens (`light`) or after the sensor (`after`)."""

    word: str  # in `words`; several states share one
    state: str  # kinds of one state are one to a user: whoever registered a ring wants to find a blot
    stage: str
    step: Step
    held_out: bool = False  # never trained on: for it one example must do


PLAIN = "plain"

KINDS = {
    "ring stain": Kind("stain", "stain", "paper", paper.ring_stain),
    "blot": Kind("stain", "stain", "paper", paper.blot),
    "grease": Kind("stain", "stain", "paper", paper.grease),
    "splatter": Kind("stain", "stain", "paper", paper.splatter),
    "dirt": Kind("stain", "dirt", "paper", paper.dirt),
    "stamp": Kind("stamp", "stamp", "paper", paper.stamp),
    "seal": Kind("stamp", "stamp", "paper", paper.seal),
    "overprint": Kind("writing", "overprint", "paper", paper.overprint),
    "handwriting": Kind("writing", "writing", "paper", paper.handwriting),
    "signature": Kind("writing", "writing", "paper", paper.signature),
    "crossed out": Kind("writing", "crossed out", "paper", paper.crossed_out),
    "redaction": Kind("cover", "redaction", "paper", paper.redaction),
    "holes": Kind("holes", "holes", "paper", paper.holes),
    "torn corner": Kind("tear", "torn corner", "paper", paper.torn_corner),
    "cut corner": Kind("tear", "torn corner", "paper", paper.cut_corner),
    "torn edge": Kind("tear", "torn edge", "paper", paper.torn_edge),
    "rip": Kind("tear", "rip", "paper", paper.rip),
    "fold": Kind("fold", "fold", "paper", paper.fold),
    "crease": Kind("fold", "fold", "paper", paper.crease),
    "crumple": Kind("fold", "crumple", "paper", paper.crumple),
    "faded": Kind("faded", "faded", "paper", seen.faded),
    "film": Kind("glare", "film", "light", film.film),
    "glare spot": Kind("glare", "glare", "light", seen.glare_spot),
    "glare tube": Kind("glare", "glare", "light", seen.glare_tube),
    "glare window": Kind("glare", "glare", "light", seen.glare_window),
    "glow": Kind("glare", "glare", "light", seen.glow),
    "shadow": Kind("shadow", "shadow", "light", seen.shadow),
    "finger": Kind("cover", "finger", "light", seen.finger),
    "covered": Kind("cover", "covered", "light", seen.covered),
    "tinted": Kind("tint", "tinted", "light", seen.tinted),
    "blurred": Kind("blur", "blur", "after", seen.blurred),
    "shaken": Kind("blur", "blur", "after", seen.shaken),
    "foggy": Kind("blur", "blur", "after", seen.foggy),
    "dark": Kind("dark", "dark", "after", seen.dark),
    "washed": Kind("bright", "washed", "after", seen.washed),
    "grey": Kind("grey", "grey", "after", seen.grey),
    "fax": Kind("copy", "fax", "after", seen.fax),
    "photocopy": Kind("copy", "photocopy", "paper", seen.photocopy, held_out=True),
    "highlighter": Kind("writing", "highlighter", "paper", paper.highlighter, held_out=True),
    "sticker": Kind("cover", "sticker", "paper", paper.sticker, held_out=True),
    "tape": Kind("cover", "tape", "paper", paper.tape, held_out=True),
    "dog ear": Kind("tear", "dog ear", "paper", paper.dog_ear, held_out=True),
    "screen": Kind("screen", "screen", "light", seen.screen, held_out=True),
}

# How often a state is drawn; others once. What tells on the sheet itself is rarer in life than bad light, and harder.
OFTEN = {"stain": 3.5, "stamp": 3, "glare": 3, "fold": 3, "torn corner": 2.5, "writing": 2, "overprint": 1.5, "crumple": 1.2, "torn edge": 1.2,
         "film": 0.6, "blur": 0.6, "dark": 0.4, "washed": 0.4, "faded": 0.5, "tinted": 0.4, "grey": 0.3, "fax": 0.4}


def states(held_out: bool) -> dict[str, tuple[str, ...]]:
    """The kinds of each state, of those that are trained on or of those that are not."""
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in KINDS.items():
        if kind.held_out == held_out:
            found[kind.state] = (*found.get(kind.state, ()), name)
    return found


STATES = (PLAIN, *states(False), *states(True))  # a capture's number is the place of its state here
INVENTED = 100  # and from here on the style of an invented mark
WORDS = {kind.state: kind.word for kind in KINDS.values()}
