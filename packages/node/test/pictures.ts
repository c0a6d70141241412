/** Small pictures for tests: drawn by arithmetic, so that no font and no file is needed. */
import sharp, { type Sharp } from 'sharp';

/** A page with bars and blocks whose places follow from `seed`: two seeds are two layouts. */
export function drawPage(seed: number, width = 320, height = 448): Sharp {
  const data = Buffer.alloc(width * height * 3, 246);
  let state = seed * 2654435761 + 1;
  const random = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let block = 0; block < 24; block++) {
    const [left, top] = [random(width - 20), random(height - 12)];
    const [wide, high] = [16 + random(width / 2), 4 + random(28)];
    const colour = [random(200), random(200), random(200)];
    for (let y = top; y < Math.min(height, top + high); y++) {
      for (let x = left; x < Math.min(width, left + wide); x++) data.set(colour, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** An animation or a multi-page TIFF of one flat grey a page. */
export function drawPages(count: number, side = 64): Sharp {
  const pages = Array.from({ length: count }, (_, i) => Buffer.alloc(side * side * 3, 40 + 60 * i));
  return sharp(Buffer.concat(pages), {
    raw: { width: side, height: side * count, channels: 3, pageHeight: side },
  });
}

/** A bitmap of 24 bits, written by hand. */
export async function bitmapOf(drawing: Sharp): Promise<Uint8Array> {
  const { data, info } = await drawing.raw().toBuffer({ resolveWithObject: true });
  const stride = Math.ceil((info.width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + stride * info.height);
  bytes.write('BM');
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, info.width],
    [22, info.height],
  ] as const)
    bytes.writeUInt32LE(value, at);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  for (let y = 0; y < info.height; y++)
    for (let x = 0; x < info.width; x++) {
      const from = (y * info.width + x) * 3;
      const to = 54 + (info.height - 1 - y) * stride + 3 * x;
      for (let c = 0; c < 3; c++) bytes[to + c] = data[from + 2 - c]!;
    }
  return bytes;
}
