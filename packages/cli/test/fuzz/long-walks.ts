/** Sound pictures with up to four megabytes put into them that a reader has to step over, two or a few bytes at a time. */
import type { Random } from './random.ts';

const fillings: Readonly<Record<string, readonly (readonly number[])[]>> = {
  // Stuffed bytes, fill bytes, restart marks, comments, empty scans.
  ffd8: [[0xff, 0], [0xff], [0xff, 0xd0], [0xff, 0xfe, 0, 2], [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]],
  // Blocks of one byte, comments, frames of a pixel.
  4749: [
    [1, 0x41],
    [0x21, 0xfe, 1, 0x41, 0],
    [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0],
  ],
  // Empty chunks.
  5249: [
    [...Buffer.from('ANMF'), 0, 0, 0, 0],
    [...Buffer.from('EXIF'), 0, 0, 0, 0],
  ],
  // Empty chunks, with and without their checksum.
  '8950': [
    [0, 0, 0, 0, ...Buffer.from('IDAT'), 0x35, 0xaf, 0x06, 0x1e],
    [0, 0, 0, 0, ...Buffer.from('tEXt'), 0, 0, 0, 0],
  ],
  // Empty boxes.
  '0000': [
    [0, 0, 0, 8, ...Buffer.from('free')],
    [...Buffer.from('ispe'), 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0],
  ],
};

export function longWalk(sound: readonly Buffer[], random: Random): Buffer {
  if (random.below(4) === 0) return sharedTables(random);
  const picture = random.pick(sound);
  const units = fillings[picture.toString('hex', 0, 2)] ?? [[0]];
  const filling = Buffer.alloc(random.below(2 ** 22) + 1, Buffer.from(random.pick(units)));
  const at = random.below(picture.length);
  const bytes = Buffer.concat([picture.subarray(0, at), filling, picture.subarray(at)]);
  // The length of a WebP's container.
  if (picture.toString('latin1', 0, 4) === 'RIFF') bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}

/** A TIFF of many directories that all name the same long tables: each is as long as the file. */
function sharedTables(random: Random): Buffer {
  const directories = random.below(3000) + 1;
  const entries = [256, 257, 273, 279].slice(random.below(3));
  const length = 2 + entries.length * 12 + 4;
  const values = random.below(200_000) + 1;
  const table = 8 + directories * length;
  const bytes = Buffer.alloc(table + values * 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  for (let i = 0; i < directories; i++) {
    const at = 8 + i * length;
    bytes.writeUInt16LE(entries.length, at);
    for (const [k, tag] of entries.entries()) {
      const entry = at + 2 + k * 12;
      bytes.writeUInt16LE(tag, entry);
      bytes.writeUInt16LE(4, entry + 2);
      bytes.writeUInt32LE(tag < 273 ? 1 : values, entry + 4);
      bytes.writeUInt32LE(tag < 273 ? 100 : table, entry + 8);
    }
    bytes.writeUInt32LE(i + 1 < directories ? at + length : 0, at + length - 4);
  }
  return bytes;
}
