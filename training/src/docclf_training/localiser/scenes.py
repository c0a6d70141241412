"""Composites: a document on something, with its four own corners, or a scene without one."""

from dataclasses import dataclass

import cv2
import numpy as np

from .frame import INNER, UNIT
from .light import glare, photograph
from .paper import paste
from .pictures import Pictures
from .pose import inside, photo_aspect, pose, strip
from .surfaces import background, decoy

# Shares of the scenes; the rest shows a document somewhere in a photo.
SHARES = {"none": 0.10, "whole": 0.08, "frontal": 0.12, "strip": 0.05, "sheet": 0.08}


@dataclass(frozen=True)
class Scene:
    """One composite: uint8 RGB [INNER, INNER, 3]; the quad in its unit square, None where it shows no document."""

    photo: np.ndarray
    quad: np.ndarray | None
    way: str  # which of SHARES, or `photo`


class Scenes:
    """Draws scenes. Everything comes from `rng`, so a seed is a scene."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures = pictures

    def draw(self, rng: np.random.Generator) -> Scene:
        chance, way = rng.random(), "photo"
        for name, share in SHARES.items():
            if chance < share:
                way = name
                break
            chance -= share
        ground = background(self.pictures, rng).astype(np.float32)
        if way == "none":
            return Scene(photograph(self.without(ground, rng), rng), None, way)
        image, kind = self.pictures.document(rng)
        quad, photo = self.place(image, way, rng)
        if way == "whole":
            paste(ground, image, quad * INNER, rng, bent=rng.random() < 0.15, shadow=False)
        else:
            ground = self.others(ground, image, quad, photo, rng)
            self.beneath(ground, quad, way, rng)
            radius = rng.uniform(0.02, 0.08) if kind == "cards" and rng.random() < 0.5 else 0
            paste(ground, image, quad * INNER, rng, bent=rng.random() < 0.45, radius=radius)
            ground = self.above(ground, quad, rng)
        return Scene(photograph(ground, rng), quad, way)

    def place(self, image: np.ndarray, way: str, rng: np.random.Generator) -> tuple[np.ndarray, float]:
        """The document's quad and the photo's aspect."""
        aspect, photo = image.shape[1] / image.shape[0], photo_aspect(rng)
        if way == "whole":  # a scan or a cut-out: the corners are the picture's, give or take
            slip = rng.choice([0, 0, 0.015, 0.035])
            quad = UNIT + rng.uniform(-slip, slip, (4, 2))
            return (np.roll(quad, -int(rng.integers(1, 4)), axis=0) if rng.random() < 0.35 else quad), photo
        if way == "strip":
            return strip(rng), photo
        if way == "frontal" and rng.random() < 0.7:
            photo = float(np.clip(aspect * rng.uniform(0.8, 1.25), 0.3, 3))
        size = rng.uniform(0.3, 0.75) if way == "sheet" else None
        return pose(aspect, photo, rng, size=size, frontal=way == "frontal"), photo

    def without(self, ground: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """No document: bare ground, or screens, windows and keyboards."""
        for _ in range(rng.choice([0, 1, 2, 3], p=[0.35, 0.35, 0.2, 0.1])):
            thing = decoy(self.pictures, rng)
            quad = pose(thing.shape[1] / thing.shape[0], photo_aspect(rng), rng, size=rng.uniform(0.3, 1.3))
            paste(ground, thing, quad * INNER, rng)
        return hands(ground, UNIT * 0.6 + 0.2, rng) if rng.random() < 0.2 else ground

    def others(self, ground: np.ndarray, image: np.ndarray, quad: np.ndarray, photo: float,
               rng: np.random.Generator) -> np.ndarray:
        """Other documents, piles and decoys below the one that is asked for; some show the same picture."""
        twin = rng.random() < 0.25
        for _ in range(rng.choice([0, 1, 2, 3, 5], p=[0.52, 0.2, 0.12, 0.09, 0.07])):
            if rng.random() < 0.2:
                other, _ = decoy(self.pictures, rng), ""
            else:
                other = image if twin and rng.random() < 0.5 else self.pictures.document(rng)[0]
            theirs = pose(other.shape[1] / other.shape[0], photo, rng, size=rng.uniform(0.25, 1))
            away = theirs.mean(axis=0) - quad.mean(axis=0)
            distance = np.linalg.norm(away) + 1e-6
            theirs += away / distance * max(0, rng.uniform(0.25, 0.8) - distance)
            paste(ground, other, theirs * INNER, rng, bent=rng.random() < 0.3)
            if rng.random() < 0.3:
                ground = cv2.GaussianBlur(ground, (0, 0), rng.uniform(0.4, 1.2))
        return ground

    def beneath(self, ground: np.ndarray, quad: np.ndarray, way: str, rng: np.random.Generator) -> None:
        """What lies right under the document: a sheet, a case or mount, the block of its pages, a stack."""
        chance = rng.random()
        if way == "sheet":
            around = UNIT + np.where(UNIT < 0.5, -1, 1) * rng.uniform(0.08, 0.6, (2, 2))[[[0, 0], [1, 0], [1, 1], [0, 1]], [0, 1]]
            sheet = inside(quad, around + rng.normal(0, 0.02, (4, 2)))
            page = np.full((60, 60, 3), rng.uniform(170, 255) + rng.uniform(-12, 12, 3)).clip(0, 255).astype(np.uint8)
            if rng.random() < 0.3:
                page = self.pictures.draw(("texlive", "misc_pdf"), rng)
            paste(ground, page, sheet * INNER, rng, bent=rng.random() < 0.3)
        elif chance < 0.14:
            rim = np.where(UNIT < 0.5, -1, 1) * (rng.uniform(0, 0.05, (4, 2)) + 0.01)
            tone = rng.uniform(0, 70) if rng.random() < 0.75 else rng.uniform(0, 255, 3)
            case = (np.full((40, 40, 3), tone) + rng.integers(0, 12, (40, 40, 3))).clip(0, 255).astype(np.uint8)
            paste(ground, case, inside(quad, UNIT + rim) * INNER, rng, radius=rng.uniform(0.01, 0.05))
        elif chance < 0.25:
            shift = rng.normal(0, 0.022, 2) * np.ptp(quad * INNER, axis=0).max()
            edge = np.full(3, rng.uniform(120, 240)) if rng.random() < 0.6 else rng.uniform(0, 200, 3)
            for share in (1.0, 0.6, 0.3):
                block = cv2.convexHull(np.float32(quad * INNER + shift * share))
                cv2.fillConvexPoly(ground, np.int32(block), (edge * rng.uniform(0.8, 1)).tolist(), cv2.LINE_AA)
        elif chance < 0.34:
            for _ in range(rng.integers(1, 4)):
                middle = quad.mean(axis=0)
                page = ((middle + (quad - middle) * rng.uniform(0.97, 1.03)) * INNER + rng.normal(0, 3, 2)).astype(np.int32)
                tone = np.full(3, rng.uniform(170, 250))
                cv2.fillConvexPoly(ground, page, tone.tolist(), cv2.LINE_AA)
                cv2.polylines(ground, [page], True, (tone * 0.6).tolist(), 1, cv2.LINE_AA)

    def above(self, ground: np.ndarray, quad: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Glare, fingers and things that lie on the document."""
        if rng.random() < 0.15:
            ground = glare(ground, inside(quad, rng.uniform(0, 1, (1, 2)))[0] * INNER, rng)
        if rng.random() < 0.2:
            ground = hands(ground, quad, rng)
        if rng.random() < 0.16:
            thing = np.full((20, 20, 3), rng.uniform(0, 255, 3)).astype(np.uint8)
            if rng.random() < 0.5:
                thing = self.pictures.draw(("imagenet_samples", "book_covers", "texlive"), rng)
            theirs = pose(rng.uniform(0.1, 3), 1, rng, size=rng.uniform(0.08, 0.35))
            edge = quad.mean(axis=0) + (quad[rng.integers(4)] - quad.mean(axis=0)) * rng.uniform(0.2, 1.1)
            paste(ground, thing, (theirs - theirs.mean(axis=0) + edge) * INNER, rng)
        return ground


def hands(ground: np.ndarray, quad: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Fingers over an edge, coming from outside."""
    skin = rng.uniform([140, 100, 70], [230, 190, 170]) * rng.uniform(0.4, 1.1)
    pixels, middle = quad * INNER, quad.mean(axis=0) * INNER
    side, start = rng.integers(4), rng.uniform(0.1, 0.7)
    for finger in range(rng.choice([1, 1, 2, 4])):
        share = min(0.95, start + finger * rng.uniform(0.08, 0.14))
        edge = pixels[side] * (1 - share) + pixels[(side + 1) % 4] * share
        outward = (edge - middle) / (np.linalg.norm(edge - middle) + 1e-6)
        tip = edge - outward * rng.uniform(3, 24) + rng.normal(0, 2, 2)
        root = edge + outward * rng.uniform(20, 90) + rng.normal(0, 8, 2)
        width = int(rng.integers(7, 20))
        for tone, line in ((rng.uniform(0.9, 1.1), width), (rng.uniform(0.95, 1.2), max(1, width // 3))):
            cv2.line(ground, tip.astype(int).tolist(), root.astype(int).tolist(), (skin * tone).tolist(), line, cv2.LINE_AA)
    return ground
