/** Names that are free in an archive: `a.pdf`, then `a-2.pdf`, `a-3.pdf`. */
import { extname, join } from 'node:path';
import { lookAtName } from '../files/identity.ts';

export interface Names {
  /** The first path below the root that is free, in full. */
  free(path: string): Promise<string>;
  /** As `free`, for who makes nothing: the next call gives another one. */
  plan(path: string): Promise<string>;
}

export function createNames(root: string): Names {
  /** From where to look on, so that the ten-thousandth of a name is not looked for from the first. */
  const numbers = new Map<string, number>();

  async function free(path: string): Promise<string> {
    const ending = extname(path);
    const stem = path.slice(0, path.length - ending.length);
    for (let number = numbers.get(path) ?? 1; ; number++) {
      const candidate = join(root, number === 1 ? path : `${stem}-${number}${ending}`);
      if (await lookAtName(candidate)) continue;
      numbers.set(path, number);
      return candidate;
    }
  }

  return {
    free,
    async plan(path) {
      const planned = await free(path);
      numbers.set(path, numbers.get(path)! + 1);
      return planned;
    },
  };
}
