"""Makes fixtures/opencv.json: what OpenCV and Pillow answer for the operations of this package.

In a virtual environment outside of the repository, with Python 3.11 or newer:

    pip install opencv-python-headless==5.0.0.93 numpy==2.4.6 pillow==13.0.0
    python packages/preprocess/test/opencv/make-fixtures.py

Deterministic: a second run gives the same bytes. The versions are stored in the file. OpenCV 4
(seen with 4.14) is off by up to 4.5 grey levels from exact bilinear warps of noise; 5.0 is exact.
"""

import base64
import hashlib
import io
import json
from pathlib import Path

import cv2
import numpy as np
import PIL
from PIL import Image, ImageOps

random = np.random.default_rng(20240229)
cases = []
inputs = {}


def encode(picture):
    height, width = picture.shape[:2]
    channels = 1 if picture.ndim == 2 else picture.shape[2]
    data = base64.b64encode(np.ascontiguousarray(picture, dtype=np.uint8).tobytes()).decode()
    return {"width": width, "height": height, "channels": channels, "data": data}


def noise(width, height, channels):
    """Noise, the hardest input for resampling: neighbours differ by up to 255."""
    shape = (height, width) if channels == 1 else (height, width, channels)
    return random.integers(0, 256, shape, dtype=np.uint8)


def golden():
    """The picture docclf-golden-1, from its formula."""
    y, x, c = np.mgrid[0:150, 0:200, 0:3]
    return (((x >> 3) * 37 + (y >> 3) * 91 + (x >> 3) * (y >> 3) * 11 + c * 53) & 255).astype(np.uint8)


pictures = {
    "noise37x23x1": noise(37, 23, 1),
    "noise37x23x3": noise(37, 23, 3),
    "noise37x23x4": noise(37, 23, 4),
    "noise48x32x3": noise(48, 32, 3),
    "noise3x2x3": noise(3, 2, 3),
    "golden": golden(),
}
for name, picture in pictures.items():
    if name != "golden":  # the test draws it itself, and compares the hash
        inputs[name] = encode(picture)


def case(operation, name, result, **arguments):
    cases.append({"operation": operation, "input": name, **arguments, "expected": result})


