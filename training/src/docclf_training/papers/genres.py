"""Forms, invoices, letters, cards, certificates and bank slips: a layout's printed part, and what a filling adds.

`Parts` holds a random stream for each part of a layout, so that one part can be drawn anew and the others stay.
"""

from dataclasses import dataclass

import numpy as np

from .canvas import Canvas, Ink, Type

LONG = 400  # pixels of a drawn page's long side


@dataclass(frozen=True)
class Parts:
    """Streams of a layout, and the filling's."""

    structure: np.random.Generator
    logo: np.random.Generator
    title: np.random.Generator
    colour: np.random.Generator
    labels: np.random.Generator
    field: np.random.Generator  # which row of a page is another one
    filling: np.random.Generator
    kept: bool  # fonts of the families that validate


class Style:
    """Fonts and inks of the printed part, and the pen of the filling."""

    def __init__(self, parts: Parts) -> None:
        structure, filling = parts.structure, parts.filling
        self.label = Type(parts.labels, parts.kept)
        self.head = Type(parts.title, parts.kept, script=self.label.script)
        hue = parts.colour.uniform(0, 1, 3)
        colourful = parts.colour.random()
        self.accent: Ink = tuple(int(value) for value in (20 + 190 * hue if colourful < 0.65 else np.full(3, 50 * hue[0])))
        self.shade: Ink = tuple(int(value) for value in 255 - (255 - np.array(self.accent)) * parts.colour.uniform(0.06, 0.3))
        self.paper: Ink = tuple(int(value) for value in (
            255 - parts.colour.uniform(5, 45, 3) if parts.colour.random() < 0.25 else np.full(3, parts.colour.uniform(244, 255))))
        self.ink: Ink = (int(structure.uniform(0, 70)),) * 3
        self.size = float(structure.uniform(6.0, 9.0))
        by_hand = filling.random() < 0.3
        self.pen = Type(filling, parts.kept, by_hand, script=self.label.script)
        self.pen_ink: Ink = (20, 30, int(filling.uniform(60, 170))) if by_hand else (int(filling.uniform(0, 90)),) * 3
        self.pen_size = self.size * float(filling.uniform(0.9, 1.5))
        self.fullness = float(filling.uniform(0.3, 1))
        self.empty = float(filling.choice([0.05, 0.2, 0.5]))


def head(page: Canvas, style: Style, parts: Parts, top: float, margin: float) -> float:
    """Logo, title and a line or two below it; returns where the page goes on."""
    structure = parts.structure
    tall = page.height * structure.uniform(0.05, 0.12)
    place = structure.choice(["left", "centre", "right"], p=[0.5, 0.2, 0.3])
    wide = tall * structure.uniform(1, 2.2)
    left = {"left": margin, "centre": (page.width - wide) / 2, "right": page.width - margin - wide}[str(place)]
    if structure.random() < 0.25:
        page.box((0, 0, page.width, top + tall + 4), fill=style.shade)
    if structure.random() < 0.85:
        page.logo((left, top, left + wide, top + tall), parts.logo, style.head)
    align = str(structure.choice(["left", "centre", "right"], p=[0.45, 0.4, 0.15]))
    below = structure.random() < 0.4
    start = top + tall + 3 if below else top
    size = style.size * structure.uniform(1.4, 2.6)
    side = margin if below or place != "left" else margin + wide + 8
    room = (side, start, page.width - margin - (wide if place == "right" and not below else 0), start + size)
    ink = style.accent if structure.random() < 0.5 else style.ink
    page.line(room, style.head, parts.title, size, ink, structure.uniform(0.4, 0.9), align)
    page.line((room[0], start + 1.3 * size, room[2], 0), style.label, parts.labels, style.size, style.ink,
              structure.uniform(0.2, 0.8), align)
    bottom = max(top + tall, start + 1.3 * size + style.size * 1.4) + 4
    if structure.random() < 0.5:
        page.box((margin, bottom, page.width - margin, bottom + structure.integers(1, 4)), fill=style.accent)
    return bottom + 6


