/**
 * Documents in states, for the test of the state vector: drawn as SVG and composited by sharp, or changed pixel by pixel.
 * The simulator that the network learns from (training/src/docclf_training/states) shares no code and no language with it.
 */
import { changePixels, readPicture, sharpOf } from './captures.js';
import { randomFrom } from './random.js';

/** @typedef {import('./captures.js').Picture} Picture */
/** @typedef {{ w: number, h: number, side: number, between: (low: number, high: number) => number, pick: <T>(all: readonly T[]) => T }} Sheet */

/** What training has seen in another make. */
export const knownStates = ['stained', 'glare', 'folded', 'stamped', 'torn corner'];

/** What training has never seen, in any make: one example must do. */
export const unseenStates = ['highlighted', 'sticker', 'taped', 'dog-eared', 'burnt edge', 'barcode label'];

/**
 * @param {Picture} picture
 * @param {string} state one of the above, or `plain`
 * @param {number} seed of where and how
 * @returns {Promise<Picture>}
 */
export async function withState(picture, state, seed) {
  if (state === 'plain') return picture;
  const random = randomFrom(seed);
  const { width: w, height: h } = picture;
  const sheet = {
    w,
    h,
    side: Math.max(w, h),
    between: (low, high) => low + (high - low) * random(),
    pick: (all) => all[Math.floor(random() * all.length)],
  };
  if (state === 'folded') return folded(picture, sheet);
  const { body, blend = 'over', shade = '' } = draw[state](sheet);
  const layer = (content) =>
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">${defs(sheet)}${content}</svg>`,
    );
  const layers = [
    ...(shade ? [{ input: layer(shade), blend: /** @type {const} */ ('multiply') }] : []),
    { input: layer(body), blend: /** @type {import('sharp').Blend} */ (blend) },
  ];
  return readPicture(await sharpOf(picture).composite(layers).png().toBuffer());
}

/** Filters: blurs by the sheet's size, and edges displaced by turbulence. */
function defs({ side, between }) {
  const seed = Math.floor(between(0, 1000));
  const blur = (id, share) =>
    `<filter id="${id}" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="${share * side}"/></filter>`;
  const rough = (id, frequency, scale, soft) =>
    `<filter id="${id}" x="-50%" y="-50%" width="200%" height="200%"><feTurbulence type="fractalNoise" baseFrequency="${frequency / side}" numOctaves="3" seed="${seed}"/><feDisplacementMap in="SourceGraphic" scale="${scale * side}" xChannelSelector="R" yChannelSelector="G"/><feGaussianBlur stdDeviation="${soft * side}"/></filter>`;
  return `<defs>${blur('soft', 0.012)}${blur('haze', 0.045)}${blur('crisp', 0.002)}${rough('wet', 5, 0.12, 0.003)}${rough('rip', 22, 0.05, 0.0008)}</defs>`;
}

/** A share of the sheet, kept off its borders. */
const spot = ({ w, h, between }) => ({ x: between(0.15, 0.85) * w, y: between(0.15, 0.85) * h });

const times = (count, make) => Array.from({ length: Math.round(count) }, (_, i) => make(i)).join('');

