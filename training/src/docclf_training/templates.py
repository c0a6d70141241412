"""Drawn forms and receipts: one layout, filled again and again, so that contents differ under one type.

A layout is a list of fields with a place each; what is printed on the form is drawn from the layout's own
random stream, what is filled in from the filling's. Texts are strokes without meaning: at the network's
128 pixels a line of print is a texture. All lengths are shares of the page's width or height.
"""

from dataclasses import dataclass

import cv2
import numpy as np

HEIGHT = 320  # pixels of a drawn page
LETTERS = list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789    ")
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)
HAND = (cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, cv2.FONT_HERSHEY_SCRIPT_COMPLEX)


@dataclass(frozen=True)
class Box:
    """A place on the page in pixels."""

    left: int
    top: int
    right: int
    bottom: int


def text(page: np.ndarray, box: Box, rng: np.random.Generator, size: float, ink: tuple, font: int,
         fill: float = 1.0) -> None:
    """Lines of print from the box's top down; `fill` is the share of the box that they cover."""
    pitch = max(4, round(size * 1.6))
    lines = max(1, round((box.bottom - box.top) / pitch * fill))
    for line in range(lines):
        share = rng.uniform(0.3, 1) if line == lines - 1 else rng.uniform(0.85, 1)
        letters = max(1, int((box.right - box.left) * share / (0.75 * size)))
        words = "".join(rng.choice(LETTERS, letters))
        cv2.putText(page, words, (box.left, box.top + (line + 1) * pitch - 2), font, size / 22, ink, 1, cv2.LINE_AA)