def write(page: Canvas, style: Style, parts: Parts, box: tuple, digits: float = 0.3) -> None:
    """What the filling puts into a field."""
    if parts.filling.random() < style.empty:
        return
    left, top, right, bottom = box
    rows = max(1, min(int((bottom - top) / (style.pen_size * 1.3)), int(parts.filling.integers(1, 5))))
    for row in range(rows):
        page.line((left, top + row * style.pen_size * 1.3 + parts.filling.normal(0, 0.5), right, bottom), style.pen, parts.filling,
                  style.pen_size, style.pen_ink, style.fullness * parts.filling.uniform(0.25, 1), "left", digits)


def row_of_fields(page: Canvas, style: Style, parts: Parts, source: np.random.Generator, box: tuple) -> None:
    """One to four fields with a label each; some are boxes to tick, some a comb of cells."""
    left, top, right, bottom = box
    edges = np.sort(np.r_[left, source.uniform(left + 20, right - 20, int(source.integers(0, 4))), right])
    kind, ruled = source.random(), source.random()
    for start, end in zip(edges[:-1], edges[1:], strict=True):
        if end - start < 14:
            continue
        if ruled < 0.6:
            page.box((start, top, end, bottom), style.ink)
        elif ruled < 0.8:
            page.draw.line((start, bottom, end - 4, bottom), style.ink)
        page.line((start + 2, top + 1, end, bottom), style.label, parts.labels, style.size * 0.8, style.ink, source.uniform(0.3, 0.8))
        inside = top + style.size
        if kind < 0.2:
            for x in np.arange(start + 4, end - 12, max(14.0, (end - start) / 4)):
                page.box((x, inside + 2, x + 6, inside + 8), style.ink)
                page.line((x + 9, inside + 1, x + 40, bottom), style.label, parts.labels, style.size * 0.8, style.ink, 0.6)
                if parts.filling.random() < 0.35:
                    page.draw.line((x - 1, inside + 1, x + 8, inside + 9), style.pen_ink, 1)
                    page.draw.line((x + 8, inside + 1, x - 1, inside + 9), style.pen_ink, 1)
        else:
            if kind < 0.32:
                for x in np.arange(start + 2, end - 3, 8):
                    page.box((x, inside + 1, x + 7, bottom - 1), style.accent)
            write(page, style, parts, (start + 3, inside + 1, end - 3, bottom))


def table(page: Canvas, style: Style, parts: Parts, box: tuple, rows: int) -> float:
    """Printed columns, filled rows; returns its bottom."""
    left, top, right, bottom = box
    structure, filling = parts.structure, parts.filling
    edges = np.r_[left, np.sort(structure.uniform(left + 15, right - 15, int(structure.integers(2, 7)))), right]
    pitch, grid = style.size * structure.uniform(1.3, 2), structure.random()
    striped, right_aligned = structure.random() < 0.3, structure.random(len(edges)) < 0.5
    page.box((left, top, right, top + pitch), None, style.shade if structure.random() < 0.7 else style.accent)
    end = min(bottom, top + pitch * (1 + rows))
    frame = bottom if structure.random() < 0.5 else end
    for index, (start, stop) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        page.line((start + 2, top + 1, stop - 2, 0), style.label, parts.labels, style.size, style.ink, 0.7)
        if grid < 0.5:
            page.box((start, top, stop, frame), style.ink)
        align, digits = ("right", 0.9) if right_aligned[index] else ("left", 0.3)
        for row in range(int((end - top) / pitch) - 1):
            y = top + pitch * (1 + row)
            if index == 0 and striped and row % 2:
                page.box((left, y, right, y + pitch), fill=style.shade)
            if index == 0 and grid < 0.3:
                page.draw.line((left, y, right, y), style.ink)
            page.line((start + 2, y + 1, stop - 2, 0), style.pen, filling, style.size, style.pen_ink,
                      filling.uniform(0.2, 0.95), align, digits)
    return end


def foot(page: Canvas, style: Style, parts: Parts, margin: float) -> float:
    """Printed lines in columns at the bottom; returns their top."""
    structure = parts.structure
    rows, columns = int(structure.integers(0, 5)), int(structure.integers(1, 5))
    top = page.height - margin * 0.7 - rows * style.size * 1.1
    edges = np.linspace(margin, page.width - margin, columns + 1)
    for row in range(rows):
        for start, end in zip(edges[:-1], edges[1:], strict=True):
            page.line((start, top + row * style.size * 1.1, end - 8, 0), style.label, parts.labels, style.size * 0.75, style.accent,
                      structure.uniform(0.5, 0.9), "left" if columns > 1 else "centre", 0.3)
    return top - 4