/** @type {Record<string, (sheet: Sheet) => { body: string, blend?: string, shade?: string }>} */
const draw = {
  stained(sheet) {
    const { side, between, pick } = sheet;
    const [fill, rim] = pick([
      ['#a87a40', '#6b4216'],
      ['#8f5a2b', '#54300f'],
      ['#7d2f45', '#4d1426'],
      ['#8c8440', '#565016'],
    ]);
    const body = times(between(1.5, 4), () => {
      const { x, y } = spot(sheet);
      const r = between(0.06, 0.17) * side;
      const hollow = between(0, 1) < 0.4;
      return `<ellipse cx="${x}" cy="${y}" rx="${r}" ry="${r * between(0.75, 1.1)}" filter="url(#wet)"
        fill="${fill}" fill-opacity="${hollow ? between(0, 0.15) : between(0.4, 0.7)}"
        stroke="${rim}" stroke-opacity="${between(0.45, 0.8)}" stroke-width="${(hollow ? 0.12 : 0.06) * r}"/>`;
    });
    return { body, blend: between(0, 1) < 0.6 ? 'multiply' : 'over' };
  },

  glare(sheet) {
    const { side, between, pick } = sheet;
    const body = times(between(1, 2.6), () => {
      const { x, y } = spot(sheet);
      const r = between(0.07, 0.2) * side;
      const turn = `transform="rotate(${between(0, 180)} ${x} ${y})"`;
      const long = pick([1, 1, 3.2]);
      const shape = (scale, opacity, filter) =>
        `<ellipse cx="${x}" cy="${y}" rx="${r * scale * long}" ry="${(r * scale) / Math.sqrt(long)}" fill="#fff" fill-opacity="${opacity}" filter="url(#${filter})" ${turn}/>`;
      return shape(1.5, between(0.3, 0.55), 'haze') + shape(0.8, 1, 'soft');
    });
    // A camera exposes for the lamp: the sheet beside it comes out darker.
    const level = Math.round(between(170, 225));
    return {
      body,
      blend: 'screen',
      shade: `<rect width="100%" height="100%" fill="rgb(${level},${level},${level})"/>`,
    };
  },

  stamped(sheet) {
    const { side, between, pick } = sheet;
    const { x, y } = spot(sheet);
    const colour = pick(['#b3202c', '#1f3f9e', '#1c6b46', '#5a2a86']);
    const word = pick(['ENTERED', 'CLOSED', 'EINGANG', 'BEZAHLT', 'REVU', 'ACCEPTED']);
    const r = between(0.11, 0.18) * side;
    const line = `fill="none" stroke="${colour}" stroke-width="${0.09 * r}"`;
    const font = `font-family="DejaVu Serif, serif" font-weight="bold" text-anchor="middle" fill="${colour}"`;
    const round = `<circle cx="${x}" cy="${y}" r="${r}" ${line}/><circle cx="${x}" cy="${y}" r="${0.72 * r}" ${line}/>`;
    const framed = `<rect x="${x - 1.5 * r}" y="${y - 0.6 * r}" width="${3 * r}" height="${1.2 * r}" rx="${0.1 * r}" ${line}/>`;
    const isRound = between(0, 1) < 0.5;
    const size = (isRound ? 0.24 : 0.5) * r;
    const text = (dy, content, scale = 1) =>
      `<text x="${x}" y="${y + dy * r}" font-size="${size * scale}" ${font}>${content}</text>`;
    const body = `<g opacity="${between(0.65, 0.95)}" filter="url(#crisp)" transform="rotate(${between(-25, 25)} ${x} ${y})">
      ${isRound ? round : framed}${text(0.06, word)}${text(isRound ? 0.34 : 0.46, `${Math.floor(between(1, 28))}.${Math.floor(between(1, 12))}.2026`, 0.7)}</g>`;
    return { body, blend: between(0, 1) < 0.6 ? 'multiply' : 'over' };
  },

  'torn corner'(sheet) {
    const { w, h, side, between, pick } = sheet;
    const [right, low] = [pick([0, 1]), pick([0, 1])];
    const [a, b] = [between(0.17, 0.34) * side, between(0.17, 0.34) * side];
    const at = (x, y) => `${right ? w - x : x},${low ? h - y : y}`;
    // The line from one edge to the other, drawn on beyond both.
    const corner = (extra) => {
      const [along, down] = [1.5 * (a + extra), 1.5 * (b + extra)];
      return [at(-along, -down), at(along, -down / 3), at(-along / 3, down)].join(' ');
    };
    const desk = pick(['#5a4632', '#2f3336', '#a3866a', '#d8d2c6', '#111416', '#7c8a94']);
    return {
      body: `<g filter="url(#rip)"><polygon points="${corner(0.035 * side)}" fill="#f3efe6"/><polygon points="${corner(0)}" fill="${desk}"/></g>`,
    };
  },

  highlighted({ w, side, h, between, pick }) {
    const colour = pick(['#f7f03a', '#ff9ad0', '#8df08a', '#ffc04d']);
    const body = times(between(3, 6), () => {
      const y = between(0.08, 0.9) * h;
      const x = between(0.05, 0.4) * w;
      return `<path d="M${x} ${y} L${x + between(0.25, 0.55) * w} ${y + between(-0.01, 0.01) * h}" stroke="${colour}" stroke-opacity="0.85" stroke-width="${between(0.03, 0.045) * side}"/>`;
    });
    return { body, blend: 'multiply' };
  },

  sticker(sheet) {
    const { side, between, pick } = sheet;
    const { x, y } = spot(sheet);
    const r = between(0.09, 0.14) * side;
    const turn = `transform="rotate(${between(-20, 20)} ${x} ${y})"`;
    const colour = pick(['#e8352e', '#f5b301', '#2f9e44', '#1c7ed6']);
    return {
      body: `<g ${turn}><circle cx="${x}" cy="${y}" r="${r}" fill="${colour}" filter="url(#crisp)"/><circle cx="${x}" cy="${y}" r="${0.8 * r}" fill="none" stroke="#fff" stroke-width="${0.06 * r}"/><text x="${x}" y="${y + 0.28 * r}" font-size="${0.8 * r}" font-family="DejaVu Sans, sans-serif" font-weight="bold" text-anchor="middle" fill="#fff">${pick(['50%', 'NEW', 'A1', '-20'])}</text></g>`,
    };
  },

  taped(sheet) {
    const { side, between, pick } = sheet;
    const colour = pick(['#cbb27c', '#bfae8a', '#d9cfa8']);
    const body = times(between(1, 2.4), () => {
      const { x, y } = spot(sheet);
      const [long, wide] = [between(0.4, 0.8) * side, between(0.07, 0.1) * side];
      return `<rect x="${x - long / 2}" y="${y - wide / 2}" width="${long}" height="${wide}" fill="${colour}" fill-opacity="${between(0.55, 0.75)}" stroke="#fff6dd" stroke-opacity="0.6" stroke-width="${0.06 * wide}" filter="url(#crisp)" transform="rotate(${between(0, 180)} ${x} ${y})"/>`;
    });
    return { body };
  },

  'dog-eared'({ w, h, side, between, pick }) {
    const [right, low] = [pick([0, 1]), pick([0, 1])];
    const [a, b] = [between(0.17, 0.28) * side, between(0.17, 0.28) * side];
    const at = (x, y) => `${right ? w - x : x},${low ? h - y : y}`;
    const scale = (2 * a * b) / (a * a + b * b);
    const tip = at(b * scale, a * scale);
    return {
      shade: `<polygon points="${at(a, 0)} ${tip} ${at(0, b)}" fill="#555" filter="url(#soft)"/>`,
      body: `<polygon points="${at(0, 0)} ${at(a, 0)} ${at(0, b)}" fill="${pick(['#4a3a2a', '#202426', '#b0a08c'])}"/><polygon points="${at(a, 0)} ${tip} ${at(0, b)}" fill="${pick(['#f1ede4', '#e2ddd2', '#fbfaf6'])}"/>`,
    };
  },

  'burnt edge'({ w, h, side, between, pick }) {
    const edge = pick([0, 90, 180, 270]);
    const deep = between(0.08, 0.16) * side;
    const strip = (depth, fill, opacity) =>
      `<rect x="${-side}" y="${-side}" width="${3 * side}" height="${side + depth}" fill="${fill}" fill-opacity="${opacity}" filter="url(#wet)"/>`;
    // Turned about the middle; the sheet's own proportions decide where its edge lies then.
    const shift = edge % 180 === 0 ? 0 : (h - w) / 2;
    return {
      body: `<g transform="rotate(${edge} ${w / 2} ${h / 2}) translate(0 ${shift})">${strip(deep * 1.7, '#7a4a1c', 0.55)}${strip(deep * 1.25, '#3a1f0c', 0.8)}${strip(deep * 0.8, '#0d0906', 1)}</g>`,
    };
  },

  'barcode label'(sheet) {
    const { side, between } = sheet;
    const { x, y } = spot(sheet);
    const [wide, high] = [between(0.3, 0.42) * side, between(0.13, 0.19) * side];
    let bars = '';
    for (let at = 0.08; at < 0.9; ) {
      const bar = between(0.008, 0.03);
      bars += `<rect x="${x - wide / 2 + at * wide}" y="${y - high * 0.38}" width="${bar * wide}" height="${high * 0.6}" fill="#111"/>`;
      at += bar + between(0.008, 0.025);
    }
    return {
      body: `<g transform="rotate(${between(-8, 8)} ${x} ${y})"><rect x="${x - wide / 2}" y="${y - high / 2}" width="${wide}" height="${high}" fill="#fcfcfa" stroke="#bbb"/>${bars}</g>`,
    };
  },
};