def logo(page: np.ndarray, box: Box, rng: np.random.Generator) -> None:
    """Two or three coloured shapes."""
    for _ in range(int(rng.integers(1, 4))):
        ink = tuple(float(value) for value in rng.uniform(0, 220, 3)) if rng.random() < 0.6 else (40.0, 40.0, 40.0)
        x, y = rng.integers(box.left, box.right), rng.integers(box.top, box.bottom)
        reach = int(rng.uniform(0.2, 0.6) * (box.bottom - box.top)) + 2
        if rng.random() < 0.5:
            cv2.circle(page, (int(x), int(y)), reach, ink, -1 if rng.random() < 0.6 else 2, cv2.LINE_AA)
        else:
            cv2.rectangle(page, (int(x) - reach, int(y) - reach // 2), (int(x) + reach, int(y) + reach // 2), ink, -1)


class Pen:
    """What one filling is written with: a typewriter, a printer or a hand."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng
        by_hand = rng.random() < 0.3
        self.font = int(rng.choice(HAND if by_hand else FONTS))
        self.ink = (20.0, 30.0, float(rng.uniform(60, 160))) if by_hand else (float(rng.uniform(0, 90)),) * 3
        self.size = float(rng.uniform(5, 9))
        self.fullness = float(rng.uniform(0.2, 1))

    def write(self, page: np.ndarray, box: Box) -> None:
        if self.rng.random() < 0.15:  # left empty
            return
        right = box.left + max(8, int((box.right - box.left) * self.rng.uniform(0.2, 1)))
        text(page, Box(box.left, box.top, right, box.bottom), self.rng, self.size, self.ink, self.font,
             self.fullness * self.rng.uniform(0.3, 1))


def form(layout: np.random.Generator, filling: np.random.Generator) -> np.ndarray:
    """Header, boxes with labels, tables, fine print, a signature; uint8 RGB."""
    width, margin = round(HEIGHT / layout.uniform(0.7, 1.45)), round(HEIGHT * layout.uniform(0.03, 0.09))
    page = np.full((HEIGHT, width, 3), layout.uniform(238, 256), np.float64).astype(np.uint8)
    pen, ink = Pen(filling), (float(layout.uniform(0, 80)),) * 3
    font, size = int(layout.choice(FONTS)), float(layout.uniform(4.5, 7.5))
    shade = tuple(float(value) for value in 255 - layout.uniform(15, 70) * layout.uniform(0, 1, 3))
    header = margin + round(HEIGHT * layout.uniform(0.05, 0.14))
    if layout.random() < 0.6:
        left = margin if layout.random() < 0.6 else width - margin - header
        logo(page, Box(left, margin, left + header, header), layout)
    start = width // 4 if layout.random() < 0.6 else margin
    text(page, Box(start, margin, start + width // 2, header), layout, size * layout.uniform(1.2, 2.2), ink, font)
    top, ruled = header + 6, layout.random() < 0.75
    while top < HEIGHT - margin - 14:
        bottom = min(HEIGHT - margin, top + round(HEIGHT * layout.uniform(0.05, 0.25)))
        kind = layout.random()
        if kind < 0.2:  # fine print
            text(page, Box(margin, top, width - margin, bottom), layout, size * 0.8, ink, font)
        elif kind < 0.75:  # a row of fields
            edges = np.unique([margin, *layout.integers(margin, width - margin, int(layout.integers(0, 4))), width - margin])
            for left, right in zip(edges[:-1], edges[1:], strict=True):
                if right - left < 14:
                    continue
                box = Box(int(left), top, int(right), bottom)
                if layout.random() < 0.2:
                    cv2.rectangle(page, (box.left, top), (box.right, top + 9), shade, -1)
                if ruled:
                    cv2.rectangle(page, (box.left, top), (box.right, bottom), ink, 1)
                label = max(9, int((right - left) * layout.uniform(0.3, 0.9)))
                text(page, Box(box.left + 2, top, box.left + label, top + 9), layout, size, ink, font)
                pen.write(page, Box(box.left + 3, top + 10, box.right - 3, bottom))
        else:  # a table: its columns are printed, its rows are filled in, and their number may differ
            bottom = min(HEIGHT - margin, top + round(HEIGHT * layout.uniform(0.2, 0.5)))
            edges = np.linspace(margin, width - margin, int(layout.integers(3, 9))).astype(int)
            cv2.rectangle(page, (margin, top), (width - margin, top + 10), shade, -1)
            grid, rows = layout.random() < 0.5, int(filling.uniform(0.15, 1) * (bottom - top - 10) / 10)
            for left, right in zip(edges[:-1], edges[1:], strict=True):
                text(page, Box(int(left) + 2, top, int(right) - 2, top + 9), layout, size, ink, font)
                if grid:
                    cv2.rectangle(page, (int(left), top), (int(right), bottom), ink, 1)
                for row in range(rows):
                    line = Box(int(left) + 2, top + 11 + 10 * row, int(right) - 2, top + 20 + 10 * row)
                    text(page, line, filling, pen.size, pen.ink, pen.font)
        top = bottom + round(HEIGHT * layout.uniform(0.005, 0.04))
    if filling.random() < 0.4:  # a stamp or a signature
        x, y = int(filling.uniform(0.2, 0.8) * width), int(filling.uniform(0.5, 0.95) * HEIGHT)
        colour = (40.0, 40.0, float(filling.uniform(60, 180)))
        steps = np.cumsum(filling.normal(0, 6, (30, 2)) + [2, 0], axis=0) + [x - 30, y]
        cv2.polylines(page, [steps.astype(np.int32)], False, colour, 1, cv2.LINE_AA)
        if filling.random() < 0.5:
            cv2.circle(page, (x, y), int(filling.integers(8, 24)), colour, 1, cv2.LINE_AA)
    return page


def receipt(layout: np.random.Generator, filling: np.random.Generator) -> np.ndarray:
    """A shop's head, items, a total, a foot: what is below the items moves with their number; uint8 RGB."""
    ink, font = (float(layout.uniform(20, 110)),) * 3, int(layout.choice(FONTS[:2]))
    size, head, foot = layout.uniform(5.5, 8.5), int(layout.integers(3, 9)), int(layout.integers(2, 8))
    columns = np.sort(layout.uniform(0.3, 0.85, int(layout.integers(1, 4))))
    items, pitch = int(filling.integers(1, 14)), round(size * 1.6)
    width, lines = round(size * layout.uniform(18, 30)), head + items + foot + 6
    margin = round(width * 0.06)
    page = np.full((lines * pitch + 2 * margin, width, 3), layout.uniform(225, 255), np.float64).astype(np.uint8)
    centred, ruled = layout.random() < 0.7, layout.random() < 0.6
    shares = layout.uniform(0.3, 0.9, head + foot + 6)
    sizes = np.where(layout.random(head + foot + 6) < 0.15, 1.4, 1.0) * size

    def line(index: int, row: int, source: np.random.Generator) -> None:
        share = shares[index]
        left = round((0.5 - share / 2) * width) if centred and index < head + foot else margin
        top = margin + row * pitch
        text(page, Box(left, top, left + round(share * (width - 2 * margin)), top + pitch), source,
             float(sizes[index]), ink, font, 0.1)

    for row in range(head):
        line(row, row, layout)
    for row in range(head, head + 2):  # date and number
        line(head + foot + row - head, row, filling)
    first = head + 3
    for row in range(first, first + items):
        top = margin + row * pitch
        edges = [margin, *(int(share * width) for share in columns), width - margin]
        for left, right in zip(edges[:-1], edges[1:], strict=True):
            text(page, Box(left, top, left + int((right - left) * filling.uniform(0.4, 0.95)), top + pitch), filling,
                 size, ink, font, 0.1)
    if ruled:
        for row in (first, first + items):
            cv2.line(page, (margin, margin + row * pitch - 2), (width - margin, margin + row * pitch - 2), ink, 1)
    for row in range(foot):
        line(head + row, first + items + 1 + row, layout)
    return placed(page, layout, filling)


def placed(page: np.ndarray, layout: np.random.Generator, filling: np.random.Generator) -> np.ndarray:
    """Some shops scan a receipt as it is, some on a large white sheet."""
    if layout.random() < 0.75:
        return page
    height, width = page.shape[:2]
    sheet = np.full((round(height * filling.uniform(1.1, 1.8)), round(width * filling.uniform(1.6, 2.6)), 3), 252, np.uint8)
    top, left = filling.integers(0, sheet.shape[0] - height), filling.integers(0, sheet.shape[1] - width)
    sheet[top:top + height, left:left + width] = page
    return sheet


def filled(seed: int, layout: int, filling: int) -> np.ndarray:
    """uint8 RGB: one filling of one layout; every third layout is a receipt."""
    draw = receipt if layout % 3 == 2 else form
    return draw(np.random.default_rng([seed, layout]), np.random.default_rng([seed, layout, 1 + filling]))
