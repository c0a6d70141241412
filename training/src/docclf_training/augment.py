"""A simulated camera: what a hand-held photo of a document looks like once it is cut out and straightened.

Every step takes and returns float32 RGB [height, width, 3] in 0..255 and a seeded generator, and is
applied in the order in which light would meet it: paper, lamp, lens, sensor, file. Colour and blur
are kept moderate on purpose: colour and fine print are what tells neighbouring banknotes apart.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np


@dataclass(frozen=True)
class Camera:
    """How far each effect goes. Lengths are shares of the image's side, colours shares of the value."""

    weakest: float = 0.3  # each capture draws one strength from here to 1 and scales all that follows by it
    corner: float = 0.02  # standard deviation of each corner: the localiser is not perfect
    rotation: float = 1.5  # degrees, standard deviation
    side: tuple[int, int] = (96, 200)  # long side of the captured picture in pixels
    tint: float = 0.02  # standard deviation of the log gain of each channel
    exposure: float = 0.12  # standard deviation of the log gain of all channels
    gamma: float = 0.08  # standard deviation of the log exponent
    haze: float = 0.06  # largest share of black level added by stray light
    shadow: float = 0.5  # probability; darkest is 0.45 of the light
    glare: float = 0.35  # probability; a soft bright spot that may saturate
    vignette: float = 0.35  # largest loss of light in the corners
    defocus: float = 0.010  # largest blur radius
    motion: float = 0.015  # largest length of a motion streak, in a third of the pictures
    noise: float = 6.0  # largest standard deviation of sensor noise, in grey levels
    jpeg: tuple[int, int] = (35, 92)  # quality of the second compression; the first is better


# A bad day: coloured lamps, much glare, a rough localiser. Half of the captures are made with it; the
# validation pictures gained from it on pages, and lost nothing on covers and cards.
ROUGH = Camera(weakest=0.5, corner=0.028, rotation=2.5, tint=0.07, exposure=0.25, gamma=0.15, haze=0.15,
               shadow=0.7, glare=0.7, vignette=0.5, noise=9.0, jpeg=(30, 92))


def camera_of(view: int) -> Camera:
    """The usual camera for views 1, 3, 5; the rough one for 2, 4, 6."""
    return Camera() if view % 2 else ROUGH


def weaken(camera: Camera, strength: float) -> Camera:
    """The same camera on a better day: every amount and probability times `strength` (0..1)."""
    scaled = {name: strength * getattr(camera, name) for name in (
        "corner", "rotation", "tint", "exposure", "gamma", "haze", "shadow", "glare", "vignette",
        "defocus", "motion", "noise")}
    return replace(camera, **scaled)


def corners(image: np.ndarray, rng: np.random.Generator, camera: Camera) -> np.ndarray:
    """Perspective from imperfect corners, a mild rotation and the resolution of the capture."""
    height, width = image.shape[:2]
    scale = np.exp(rng.uniform(*np.log(camera.side))) / max(height, width)
    size = (max(24, round(width * scale)), max(24, round(height * scale)))  # width, height
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) - 0.5
    angle = np.deg2rad(rng.normal(0, camera.rotation))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    aspect = np.array([width, height]) / max(width, height)
    moved = ((unit * aspect) @ turn.T) / aspect + rng.normal(0, camera.corner, (4, 2))
    source = ((unit + 0.5) * [width, height] - 0.5).astype(np.float32)
    target = ((moved + 0.5) * size - 0.5).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    if size[0] < width:  # avoid aliasing where the capture is smaller than the picture
        image = cv2.GaussianBlur(image, (0, 0), 0.45 * width / size[0])
    if rng.random() < 0.5:  # a slip of the table shows beside the document, or its edge goes on
        background = tuple(rng.uniform(0, 255) + rng.uniform(-30, 30, 3))
        return cv2.warpPerspective(image, matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=background)
    return cv2.warpPerspective(image, matrix, size, borderMode=cv2.BORDER_REPLICATE)


