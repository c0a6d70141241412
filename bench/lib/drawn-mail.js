/** Drawn mail: forms of many types, filled in and captured in ways of their own, as JPEG. */
import sharp from 'sharp';
import { randomFrom } from './random.js';

const [width, height] = [620, 876];

/** Rectangles of a seed, from `from` rows on: as lines of text and boxes lie on a page. */
function draw(data, seed, count, tallest, darkest) {
  const random = randomFrom(seed);
  const below = (limit) => Math.floor(random() * limit);
  for (let i = 0; i < count; i++) {
    const [left, top] = [30 + below(width - 120), 30 + below(height - 80)];
    const [wide, high] = [20 + below(width / 2), 3 + below(tallest)];
    const colour = [darkest + below(120), darkest + below(120), darkest + below(120)];
    for (let y = top; y < Math.min(height - 20, top + high); y++)
      for (let x = left; x < Math.min(width - 30, left + wide); x++) data.set(colour, (y * width + x) * 3);
  }
}

/** Document `number` of a type, as a scanner or a phone takes it. */
export async function drawMail(type, number) {
  const data = Buffer.alloc(width * height * 3, 244);
  draw(data, 1000 + type, 46, 40, 40);
  draw(data, 7_000_000 + type * 1000 + number, 14, 8, 10);
  const random = randomFrom(5_000_000 + type * 1000 + number);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .rotate(4 * random() - 2, { background: '#8b8378' })
    .modulate({ brightness: 0.8 + 0.35 * random() })
    .jpeg({ quality: 78 })
    .toBuffer();
}