# Resizing. INTER_AREA means something else in OpenCV when one axis grows, so mixed cases take the
# shrinking axis first and then the growing one, in float32 so that nothing is rounded in between.
def resized(picture, width, height):
    down = (min(width, picture.shape[1]), min(height, picture.shape[0]))
    if (width, height) == down:
        return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    if down == (picture.shape[1], picture.shape[0]):
        return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
    small = cv2.resize(picture.astype(np.float32), down, interpolation=cv2.INTER_AREA)
    return np.rint(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


sizes = {
    "noise37x23x1": [(16, 11), (36, 22), (1, 1), (12, 60), (80, 9), (74, 46), (41, 29), (37, 11), (37, 50)],
    "noise37x23x3": [(16, 11), (36, 22), (1, 1), (12, 60), (80, 9), (74, 46), (41, 29), (5, 23), (40, 23)],
    "noise37x23x4": [(16, 11), (12, 60), (80, 9), (41, 29)],
    "noise48x32x3": [(24, 16), (12, 8), (6, 4), (16, 32), (3, 2), (48, 16)],
    "noise3x2x3": [(7, 5), (1, 9), (2, 1)],
    "golden": [(128, 128)],
}
for name, targets in sizes.items():
    for width, height in targets:
        case("resize", name, encode(resized(pictures[name], width, height)))

# Warping with a matrix from output to input, whole coordinates at pixel centres.
matrices = [
    [0.5, 0.07, 3.2, -0.06, 0.6, 2.7, 0.001, 0.002, 1],
    [1.3, -0.4, 2.25, 0.3, 0.9, -6.5, 0.004, -0.003, 1],
    [1, 0, 0.5, 0, 1, 0.25, 0, 0, 1],
]
borders = [
    ("noise37x23x1", "replicate"),
    ("noise37x23x3", "replicate"),
    ("noise37x23x3", 90),
    ("noise37x23x4", 255),
]
for matrix in matrices:
    for name, border in borders:
        warped = cv2.warpPerspective(
            pictures[name],
            np.array(matrix, dtype=np.float64).reshape(3, 3),
            (29, 31),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE if border == "replicate" else cv2.BORDER_CONSTANT,
            borderValue=(0, 0, 0, 0) if border == "replicate" else (border,) * 4,
        )
        case("warpByHomography", name, encode(warped), matrix=matrix, border=border)

# Homographies.
quads = [
    [[0, 0], [200, 0], [200, 150], [0, 150]],
    [[31, 12], [171, 25], [160, 131], [22, 118]],
    [[171, 25], [160, 131], [22, 118], [31, 12]],
    [[400, 10], [430, 12], [900, 1000], [-100, 990]],
    [[-20.5, 3.25], [60, -8.75], [71.5, 44], [2, 57.125]],
]
for start in quads:
    for end in quads:
        matrix = cv2.getPerspectiveTransform(np.float32(start), np.float32(end))
        cases.append({"operation": "homography", "from": start, "to": end, "expected": matrix.ravel().tolist()})

# Straightening: warp at the document's own size, then average down. Corners count from the outer
# corner of a pixel, OpenCV from its centre: half a pixel less.
for corners, (width, height) in [(quads[1], (61, 43)), (quads[2], (40, 57)), (quads[1], (150, 40))]:
    points = np.float64(corners)
    sides = np.hypot(*(np.roll(points, -1, axis=0) - points).T)
    own = (
        max(width, round(max(sides[0], sides[2]))),
        max(height, round(max(sides[1], sides[3]))),
    )
    frame = np.float32([[0, 0], [own[0], 0], [own[0], own[1]], [0, own[1]]]) - np.float32(0.5)
    matrix = cv2.getPerspectiveTransform(frame, np.float32(points - 0.5))
    large = cv2.warpPerspective(
        pictures["golden"].astype(np.float32),
        matrix,
        own,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    case("warpPerspective", "golden", encode(np.rint(resized(large, width, height))), corners=corners)

# Turning.
turns = {1: cv2.ROTATE_90_CLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_COUNTERCLOCKWISE}
for name in ["noise37x23x1", "noise3x2x3", "noise37x23x4"]:
    for turn, code in turns.items():
        case("rotateQuarterTurns", name, encode(cv2.rotate(pictures[name], code)), turns=turn)

# EXIF: Pillow reads the tag from a file and turns the picture upright.
for name in ["noise37x23x1", "noise3x2x3"]:
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        file = io.BytesIO()
        Image.fromarray(pictures[name]).save(file, format="PNG", exif=exif)
        upright = np.asarray(ImageOps.exif_transpose(Image.open(file)))
        case("applyOrientation", name, encode(upright), orientation=orientation)

# Sharpness and contrast at the working size of measureQuality, so that no resizing takes part.
strip = cv2.GaussianBlur(noise(512, 9, 3), (0, 0), 0.8)
inputs["strip512x9x3"] = encode(strip)
grey = cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY)
low, high = np.percentile(grey, [1, 99], method="nearest")
case(
    "measureQuality",
    "strip512x9x3",
    {
        "sharpness": float(cv2.Laplacian(grey, cv2.CV_64F).var()),
        "contrast": float(int(high) - int(low)) / 255,
    },
)

fixture = {
    "versions": {"opencv": cv2.__version__, "pillow": PIL.__version__, "numpy": np.__version__},
    "goldenSha256": hashlib.sha256(golden().tobytes()).hexdigest(),
    "inputs": inputs,
    "cases": cases,
}
target = Path(__file__).parent / "fixtures" / "opencv.json"
target.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
print(len(cases), "cases,", target.stat().st_size, "bytes")
