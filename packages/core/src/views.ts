/** The vectors by which one probe is searched: each a chance to be found, and to be taken for another. */
import type { Embedding } from './embedder.ts';
import type { Match } from './gallery.ts';
import { negativeLabel } from './labels.ts';
import type { OperatingPoint } from './operating-point.ts';
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

/** What one view found. */
export interface Found extends OperatingPoint {
  readonly matches: readonly Match[];
}

/** The view that chance explains least; without E-values the one that comes closest to any reference; the first of equals. */
export function bestView<View extends Found>(found: readonly View[]): View {
  const scoreOf = ({ matches }: Found) => matches.find(({ label }) => label !== negativeLabel)?.score ?? 0;
  const better = (a: Found, b: Found) =>
    a.evalue === null || b.evalue === null || a.evalue === b.evalue
      ? scoreOf(a) > scoreOf(b)
      : a.evalue < b.evalue;
  return found.reduce((best, view) => (better(view, best) ? view : best));
}