def sheet(parts: Parts, style: Style) -> tuple[Canvas, float]:
    ratio = float(parts.structure.choice([1.414, 1.294, 0.707, 1.6], p=[0.6, 0.2, 0.12, 0.08]))
    size = (round(LONG / ratio), LONG) if ratio > 1 else (LONG, round(LONG * ratio))
    return Canvas(*size, style.paper), float(size[0] * parts.structure.uniform(0.03, 0.1))


def form(parts: Parts, style: Style) -> Canvas:
    page, margin = sheet(parts, style)
    structure = parts.structure
    top, end = head(page, style, parts, margin, margin), foot(page, style, parts, margin)
    other = int(parts.field.integers(0, 9))
    row = 0
    while top < end - 16:
        kind, tall = structure.random(), page.height * structure.uniform(0.035, 0.09)
        seed = structure.integers(2**32)
        source = np.random.default_rng([seed, int(parts.field.integers(2**32))] if row == other else [seed])
        bottom = min(end, top + tall)
        if kind < 0.12:
            page.lines((margin, top, page.width - margin, bottom), style.label, parts.labels, style.size * 0.75, style.ink)
        elif kind < 0.24:
            page.box((margin, top, page.width - margin, top + style.size * 1.4), None,
                     style.accent if structure.random() < 0.5 else style.shade)
            page.line((margin + 3, top + 1, page.width - margin, 0), style.head, parts.labels, style.size,
                      (255, 255, 255) if structure.random() < 0.4 else style.ink, source.uniform(0.2, 0.6))
            bottom = top + style.size * 1.6
        elif kind < 0.36:
            bottom = min(end, top + page.height * structure.uniform(0.12, 0.35))
            table(page, style, parts, (margin, top, page.width - margin, bottom), int(parts.filling.integers(0, 16)))
        else:
            row_of_fields(page, style, parts, source, (margin, top, page.width - margin, bottom))
        top, row = bottom + page.height * structure.uniform(0.002, 0.02), row + 1
    if parts.filling.random() < 0.6:
        page.signature(parts.filling.uniform(0.2, 0.7) * page.width, end - 8, parts.filling, 40)
    return page


def invoice(parts: Parts, style: Style) -> Canvas:
    page, margin = sheet(parts, style)
    structure, filling, wide = parts.structure, parts.filling, page.width
    top, end = head(page, style, parts, margin, margin), foot(page, style, parts, margin)
    block, swapped = page.height * structure.uniform(0.08, 0.14), structure.random() < 0.35
    address = (wide * 0.55, top, wide - margin, top + block) if swapped else (margin, top, wide * 0.45, top + block)
    facts = (margin, top, wide * 0.45, 0) if swapped else (wide * 0.55, top, wide - margin, 0)
    write(page, style, parts, address, 0.2)
    for row in range(int(structure.integers(2, 6))):
        y = top + row * style.size * 1.4
        page.line((facts[0], y, facts[2], 0), style.label, parts.labels, style.size, style.ink, 0.4)
        page.line(((facts[0] + facts[2]) / 2, y, facts[2], 0), style.pen, filling, style.size, style.pen_ink, filling.uniform(0.4, 1),
                  "left", 0.8)
    top += block + 8
    page.line((margin, top, wide - margin, 0), style.head, parts.title, style.size * 1.5, style.accent, 0.3)
    top += style.size * 2.2
    bottom = table(page, style, parts, (margin, top, wide - margin, end - page.height * 0.12), int(filling.integers(1, 41)))
    for row in range(int(structure.integers(1, 5))):
        y = bottom + 3 + row * style.size * 1.4
        page.line((wide * 0.55, y, wide * 0.8, 0), style.label, parts.labels, style.size, style.ink, 0.7)
        page.line((wide * 0.8, y, wide - margin, 0), style.pen, filling, style.size, style.pen_ink, 0.7, "right", 1.0)
    page.lines((margin, bottom + 24, wide * 0.5, min(end, bottom + 24 + structure.uniform(8, 40))), style.label, parts.labels,
               style.size * 0.85, style.ink)
    if structure.random() < 0.3:
        page.bars((margin, end - 36, margin + 32, end - 4), filling, True)
    return page


