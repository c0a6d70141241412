/** What a run says about the files of its folders that it did not look into. */
import type { LeftOut } from './find-files.ts';
import { leftOutKinds } from './kinds.ts';

/** `7 files left out (4 PDF, 1 video, 2 hidden)`: documents that somebody may have meant first. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string {
  const counts = new Map<LeftOut['kind'], number>();
  for (const { kind } of leftOut) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].sort(
    ([a, m], [b, n]) =>
      Number(leftOutKinds[a].harmless) - Number(leftOutKinds[b].harmless) || n - m || (a < b ? -1 : 1),
  );
  const words = kinds.map(([kind, count]) => `${count} ${wordFor(kind, count)}`);
  return `${leftOut.length} ${leftOut.length === 1 ? 'file' : 'files'} left out (${words.join(', ')})`;
}

export function wordFor(kind: LeftOut['kind'], count = 1): string {
  return count === 1 ? leftOutKinds[kind].one : leftOutKinds[kind].many;
}

/** Whether a script should be told: hidden files and galleries are nobody's documents. */
export function matters({ kind }: LeftOut): boolean {
  return !leftOutKinds[kind].harmless;
}
