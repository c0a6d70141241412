/** What daily life does to a page, some fifty kinds: the same picture gives the same pixels in every run. */
import { warpByHomography, warpPerspective } from '@docclf/preprocess';
import { changePixels, readPicture, sharpOf } from './captures.js';
import { randomFrom } from './random.js';
import { withState } from './states.js';

/** @typedef {import('./captures.js').Picture} Picture */

const pixels = (change) => (picture) => {
  const changed = { ...picture, data: picture.data.slice() };
  changePixels(changed, change(changed));
  return changed;
};
const luma = (data, i) => 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
const viaSharp = (work) => async (picture) =>
  readPicture(await work(sharpOf(picture), picture).png().toBuffer());
const inTurn =
  (...steps) =>
  async (picture) => {
    let changed = picture;
    for (const step of steps) changed = await step(changed);
    return changed;
  };

/** Turned by so many degrees about its middle; what comes in from outside repeats the edge. */
const skewed = (degrees) => (picture) => {
  const { width, height } = picture;
  const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const [x, y] = [(width - 1) / 2, (height - 1) / 2];
  const matrix = [cosine, -sine, x - cosine * x + sine * y, sine, cosine, y - sine * x - cosine * y, 0, 0, 1];
  return warpByHomography(picture, matrix, width, height);
};

/** Seen from the side: of each side one corner so far inside. */
const inPerspective = (share) => (picture) => {
  const { width: w, height: h } = picture;
  const corners = [
    [-share * w, 0],
    [w + share * w, share * h],
    [w, h],
    [0, h + share * h],
  ].map(([x, y]) => ({ x, y }));
  return warpPerspective(picture, corners, w, h);
};

/** So much of each side is lost: top, right, bottom, left. */
const cropped = (...shares) =>
  viaSharp((image, { width, height }) => {
    const [top, right, bottom, left] = shares.length === 1 ? Array(4).fill(shares[0]) : shares;
    const [x, y] = [Math.round(left * width), Math.round(top * height)];
    const [w, h] = [Math.round((1 - left - right) * width), Math.round((1 - top - bottom) * height)];
    return image.extract({ left: x, top: y, width: w, height: h });
  });

/** So much of each side is added. */
const bordered = (background, ...shares) =>
  viaSharp((image, { width, height }) => {
    const [top, right, bottom, left] = shares.length === 1 ? Array(4).fill(shares[0]) : shares;
    return image.extend({
      ...{ top: Math.round(top * height), bottom: Math.round(bottom * height) },
      ...{ left: Math.round(left * width), right: Math.round(right * width), background },
    });
  });

/** Black and white, by the grey level that parts the two best (Otsu 1979). */
function otsu(picture) {
  const { data } = picture;
  const counts = new Float64Array(256);
  for (let i = 0; i < data.length; i += 3) counts[Math.round(luma(data, i))]++;
  const total = data.length / 3;
  const sum = counts.reduce((all, count, level) => all + level * count, 0);
  let [below, sumBelow, best, level] = [0, 0, -1, 127];
  counts.forEach((count, at) => {
    below += count;
    sumBelow += at * count;
    const above = total - below;
    if (below === 0 || above === 0) return;
    const between = below * above * (sumBelow / below - (sum - sumBelow) / above) ** 2;
    if (between > best) [best, level] = [between, at];
  });
  const changed = data.slice();
  for (let i = 0; i < data.length; i += 3) changed.fill(luma(data, i) > level ? 255 : 0, i, i + 3);
  return { ...picture, data: changed };
}

/** Black and white, the error of each pixel given to those after it (Floyd and Steinberg 1976). */
function dithered(picture) {
  const { data, width, height } = picture;
  const grey = Float32Array.from({ length: width * height }, (_, i) => luma(data, 3 * i));
  const changed = data.slice();
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = grey[i] > 127 ? 255 : 0;
      const error = grey[i] - value;
      if (x + 1 < width) grey[i + 1] += (7 / 16) * error;
      if (y + 1 < height) {
        if (x > 0) grey[i + width - 1] += (3 / 16) * error;
        grey[i + width] += (5 / 16) * error;
        if (x + 1 < width) grey[i + width + 1] += (1 / 16) * error;
      }
      changed.fill(value, 3 * i, 3 * i + 3);
    }
  }
  return { ...picture, data: changed };
}