def letter(parts: Parts, style: Style) -> Canvas:
    page, margin = sheet(parts, style)
    structure, filling, wide = parts.structure, parts.filling, page.width
    top, end = head(page, style, parts, margin, margin), foot(page, style, parts, margin)
    column = structure.random() < 0.25  # of the sender's facts, down one side
    right = wide * 0.72 if column else wide - margin
    if column:
        for row in range(int(structure.integers(3, 14))):
            page.line((wide * 0.76, top + row * style.size * 1.4, wide - margin * 0.5, 0), style.label, parts.labels,
                      style.size * 0.8, style.accent, structure.uniform(0.4, 0.9))
    write(page, style, parts, (margin, top, wide * 0.5, top + page.height * 0.08), 0.2)
    page.line((wide * 0.45, top + page.height * 0.1, right, 0), style.pen, filling, style.size, style.pen_ink, 0.4, "right", 0.5)
    y, leading = top + page.height * structure.uniform(0.11, 0.17), style.size * structure.uniform(1.2, 1.6)
    for _ in range(int(filling.integers(1, 7))):
        tall = leading * int(filling.integers(2, 9))
        if y + tall > end - 30:
            break
        page.lines((margin, y, right, y + tall), style.pen, filling, style.size, style.ink, pitch=leading / style.size)
        y += tall + leading
    page.signature(margin, min(end - 10, y + 6), filling, 50)
    return page


def card(parts: Parts, style: Style) -> Canvas:
    structure, filling = parts.structure, parts.filling
    upright = structure.random() < 0.12
    wide, tall = (round(LONG / 1.586), LONG) if upright else (LONG, round(LONG / structure.choice([1.586, 1.42])))
    page = Canvas(wide, tall, style.shade)
    if structure.random() < 0.6:
        page.waves(parts.colour, tuple(int(0.8 * value) for value in style.shade))
    size, margin = tall * structure.uniform(0.045, 0.07), wide * 0.04
    bar = tall * structure.uniform(0.12, 0.2)
    if structure.random() < 0.6:
        page.box((0, 0, wide, bar), fill=style.accent)
    page.line((margin + bar, bar * 0.2, wide - margin, 0), style.head, parts.title, size * 1.3,
              (250, 250, 250) if structure.random() < 0.4 else style.ink, structure.uniform(0.4, 0.8),
              str(structure.choice(["left", "centre"])))
    page.logo((margin * 0.6, 2, margin * 0.6 + bar, bar), parts.logo, style.head)
    photo = tall * structure.uniform(0.38, 0.55)
    left, top = (wide - margin - 0.78 * photo if structure.random() < 0.3 else margin), bar + tall * 0.08
    if structure.random() < 0.85:
        page.portrait((left, top, left + 0.78 * photo, top + photo), filling)
    start = margin if left > wide / 2 else left + 0.78 * photo + margin
    rows, zone = int(structure.integers(3, 8)), structure.random() < 0.35
    for row in range(rows):
        y = bar + tall * 0.06 + row * size * 1.75
        source = np.random.default_rng([structure.integers(2**32)])
        page.line((start, y, start + wide * 0.4, 0), style.label, parts.labels, size * 0.55, style.ink, source.uniform(0.3, 0.9))
        page.line((start, y + size * 0.55, start + wide * 0.5, 0), style.pen, filling, size, (20, 20, 20),
                  filling.uniform(0.25, 0.8), "left", float(source.choice([0, 1])))
    if zone:
        page.box((0, tall * 0.78, wide, tall), fill=(244, 244, 240))
        for row in range(2):
            page.line((margin, tall * (0.81 + 0.09 * row), wide - margin, 0), style.pen, filling, size * 0.9, (10, 10, 10), 1.0,
                      "left", 0.5)
    elif structure.random() < 0.4:
        page.bars((wide * 0.5, tall * 0.86, wide - margin, tall * 0.96), filling, False)
    if structure.random() < 0.4:
        page.signature(start, tall * 0.85, filling, wide * 0.15)
    return page


