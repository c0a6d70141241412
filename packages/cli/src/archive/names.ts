/** Names that are free in an archive: `a.pdf`, then `a-2.pdf`, `a-3.pdf`. */
import { extname, join } from 'node:path';
import { lookAtName } from '../files/identity.ts';

export interface Names {
  /** The first path below the root that is free, in full. */
  free(path: string): Promise<string>;
  /** The first path of this name that `matches`, in full, of those that are taken. */
  taken(path: string, matches: (candidate: string) => Promise<boolean>): Promise<string | undefined>;
  /** As `free`, for who makes nothing: the next call gives another one. */
  plan(path: string): Promise<string>;
}

export function createNames(root: string): Names {
  /** From where to look on, so that the ten-thousandth of a name is not looked for from the first. */
  const numbers = new Map<string, number>();

  function numbered(path: string, number: number): string {
    const ending = extname(path);
    const stem = path.slice(0, path.length - ending.length);
    return join(root, number === 1 ? path : `${stem}-${number}${ending}`);
  }

  async function free(path: string): Promise<string> {
    for (let number = numbers.get(path) ?? 1; ; number++) {
      const candidate = numbered(path, number);
      if (await lookAtName(candidate)) continue;
      numbers.set(path, number);
      return candidate;
    }
  }

  return {
    free,
    async taken(path, matches) {
      for (let number = 1; ; number++) {
        const candidate = numbered(path, number);
        if (!(await lookAtName(candidate))) return undefined;
        if (await matches(candidate)) return candidate;
      }
    },
    async plan(path) {
      const planned = await free(path);
      numbers.set(path, numbers.get(path)! + 1);
      return planned;
    },
  };
}