/** Creased along one or two lines and opened: each panel leans another way, the crease itself is a pale, broken line. */
async function folded(picture, { w, h, between, pick }) {
  const across = pick([true, false]);
  const creases = [{ across, at: between(0.3, 0.7) }];
  if (between(0, 1) < 0.5) creases.push({ across: pick([true, false]), at: between(0.25, 0.75) });
  const tilts = creases.map(() => [between(-0.05, 0.12), between(-0.22, -0.04)]);
  const phase = between(0, 6);
  const copy = { ...picture, data: picture.data.slice() };
  changePixels(copy, (value, x, y) => {
    let light = 1;
    let pale = 0;
    creases.forEach(({ across: level, at }, i) => {
      const length = level ? h : w;
      const along = level ? x / w : y / h;
      const away = (level ? y : x) - at * length - 0.004 * length * Math.sin(9 * along + phase);
      const near = Math.exp(-Math.abs(away) / (0.22 * length));
      light *= 1 + (away < 0 ? tilts[i][0] : tilts[i][1]) * (0.35 + 0.65 * near);
      const worn = 0.55 + 0.45 * Math.sin(57 * along + phase) * Math.sin(23 * along);
      pale = Math.max(pale, 0.75 * worn * Math.exp(-((away / (0.0045 * length)) ** 2)));
      light *= 1 - 0.3 * Math.exp(-(((away - 0.012 * length) / (0.008 * length)) ** 2));
    });
    return value * light * (1 - pale) + 238 * pale;
  });
  return copy;
}

/** A camera's JPEG of a picture that was changed. */
export const encoded = (picture, quality) => sharpOf(picture).jpeg({ quality }).toBuffer();
