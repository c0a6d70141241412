/** Which of the registered types is it, if any? One reference a type, several draws of it. */
import { positiveInteger } from '../errors.ts';
import { refusedScore } from './allowance.ts';
import { type CountsByType, type MicroMacro, shareWithInterval } from './resampling.ts';
import { drawGalleries, matedSearches, nonMatedScores, type SearchData } from './searches.ts';
import { assertRate, type ResamplingOptions } from './verification.ts';

/** The share of searches whose type is among the best `rank`. */
export interface RankRate extends MicroMacro {
  readonly rank: number;
}

/**
 * False-negative identification rate at a false-positive one: the share of searches whose own type is not
 * returned, at the threshold at which at most `fpir` of the non-mated searches are accepted.
 */
export interface FnirAtFpir {
  readonly fpir: number;
  readonly fnir: MicroMacro;
  /** Nothing was accepted. With `misidentifications` this is `fnir`. */
  readonly misses: MicroMacro;
  /** Another type was accepted. */
  readonly misidentifications: MicroMacro;
}

/** How often searches for one type had another one as their best. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  /** Searches, summed over the draws. */
  readonly searches: number;
  /** Of all searches for `truth`. */
  readonly share: number;
}

export interface Identification {
  /** Searches with a mate, summed over the draws. */
  readonly searches: number;
  readonly nonMatedSearches: number;
  /** Draws of references. */
  readonly draws: number;
  readonly ranks: readonly RankRate[];
  readonly fnirAtFpir: readonly FnirAtFpir[];
  /** Most frequent first. */
  readonly confusions: readonly Confusion[];
  /** By type: right answers at rank 1 and cases, for whoever sums types in another way. */
  readonly rank1ByType: CountsByType;
}

export interface IdentificationOptions extends ResamplingOptions {
  readonly ranks: readonly number[];
  readonly fpirs: readonly number[];
  /** Draws of references. */
  readonly galleryDraws: number;
}

/** @throws INVALID_ARGUMENT */
export function identify(data: SearchData, options: IdentificationOptions): Identification {
  const { ranks, fpirs, galleryDraws, draws, seed } = options;
  for (const rank of ranks) positiveInteger('ranks', rank);
  for (const fpir of fpirs) assertRate('fpirs', fpir);
  const { labels } = data.images;
  const byType = () => new Float64Array(labels.length);
  const cases = byType();
  const right = byType();
  const within = ranks.map(byType);
  const missed = fpirs.map(byType);
  const misnamed = fpirs.map(byType);
  const confused = new Map<number, number>();
  let nonMatedSearches = 0;
  for (const references of drawGalleries(data.images, labels.length, galleryDraws, seed)) {
    const mated = [...matedSearches(data, references)];
    const nonMated = nonMatedScores(data, references, mated);
    nonMatedSearches += nonMated.length;
    const rejecting = fpirs.map((fpir) => refusedScore(nonMated, fpir) ?? Number.NEGATIVE_INFINITY);
    for (const { type, ownScore, otherType, otherScore, ahead } of mated) {
      cases[type]!++;
      if (ahead === 0) right[type]!++;
      ranks.forEach((rank, row) => {
        if (ahead < rank) within[row]![type]!++;
      });
      fpirs.forEach((_, row) => {
        if (!(Math.max(ownScore, otherScore) > rejecting[row]!)) missed[row]![type]!++;
        else if (ahead > 0) misnamed[row]![type]!++;
      });
      if (ahead === 0) continue;
      const pair = type * labels.length + otherType;
      confused.set(pair, (confused.get(pair) ?? 0) + 1);
    }
  }
  const share = (hits: Float64Array) => shareWithInterval({ hits, cases }, draws, seed);
  const confusions = [...confused].map(([pair, searches]) => {
    const [truth, predicted] = [Math.floor(pair / labels.length), pair % labels.length];
    return {
      truth: labels[truth]!,
      predicted: labels[predicted]!,
      searches,
      share: searches / cases[truth]!,
    };
  });
  return {
    searches: cases.reduce((sum, count) => sum + count, 0),
    nonMatedSearches,
    draws: galleryDraws,
    ranks: ranks.map((rank, row) => ({ rank, ...share(within[row]!) })),
    fnirAtFpir: fpirs.map((fpir, row) => {
      if (nonMatedSearches === 0)
        return { fpir, fnir: unknowable, misses: unknowable, misidentifications: unknowable };
      return {
        fpir,
        fnir: share(missed[row]!.map((count, type) => count + misnamed[row]![type]!)),
        misses: share(missed[row]!),
        misidentifications: share(misnamed[row]!),
      };
    }),
    confusions: confusions.sort((a, b) => b.searches - a.searches || (a.truth < b.truth ? -1 : 1)),
    rank1ByType: { hits: right, cases },
  };
}

const nothing = { value: null, interval: null };
const unknowable: MicroMacro = { micro: nothing, macro: nothing };