/** Marks drawn over it, in a square of 1000 units that is stretched over the picture. */
const marked = (svg, blend = 'over') =>
  viaSharp((image, { width, height }) =>
    image.composite([
      {
        input: Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 1000 1000" preserveAspectRatio="none">${svg}</svg>`,
        ),
        blend,
      },
    ]),
  );
const soft = (deviation) => `<filter id="soft"><feGaussianBlur stdDeviation="${deviation}"/></filter>`;

/** So many pixels along the long side. */
const small = (side) => viaSharp((image) => image.resize(side, side, { fit: 'inside' }));
const resized = (x, y) =>
  viaSharp((image, { width, height }) =>
    image.resize(Math.round(x * width), Math.round(y * height), { fit: 'fill' }),
  );
const negative = pixels(() => (value) => 255 - value);
const noisy = (strength) =>
  pixels(() => {
    const random = randomFrom(7);
    return (value) => value + strength * (random() + random() + random() - 1.5);
  });
/** Copied on a machine whose toner eats grey: contrast, a little blur, specks. */
const photocopied = inTurn(
  viaSharp((image) => image.greyscale().blur(0.5)),
  pixels(() => {
    const random = randomFrom(11);
    return (value, _x, _y, channel) => {
      const speck = channel === 0 && random() < 0.002 ? -160 : 0;
      return (value - 160) * 1.6 + 150 + speck;
    };
  }),
);
/** 204 by 98 dots an inch, as if the long side were eleven inches, black and white. */
const faxed = async (picture) => {
  const { width, height } = picture;
  const scale = Math.min(1, 1078 / Math.max(width, height));
  const lines = Math.max(1, Math.round(height * scale * 0.48));
  const low = await sharpOf(picture).resize(width, lines, { fit: 'fill' }).png().toBuffer();
  const black = otsu(await readPicture(low));
  return readPicture(
    await sharpOf(black).resize(width, height, { fit: 'fill', kernel: 'nearest' }).png().toBuffer(),
  );
};
const inState = (state) => (picture) => withState(picture, state, 5);

