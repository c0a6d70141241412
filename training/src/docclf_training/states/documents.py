"""Which documents are put into states: all cards and manuscripts, and as many covers and pages as keep a balance."""

import hashlib

from ..data import NOT_DOCUMENTS, Picture, held_out, kind, one_a_group

MOST = {"covers": 600, "cards": 280, "pages": 420}


def documents(pictures: list[Picture]) -> tuple[list[Picture], list[Picture]]:
    """For training and for validation, by their families; in an order that does not depend on their sources."""
    usable = [item for item in one_a_group(pictures) if item.source not in NOT_DOCUMENTS]
    usable.sort(key=lambda item: hashlib.sha256(item.name.encode()).digest())
    training, validation = [], []
    counts: dict[str, int] = {}
    for item in usable:
        held = held_out(item.family)
        name = kind(item)
        key = f"{name}{held}"
        if counts.get(key, 0) >= MOST[name] * (0.1 if held else 1):
            continue
        counts[key] = counts.get(key, 0) + 1
        (validation if held else training).append(item)
    return training, validation
