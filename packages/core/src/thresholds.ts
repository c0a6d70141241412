/** From what a user asks for to a number on the score axis. */
import { DocclfError, describe } from './errors.ts';
import type { ModelManifest } from './model-manifest.ts';

/**
 * A score in [0, 1]; or the share of unknown documents that may be accepted, whatever the size of the
 * gallery (false-positive identification rate, e.g. `{ fpir: 0.01 }`); or the share of pairs of different
 * types that may reach the threshold (false-positive rate of one comparison, e.g. `{ fpr: 1e-4 }`).
 */
export type Threshold = number | { readonly fpir: number } | { readonly fpr: number };

export interface ResolvedThreshold {
  /** A probe is accepted when its score is at least this. */
  readonly value: number;
  /** A score that was given; or from the model's strangers beside this probe; or from its table of impostor scores. */
  readonly origin: 'given' | 'cohort' | 'impostor-table';
  /** The rate of one comparison, when the threshold came from the model's table or was asked for. */
  readonly fpr?: number;
  /** The rate of one probe that was asked for. */
  readonly fpir?: number;
  /** With `fpir`: how many independent comparisons the gallery amounts to. */
  readonly comparisons?: number;
  /** The rate is smaller than the table knows: `value` is its last row, and more may be accepted than was asked for. */
  readonly beyondTable?: true;
}

/**
 * Turns a threshold as asked for into a score, by the model's impostor score table. Between two rows
 * the score is interpolated linearly in log(fpr). Outside the table nothing is extrapolated: `fpr` is refused, and
 * `fpir` gets the last row and says so, for a gallery that grows must begin neither to throw nor to refuse everything.
 *
 * @param comparisons for `fpir`: independent comparisons a probe, at least 1; default 1
 * @throws INVALID_ARGUMENT, THRESHOLD_UNAVAILABLE
 */
export function resolveThreshold(
  threshold: Threshold,
  manifest: ModelManifest,
  comparisons = 1,
): ResolvedThreshold {
  if (typeof threshold === 'number') {
    if (threshold >= 0 && threshold <= 1) return { value: threshold, origin: 'given' };
  } else {
    const { fpr, fpir }: { fpr?: unknown; fpir?: unknown } = threshold ?? {};
    if (fpir === undefined && isRate(fpr)) {
      return { value: scoreAtFpr(fpr, manifest), origin: 'impostor-table', fpr };
    }
    if (fpr === undefined && isRate(fpir)) return resolveFpir(fpir, comparisons, manifest);
  }
  throw new DocclfError('INVALID_ARGUMENT', {
    argument: 'threshold',
    expected: 'a score from 0 to 1, or { fpir } or { fpr } with a rate between 0 and 1',
    received: describeThreshold(threshold),
  });
}

function isRate(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 1;
}

function describeThreshold(threshold: unknown): string {
  if (threshold === null || typeof threshold !== 'object') return describe(threshold);
  const { fpir, fpr } = threshold as { fpr?: unknown; fpir?: unknown };
  if (fpir === undefined) return `{ fpr: ${describe(fpr)} }`;
  return fpr === undefined ? `{ fpir: ${describe(fpir)} }` : 'both { fpir } and { fpr }';
}

function resolveFpir(fpir: number, comparisons: number, manifest: ModelManifest): ResolvedThreshold {
  // None of so many independent comparisons may reach it: (1 - fpr) ^ comparisons = 1 - fpir.
  const fpr = -Math.expm1(Math.log1p(-fpir) / comparisons);
  const asked = { origin: 'impostor-table', fpr, fpir, comparisons } as const;
  const { table } = manifest.impostorScores;
  const first = table[0]!;
  const last = table[table.length - 1]!;
  // Its lowest score accepts less than was asked for: the side on which an error does no harm.
  if (fpr >= first.fpr) return { value: first.score, ...asked };
  if (fpr >= last.fpr) return { value: scoreAtFpr(fpr, manifest), ...asked };
  return { value: last.score, ...asked, beyondTable: true };
}

function scoreAtFpr(fpr: number, manifest: ModelManifest): number {
  const table = manifest.impostorScores.table;
  const next = table.findIndex((row) => row.fpr <= fpr);
  const low = table[next];
  if (low?.fpr === fpr) return low.score;
  const high = table[next - 1];
  if (low === undefined || high === undefined) {
    throw new DocclfError('THRESHOLD_UNAVAILABLE', {
      fpr,
      minimumFpr: table[table.length - 1]!.fpr,
      maximumFpr: table[0]!.fpr,
    });
  }
  return interpolate(fpr, high, low);
}

type Row = ModelManifest['impostorScores']['table'][number];

/** The score at `fpr` on the line through two rows, `high` being that of the greater rate. */
function interpolate(fpr: number, high: Row, low: Row): number {
  const share = Math.log(high.fpr / fpr) / Math.log(high.fpr / low.fpr);
  return high.score + share * (low.score - high.score);
}
