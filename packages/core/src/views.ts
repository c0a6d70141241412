/** The vectors by which one probe is searched: each a chance to be found, and to be taken for another. */
import type { Embedding } from './embedder.ts';
import type { Match } from './gallery.ts';
import { type QuarterTurn, quarterTurns } from './variations.ts';

/** The probe as it is, or after a turn. */
export interface View {
  /** Clockwise degrees by which the probe was turned. */
  readonly angle: 0 | QuarterTurn;
  readonly vector: Float32Array;
}

/** How many views a probe has. */
export function viewCount(rotations: boolean): number {
  return rotations ? 1 + quarterTurns.length : 1;
}

/** The views of an embedding, the probe as it is first. */
export function viewsOf({
  vector,
  variations = [],
}: Pick<Embedding, 'vector' | 'variations'>): readonly View[] {
  return [
    { angle: 0, vector },
    ...variations.map((turned, i) => ({ angle: quarterTurns[i]!.turn, vector: turned })),
  ];
}

/** The matches of the view that comes closest to any reference, the first of equals. */
export async function bestView(
  views: readonly View[],
  search: (vector: Float32Array) => Promise<readonly Match[]>,
): Promise<{ readonly angle: View['angle']; readonly matches: readonly Match[] }> {
  const found = await Promise.all(
    views.map(async ({ angle, vector }) => ({ angle, matches: await search(vector) })),
  );
  const scoreOf = ({ matches }: { matches: readonly Match[] }) => matches[0]?.score ?? 0;
  return found.reduce((best, view) => (scoreOf(view) > scoreOf(best) ? view : best));
}