/** @type {Record<string, (picture: Picture) => Picture | Promise<Picture>>} */
export const changes = {
  none: (picture) => picture,
  'skew 2 degrees': skewed(2),
  'skew 5 degrees': skewed(5),
  'skew 10 degrees': skewed(10),
  'crop 3 %': cropped(0.03),
  'crop 6 %': cropped(0.06),
  'crop 10 %': cropped(0.1),
  'a tenth lost above': cropped(0.1, 0, 0, 0),
  'white border 5 %': bordered('white', 0.05),
  'white border 10 %': bordered('white', 0.1),
  'white border 20 %': bordered('white', 0.2),
  'white beside it, 20 %': bordered('white', 0, 0.2, 0.2, 0),
  'black border 5 %': bordered('black', 0.05),
  'black border 10 %': bordered('black', 0.1),
  'perspective 5 %': inPerspective(0.05),
  'perspective 10 %': inPerspective(0.1),
  'stretched to 1.2 times its width': resized(1.2, 1),
  'stretched to 1.2 times its height': resized(1, 1.2),
  'a page of another beside it': bordered('#e8e8e8', 0, 0.5, 0, 0),
  grey: viaSharp((image) => image.greyscale()),
  'warm light': pixels(() => (value, _x, _y, channel) => value * [1, 0.86, 0.66][channel]),
  'cold light': pixels(() => (value, _x, _y, channel) => value * [0.75, 0.88, 1][channel]),
  '1 bit, by Otsu': otsu,
  '1 bit, dithered': dithered,
  fax: faxed,
  photocopy: photocopied,
  'third generation': inTurn(photocopied, small(560), photocopied, resized(1.1, 1.1), photocopied),
  inverted: negative,
  'inverted, 1 bit': inTurn(otsu, negative),
  moiré: pixels(
    () => (value, x, y) => value + 25 * Math.sin(x * 1.9 + y * 0.35) * Math.sin(y * 1.7 - x * 0.3),
  ),
  halftone: pixels(() => (value, x, y) => value + 60 * Math.sin((x + y) * 1.1) * Math.sin((x - y) * 1.1)),
  "a scanner's lines": pixels(({ width }) => {
    const lines = new Set([0.2, 0.47, 0.81].map((place) => Math.round(place * width)));
    return (value, x) => (lines.has(x) || lines.has(x - 1) ? 40 : value);
  }),
  "a scanner's pale bands": pixels(({ width }) => (value, x) => {
    const band = x / width;
    return (band > 0.3 && band < 0.36) || (band > 0.7 && band < 0.78) ? value + 0.6 * (255 - value) : value;
  }),
  stamped: inState('stamped'),
  stained: inState('stained'),
  highlighted: inState('highlighted'),
  folded: inState('folded'),
  glare: inState('glare'),
  'torn corner': inState('torn corner'),
  sticker: inState('sticker'),
  punched: marked(
    [200, 400, 600, 800].map((y) => `<ellipse cx="35" cy="${y}" rx="16" ry="11" fill="#222"/>`).join(''),
  ),
  'COPY across it': marked(
    '<text x="500" y="560" font-family="DejaVu Sans, sans-serif" font-size="240" font-weight="bold" fill="#888" fill-opacity="0.45" text-anchor="middle" transform="rotate(-35 500 500)">COPY</text>',
  ),
  'handwriting over it': marked(
    [0, 1, 2]
      .map(
        (i) =>
          `<path d="M${120 + 40 * i} ${330 + 210 * i} q40 -90 80 0 t80 0 t80 -20 t80 20 t80 -10 t80 20" fill="none" stroke="#1c2f8c" stroke-width="7"/>`,
      )
      .join(''),
  ),
  'a finger': marked('<ellipse cx="960" cy="620" rx="150" ry="70" fill="#c68a6b"/>'),
  'low ink': pixels(() => (value) => value + 0.65 * (255 - value)),
  'bleed-through': async (picture) => {
    const behind = await readPicture(
      await sharpOf(picture).flop().rotate(180).greyscale().linear(0.25, 191).png().toBuffer(),
    );
    const input = await sharpOf(behind)
      .resize(picture.width, picture.height, { fit: 'fill' })
      .png()
      .toBuffer();
    return viaSharp((image) => image.composite([{ input, blend: 'multiply' }]))(picture);
  },
  shadow: marked(
    `${soft(60)}<polygon points="0,0 620,0 260,1000 0,1000" fill="#000" fill-opacity="0.5" filter="url(#soft)"/>`,
  ),
  'low light': inTurn(
    pixels(() => (value) => value * 0.3),
    noisy(24),
  ),
  overexposed: pixels(() => (value) => value * 1.5 + 30),
  noise: noisy(60),
  blur: viaSharp((image, { width, height }) => image.blur(0.01 * Math.max(width, height))),
  'moved by the hand': viaSharp((image, { width }) => {
    const length = Math.max(3, 2 * Math.round(0.008 * width) + 1);
    const kernel = {
      width: length,
      height: 3,
      kernel: Array.from({ length: 3 * length }, (_, i) => +(Math.floor(i / length) === 1)),
    };
    return image.convolve({ ...kernel, scale: length });
  }),
  'JPEG of quality 10': async (picture) =>
    readPicture(await sharpOf(picture).jpeg({ quality: 10 }).toBuffer()),
  'long side 100': small(100),
  'long side 64': small(64),
};
