"""Makes fixtures/opencv.json: a drawn picture, the places that OpenCV's SIFT finds in it, and maps that it fits.

In a virtual environment outside of the repository, with Python 3.11 or newer:

    pip install opencv-python-headless==5.0.0.93 numpy==2.4.6
    python packages/features/test/opencv/make-fixtures.py

Deterministic: a second run gives the same bytes. The versions are stored in the file.
"""

import base64
import json
from pathlib import Path

import cv2
import numpy as np

random = np.random.default_rng(20261126)
WIDTH, HEIGHT = 256, 192


def drawn():
    """A form of sorts: boxes, lines of text, a stamp and a few blots, on paper that is not quite even."""
    picture = np.full((HEIGHT, WIDTH), 228, np.uint8)
    picture -= (np.mgrid[0:HEIGHT, 0:WIDTH][1] // 16).astype(np.uint8)
    cv2.rectangle(picture, (10, 10), (90, 40), 60, -1)
    cv2.putText(picture, "FORM 7b", (14, 32), cv2.FONT_HERSHEY_SIMPLEX, 0.55, 240, 2, cv2.LINE_AA)
    for row, text in enumerate(["name of holder", "street, number", "claims 2019-24", "bank and branch", "amount in words"]):
        y = 64 + 26 * row
        cv2.putText(picture, text, (12, y), cv2.FONT_HERSHEY_COMPLEX_SMALL, 0.6, 40, 1, cv2.LINE_AA)
        cv2.rectangle(picture, (128, y - 13), (128 + 40 + 18 * (row % 4), y + 4), 90, 1)
    cv2.circle(picture, (220, 40), 24, 110, 3, cv2.LINE_AA)
    cv2.putText(picture, "PAID", (198, 46), cv2.FONT_HERSHEY_DUPLEX, 0.55, 110, 1, cv2.LINE_AA)
    for _ in range(14):
        x, y = int(random.integers(110, WIDTH - 10)), int(random.integers(90, HEIGHT - 8))
        corners = random.integers(-9, 10, (3, 2)) + (x, y)
        cv2.fillPoly(picture, [corners.astype(np.int32)], int(random.integers(30, 190)), cv2.LINE_AA)
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


def places(picture):
    """Of all octaves but the first, in which OpenCV looks at the picture doubled."""
    found, descriptions = cv2.SIFT_create(0, contrastThreshold=0.02).detectAndCompute(picture, None)
    rows = []
    for point, description in zip(found, descriptions):
        scale = point.size / 2
        if scale < 2.4:
            continue
        middle = np.sort(description)[64]
        # OpenCV counts the directions of a cell with y up.
        ordered = description.reshape(16, 8)[:, [0, 7, 6, 5, 4, 3, 2, 1]].ravel()
        bits = "".join("1" if value >= middle else "0" for value in ordered)
        rows.append(
            {
                # Whole coordinates are the middles of pixels there.
                "x": round(point.pt[0] + 0.5, 3),
                "y": round(point.pt[1] + 0.5, 3),
                "scale": round(scale, 3),
                "angle": round(float(np.deg2rad(point.angle)), 4),
                "strength": round(point.response, 5),
                "bits": bits,
            }
        )
    return sorted(rows, key=lambda row: (-row["strength"], row["x"], row["y"], row["angle"]))


def fits():
    """Noisy pairs, and the homography and the affine map that leave the least."""
    cases = []
    for count, noise in [(4, 0.0), (12, 1.0), (80, 2.0)]:
        truth = np.array([[0.9, -0.2, 40], [0.15, 1.1, 12], [4e-4, -3e-4, 1]])
        source = random.uniform(0, 300, (count, 2))
        target = cv2.perspectiveTransform(source[None], truth)[0] + random.normal(0, noise, (count, 2))
        source, target = source.round(3), target.round(3)
        matrix, _ = cv2.findHomography(source, target, 0)
        cases.append({"places": np.hstack([source, target]).tolist(), "matrix": matrix.ravel().round(9).tolist()})
    return cases


picture = drawn()
result = {
    "versions": {"opencv": cv2.__version__, "numpy": np.__version__},
    "picture": {"width": WIDTH, "height": HEIGHT, "data": base64.b64encode(picture.tobytes()).decode()},
    "places": places(picture),
    "fits": fits(),
}
file = Path(__file__).parent / "fixtures" / "opencv.json"
file.write_text(json.dumps(result, indent=1) + "\n")