def certificate(parts: Parts, style: Style) -> Canvas:
    page, margin = sheet(parts, style)
    structure, filling, wide, tall = parts.structure, parts.filling, page.width, page.height
    if structure.random() < 0.4:
        page.waves(parts.colour, style.shade)
    for inset in range(int(structure.integers(1, 4))):
        edge = margin * (0.35 + 0.18 * inset)
        page.box((edge, edge, wide - edge, tall - edge), style.accent, None, int(structure.integers(1, 5)))
    y = tall * structure.uniform(0.12, 0.2)
    page.logo((wide * 0.45, y, wide * 0.55, y + tall * 0.09), parts.logo, style.head)
    y += tall * 0.12
    page.line((margin * 2, y, wide - 2 * margin, 0), style.head, parts.title, style.size * 3, style.accent, structure.uniform(0.4, 0.9),
              "centre")
    y += style.size * 5
    for _ in range(int(structure.integers(1, 4))):
        page.line((margin * 2, y, wide - 2 * margin, 0), style.label, parts.labels, style.size, style.ink, structure.uniform(0.3, 0.8),
                  "centre")
        y += style.size * 1.8
        page.line((margin * 2, y, wide - 2 * margin, 0), style.pen, filling, style.size * 2, style.pen_ink,
                  filling.uniform(0.2, 0.6), "centre")
        y += style.size * 3
    page.lines((margin * 2, y, wide - 2 * margin, y + tall * structure.uniform(0.03, 0.1)), style.label, parts.labels, style.size,
               style.ink, "centre")
    for x in (0.15, 0.6)[:int(structure.integers(1, 3))]:
        page.signature(wide * x, tall * 0.84, filling, wide * 0.18)
        page.draw.line((wide * x, tall * 0.87, wide * (x + 0.25), tall * 0.87), style.ink)
    if structure.random() < 0.5:
        page.draw.ellipse((wide * 0.45, tall * 0.76, wide * 0.55, tall * 0.76 + wide * 0.1), style.accent)
    return page


def slip(parts: Parts, style: Style) -> Canvas:
    structure, filling = parts.structure, parts.filling
    wide, tall = LONG, round(LONG / structure.uniform(1.4, 2.4))
    page = Canvas(wide, tall, style.shade if structure.random() < 0.6 else style.paper)
    margin, split = wide * 0.03, structure.random()
    left, right = margin, wide - margin
    if split < 0.5:  # a receipt to tear off
        cut = wide * structure.uniform(0.22, 0.35)
        page.draw.line((cut, 0, cut, tall), style.accent)
        page.line((margin, margin, cut - 4, 0), style.head, parts.title, style.size, style.ink, 0.6)
        for row in range(int(structure.integers(2, 6))):
            y = margin + 16 + row * tall * 0.14
            page.line((margin, y, cut - 4, 0), style.label, parts.labels, style.size * 0.8, style.ink, 0.6)
            write(page, style, parts, (margin, y + style.size, cut - 4, y + style.size * 2))
        left = cut + 6
    page.logo((left, margin, left + tall * 0.16, margin + tall * 0.16), parts.logo, style.head)
    page.line((left + tall * 0.3, margin, right, 0), style.head, parts.title, style.size * 1.5, style.accent, 0.6)
    top, other, row = margin + tall * 0.2, int(parts.field.integers(0, 5)), 0
    while top < tall * 0.82:
        seed, bottom = structure.integers(2**32), top + tall * structure.uniform(0.1, 0.18)
        source = np.random.default_rng([seed, int(parts.field.integers(2**32))] if row == other else [seed])
        row_of_fields(page, style, parts, source, (left, top, right, min(bottom, tall - margin)))
        top, row = bottom + 3, row + 1
    page.line((left, tall - margin - style.size * 1.2, right, 0), style.pen, filling, style.size * 1.1, (20, 20, 20), 0.7, "right", 1.0)
    return page


GENRES = (form, invoice, form, letter, card, slip, form, invoice, certificate, card)
