"""Lamp, lens, sensor and file of a phone, over a finished scene."""

import cv2
import numpy as np

from .frame import INNER

ROWS, COLUMNS = np.mgrid[-1:1:INNER * 1j, -1:1:INNER * 1j].astype(np.float32)


def glare(scene: np.ndarray, place: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A soft bright spot around `place` (pixels)."""
    spot = np.zeros((INNER, INNER), np.float32)
    axes = int(rng.integers(4, 40)), int(rng.integers(3, 18))
    cv2.ellipse(spot, (int(place[0]), int(place[1])), axes, rng.uniform(0, 180), 0, 360, 1, -1)
    spot = cv2.GaussianBlur(spot, (0, 0), rng.uniform(2, 10))[..., None]
    return scene * (1 - spot * 0.9) + 255 * spot * rng.uniform(0.5, 0.95)


def cast_shadow(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The shadow of whatever is beside the lamp: a head, the phone."""
    dark = np.zeros((INNER, INNER), np.float32)
    outline = cv2.convexHull(np.float32(rng.uniform(-0.3, 1.3, (4, 2)) * INNER))
    cv2.fillConvexPoly(dark, np.int32(outline[:, 0]), 1)
    dark = cv2.GaussianBlur(dark, (0, 0), rng.uniform(0.8, 9))[..., None]
    return scene * (1 - dark * rng.uniform(0.2, 0.65))


def photograph(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """float32 RGB in 0..255 to uint8: uneven light, exposure, tint, haze, blur or sharpening, noise, JPEG."""
    if rng.random() < 0.5:
        angle = rng.uniform(0, 2 * np.pi)
        slope = 1 + rng.normal(0, 0.3) * (COLUMNS * np.cos(angle) + ROWS * np.sin(angle))
        scene = scene * slope.clip(0.25, 1.8)[..., None]
    if rng.random() < 0.2:
        scene = cast_shadow(scene, rng)
    scene = 255 * (scene.clip(0, 255) / 255) ** np.exp(rng.normal(0, 0.25))
    scene = scene * np.exp(rng.normal(0, 0.1, 3) + rng.normal(0, 0.2))
    if rng.random() < 0.25:
        scene = scene + rng.uniform(0, 70) * (1 - scene / 255)
    if rng.random() < 0.14:
        scene = np.repeat(scene.mean(axis=2, keepdims=True), 3, axis=2)
    chance = rng.random()
    if chance < 0.35:
        scene = cv2.GaussianBlur(scene, (0, 0), rng.uniform(0.35, 1.3))
    elif chance < 0.6:
        scene = scene + rng.uniform(0.3, 1) * (scene - cv2.GaussianBlur(scene, (0, 0), 1.0))
    if rng.random() < 0.5:
        scene = scene + rng.normal(0, rng.uniform(1, 9), (INNER, INNER, 1 if rng.random() < 0.5 else 3))
    photo = scene.clip(0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 86))]
        photo = cv2.imdecode(cv2.imencode(".jpg", photo[..., ::-1], quality)[1], cv2.IMREAD_COLOR)[..., ::-1]
    return np.ascontiguousarray(photo)
