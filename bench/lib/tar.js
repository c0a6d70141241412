/** Files out of a tar archive (ustar, with GNU's or POSIX's long names): read into memory as a whole. */
import { readFile } from 'node:fs/promises';

const block = 512;

/**
 * @param {string} file
 * @returns {Promise<{ name: string, bytes: Uint8Array }[]>} regular files in the archive's order; bytes are views, not copies
 */
export async function readTar(file) {
  const archive = await readFile(file);
  const files = [];
  let longName;
  for (let at = 0; at + block <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + block);
    const size = Number.parseInt(textOf(header, 124, 12).trim() || '0', 8);
    if (!Number.isFinite(size)) throw new Error(`${file}: no size at byte ${at}; is it a tar archive?`);
    const bytes = archive.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
    const kind = textOf(header, 156, 1);
    if (kind === 'L') longName = textOf(bytes, 0, size);
    else if (kind === 'x') longName = /^\d+ path=(.*)$/m.exec(textOf(bytes, 0, size))?.[1];
    else {
      const prefix = textOf(header, 345, 155);
      const shortName = textOf(header, 0, 100);
      if (kind === '0' || kind === '')
        files.push({ name: longName ?? (prefix ? `${prefix}/${shortName}` : shortName), bytes });
      longName = undefined;
    }
  }
  return files;
}

/** Up to the first zero byte. */
function textOf(bytes, from, length) {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}
