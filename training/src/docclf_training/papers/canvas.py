"""What a page is drawn with: fonts, words, logos, portraits, barcodes, signatures.

Words have no meaning: at the network's 128 pixels a line of print is a texture, whose script, size and density tell.
Fonts are those of the machine; a fifth of their families is kept for validation, by name.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ..data import held_out

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
NOT_TEXT = ("Symbol", "Dingbats", "D050000L", "Emoji", "Math", "Standard")
CURSIVE = ("Z003", "Chancery", "Italic", "Oblique")
SCRIPTS = {  # letters, and a font's name must hold one of these words to have them
    "latin": ("aaabcdeeefghiiiklmnnoooprrssttuuvwyzABCDEFGHIKLMNOPRSTUW", ("",)),
    "cyrillic": ("аабвгдеежзииклмнноопрсттуфхчшыьэюяАБВГДЕЖКЛМНОПРСТ", ("DejaVu", "Liberation")),
    "greek": ("ααβγδεεζηθιικλμννξοοπρσττυφχψωΑΒΓΔΕΗΚΛΜΝΟΠΣΤΩ", ("DejaVu", "Liberation")),
    "hebrew": ("אבגדהוזחטיכלמנסעפצקרשת", ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")),
    "arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")),
}
Ink = tuple[int, int, int]
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


@lru_cache
def font_files(kept: bool) -> tuple[Path, ...]:
    """Of the families that validate, or of the others; sorted. Empty where the machine has none."""
    found = sorted(path for folder in FONT_FOLDERS for ending in ("ttf", "otf") for path in folder.rglob(f"*.{ending}"))
    usable = [path for path in found if not any(word in path.name for word in NOT_TEXT)]
    return tuple(path for path in usable if held_out(path.stem.split("-")[0]) == kept) or tuple(usable)


@lru_cache(maxsize=2048)
def open_font(path: Path | None, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(str(path), size)


class Type:
    """A font and a script, drawn from a random stream."""

    def __init__(self, rng: np.random.Generator, kept: bool, by_hand: bool = False, script: str | None = None) -> None:
        chances = [0.72, 0.1, 0.06, 0.05, 0.07]
        self.script = script or str(rng.choice(list(SCRIPTS), p=chances))
        letters, names = SCRIPTS[self.script]
        self.letters = np.array(list(letters))
        files = font_files(kept) if self.script == "latin" else font_files(True) + font_files(False)
        files = [path for path in files if any(name in path.name for name in names)] or [None]
        cursive = [path for path in files if path and any(word in path.name for word in CURSIVE)]
        self.path = (cursive or files)[rng.integers(len(cursive or files))] if by_hand else files[rng.integers(len(files))]

    def words(self, rng: np.random.Generator, count: int, digits: float = 0.0) -> str:
        """So many letters in words of two to ten; a share of the words are numbers."""
        words, left = [], count
        while left > 0:
            length = min(left, int(rng.integers(2, 11)))
            source = np.array(list("0123456789")) if rng.random() < digits else self.letters
            words.append("".join(rng.choice(source, length)))
            left -= length + 1
        return " ".join(words)


class Canvas:
    """A page in pixels, and what is put on it."""

    def __init__(self, width: int, height: int, paper: Ink) -> None:
        self.image = Image.new("RGB", (width, height), paper)
        self.draw = ImageDraw.Draw(self.image)
        self.width, self.height = width, height

    def pixels(self) -> np.ndarray:
        return np.asarray(self.image)

    def line(self, box: Box, kind: Type, rng: np.random.Generator, size: float, ink: Ink, fill: float = 1.0,
             align: str = "left", digits: float = 0.0) -> None:
        """One line of words over a share of the box's width."""
        left, top, right, _ = box
        count = int((right - left) * fill / (0.52 * size))
        if count < 1:
            return
        font = open_font(kind.path, max(4, round(size)))
        words = kind.words(rng, count, digits)
        at = {"left": left, "centre": (left + right) / 2, "right": right}[align]
        self.draw.text((at, top), words, ink, font, anchor={"left": "la", "centre": "ma", "right": "ra"}[align])

    def lines(self, box: Box, kind: Type, rng: np.random.Generator, size: float, ink: Ink, align: str = "left",
              digits: float = 0.0, pitch: float = 1.35) -> None:
        """A paragraph that fills the box; its last line is shorter."""
        left, top, right, bottom = box
        count = max(1, int((bottom - top) / (size * pitch)))
        for row in range(count):
            fill = rng.uniform(0.3, 0.9) if row == count - 1 else rng.uniform(0.85, 1)
            self.line((left, top + row * size * pitch, right, bottom), kind, rng, size, ink, fill, align, digits)

    def box(self, box: Box, ink: Ink | None = None, fill: Ink | None = None, width: int = 1) -> None:
        left, top, right, bottom = box
        if right - left >= 1 and bottom - top >= 1:
            self.draw.rectangle((left, top, right, bottom), fill, ink, width)

    def logo(self, box: Box, rng: np.random.Generator, kind: Type) -> None:
        """One to three shapes in one to two colours, letters beside or within."""
        left, top, right, bottom = box
        side = min(right - left, bottom - top)
        inks = [tuple(int(value) for value in rng.uniform(0, 215, 3)) for _ in range(2)]
        if rng.random() < 0.25:
            inks = [(30, 30, 30)] * 2
        for index in range(int(rng.integers(1, 4))):
            x, y = left + side * rng.uniform(0.2, 0.8), top + side * rng.uniform(0.3, 0.7)
            reach, shape = side * rng.uniform(0.15, 0.5), rng.integers(5)
            around, ink = (x - reach, y - reach, x + reach, y + reach), inks[index % 2]
            if shape == 0:
                self.draw.ellipse(around, ink)
            elif shape == 1:
                self.draw.ellipse(around, None, ink, max(1, int(side / 9)))
            elif shape == 2:
                self.draw.rectangle(around, ink)
            elif shape == 3:
                self.draw.regular_polygon((x, y, max(2.0, reach)), int(rng.integers(3, 8)), rng.uniform(0, 90), ink)
            else:
                self.draw.pieslice(around, rng.uniform(0, 180), rng.uniform(180, 360), ink)
        if rng.random() < 0.7:
            size = side * rng.uniform(0.25, 0.6)
            self.draw.text((left + side * rng.uniform(0.1, 1.1), top + side * 0.5), kind.words(rng, int(rng.integers(2, 9))),
                           inks[int(rng.integers(2))], open_font(kind.path, max(5, round(size))), anchor="lm")

    def portrait(self, box: Box, rng: np.random.Generator) -> None:
        """A photo of a head before a wall, without a face."""
        left, top, right, bottom = box
        wall, skin, hair, cloth = (tuple(int(value) for value in rng.uniform(low, high, 3) * rng.uniform(0.7, 1))
                                   for low, high in ((120, 240), (110, 230), (10, 140), (10, 220)))
        wide, tall = right - left, bottom - top
        self.draw.rectangle(box, wall)
        centre, head = left + wide * rng.uniform(0.42, 0.58), wide * rng.uniform(0.2, 0.3)
        self.draw.rectangle((max(left, centre - 1.8 * head), top + 0.74 * tall, min(right, centre + 1.8 * head), bottom), cloth)
        self.draw.ellipse((centre - 1.15 * head, top + 0.12 * tall, centre + 1.15 * head, top + 0.7 * tall), hair)
        self.draw.ellipse((centre - head, top + 0.22 * tall, centre + head, top + 0.76 * tall), skin)

    def bars(self, box: Box, rng: np.random.Generator, square: bool) -> None:
        """A barcode, or a square one."""
        left, top, right, bottom = (int(value) for value in box)
        shape = (17, 17) if square else (1, max(8, (right - left) // 2))
        code = Image.fromarray((255 * rng.integers(0, 2, shape)).astype(np.uint8))
        size = (min(right - left, bottom - top),) * 2 if square else (right - left, bottom - top)
        if min(size) > 2:
            self.image.paste(code.resize(size, Image.Resampling.NEAREST), (left, top))

    def signature(self, x: float, y: float, rng: np.random.Generator, reach: float) -> None:
        steps = np.cumsum(rng.normal(0, 1, (28, 2)) * [0.6, 0.9] + [0.75, 0], axis=0) * reach / 20 + [x, y]
        ink = (20, 30, int(rng.uniform(70, 170)))
        self.draw.line([tuple(point) for point in steps], ink, 1 + int(rng.random() < 0.3), joint="curve")

    def waves(self, rng: np.random.Generator, ink: Ink) -> None:
        """A guilloche: many fine lines that swing together."""
        x = np.linspace(0, self.width, 48)
        swing, period, lean = rng.uniform(4, 30), rng.uniform(40, 200), rng.uniform(-0.3, 0.3)
        for start in np.arange(-30, self.height + 30, rng.uniform(5, 14)):
            y = start + swing * np.sin(2 * np.pi * x / period + start / 40) + lean * x
            self.draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), ink, 1)
