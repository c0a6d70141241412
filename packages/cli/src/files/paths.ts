/** Paths as the file system has them: bytes, which are mostly but not always UTF-8. */
import { isUtf8 } from 'node:buffer';
import { dirname, join, resolve, sep } from 'node:path';

/** A string wherever it leads to the file; bytes for names that are not UTF-8. */
export type FilePath = string | Buffer;

export function joinPath(folder: FilePath, name: Buffer): FilePath {
  if (typeof folder === 'string' && isUtf8(name)) return join(folder, name.toString());
  const start = Buffer.from(folder);
  const between = start.at(-1) === sep.charCodeAt(0) ? '' : sep;
  return Buffer.concat([start, Buffer.from(between), name]);
}

/** The path in words: a byte that is no UTF-8 as `\xe9`. */
export function shownPath(path: FilePath): string {
  if (typeof path === 'string') return path;
  if (isUtf8(path)) return path.toString();
  return path
    .toString('latin1')
    .split(sep)
    .map((part) => {
      const bytes = Buffer.from(part, 'latin1');
      if (isUtf8(bytes)) return bytes.toString();
      return part.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
    })
    .join(sep);
}

export function absolutePath(path: FilePath): FilePath {
  if (typeof path === 'string') return resolve(path);
  return path[0] === sep.charCodeAt(0) ? path : Buffer.concat([Buffer.from(`${process.cwd()}${sep}`), path]);
}

/** The folder of an absolute path. */
export function parentOf(path: FilePath): FilePath {
  if (typeof path === 'string') return dirname(path);
  return path.subarray(0, Math.max(1, path.lastIndexOf(sep)));
}