def coordinates(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row and column [height, width] in -1..1."""
    height, width = image.shape[:2]
    return np.meshgrid(np.linspace(-1, 1, height, dtype=np.float32),
                       np.linspace(-1, 1, width, dtype=np.float32), indexing="ij")


def light(image: np.ndarray, rng: np.random.Generator, camera: Camera) -> np.ndarray:
    """Shadow, uneven lamp, vignetting and glare on the paper."""
    row, column = coordinates(image)
    angle = rng.uniform(0, 2 * np.pi)
    along = row * np.sin(angle) + column * np.cos(angle)
    gain = 1 + rng.uniform(0, 0.25) * along
    if rng.random() < camera.shadow:  # the edge of a shadow: a hand, a phone, a shelf
        edge = 1 / (1 + np.exp(-(along - rng.uniform(-0.9, 0.9)) / rng.uniform(0.03, 0.4)))
        gain *= 1 - rng.uniform(0.1, 0.55) * edge
    gain *= 1 - rng.uniform(0, camera.vignette) * (row**2 + column**2) / 2
    image = image * gain[..., None]
    if rng.random() < camera.glare:
        centre, spread = rng.uniform(-1.1, 1.1, 2), rng.uniform(0.1, 0.5, 2)
        spot = np.exp(-(((row - centre[0]) / spread[0]) ** 2 + ((column - centre[1]) / spread[1]) ** 2) / 2)
        strength = rng.uniform(0.15, 1.0) * spot[..., None]
        image = image + (255 * rng.uniform(0.9, 1.1) - image) * np.minimum(strength, 1)
    return image


def lens(image: np.ndarray, rng: np.random.Generator, camera: Camera) -> np.ndarray:
    """Defocus, sometimes motion."""
    side = max(image.shape[:2])
    radius = rng.uniform(0, camera.defocus) * side
    if radius > 0.3:
        image = cv2.GaussianBlur(image, (0, 0), radius)
    if rng.random() < 1 / 3:
        length = rng.uniform(0, camera.motion) * side
        if length > 1:
            reach = int(np.ceil(length / 2))
            kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
            angle = rng.uniform(0, np.pi)
            for step in np.linspace(-length / 2, length / 2, 4 * reach + 1):
                kernel[round(reach + step * np.sin(angle)), round(reach + step * np.cos(angle))] += 1
            image = cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
    return image


def colour(image: np.ndarray, rng: np.random.Generator, camera: Camera) -> np.ndarray:
    """White balance, exposure, contrast curve, stray light."""
    gain = np.exp(rng.normal(0, camera.tint, 3) + rng.normal(0, camera.exposure)).astype(np.float32)
    image = np.clip(image * gain, 0, 255) / 255
    image = cv2.pow(image, float(np.exp(rng.normal(0, camera.gamma))))
    haze = rng.uniform(0, camera.haze) if rng.random() < 0.5 else 0.0
    return 255 * (haze + (1 - haze) * image)


def sensor(image: np.ndarray, rng: np.random.Generator, camera: Camera) -> np.ndarray:
    """Noise that grows with the light."""
    deviation = rng.uniform(0, camera.noise)
    noise = np.float32(deviation) * rng.standard_normal(image.shape, dtype=np.float32)
    return image + noise * cv2.sqrt(0.25 + np.clip(image, 0, 255) / 255)


def compress(image: np.ndarray, quality: int) -> np.ndarray:
    """Through JPEG; uint8 RGB in and out. RGB is passed as it is, so chroma is what it would be in RGB order."""
    data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]


def capture(image: np.ndarray, rng: np.random.Generator, camera: Camera = Camera()) -> np.ndarray:
    """One simulated capture: uint8 RGB in, uint8 RGB out, of another size."""
    camera = weaken(camera, rng.uniform(camera.weakest, 1))
    picture = corners(image.astype(np.float32), rng, camera)
    for step in (light, lens, colour, sensor):
        picture = step(picture, rng, camera)
    pixels = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
    low, high = camera.jpeg
    pixels = compress(pixels, int(rng.integers(max(low, 70), 98)))
    if rng.random() < 0.5:  # sent on in a smaller size
        factor = rng.uniform(0.6, 1)
        size = tuple(max(24, round(length * factor)) for length in pixels.shape[1::-1])
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return compress(pixels, int(rng.integers(low, high)))
