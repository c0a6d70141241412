/**
 * What a cosine means: how often an unknown document would come as close to a reference by chance.
 *
 * A cosine of 0.5 is much between two book covers and little between two printed pages. Here it is held against
 * strangers: the highest tenth of a vector's cosines with a kind of stranger is where its tail begins and how
 * fast it falls (peaks over a threshold; Pickands 1975), once for the probe and once for the reference, as speaker
 * verification normalises its scores from both sides (symmetric normalisation with a cohort; Matějka et al. 2017).
 * The kind of stranger for which chance is greatest counts. Nothing of it is fitted to a gallery.
 */
import type { Cohort } from './cohort.ts';
import { createProducts } from './products.ts';

/** Where the cosines of one vector with each kind of stranger begin to be rare, and their mean excess from there on; the common tail last. */
export interface Tails {
  readonly starts: Float64Array;
  readonly excesses: Float64Array;
}

export interface Significance {
  /** Of a probe or a reference: a unit vector of the cohort's dimension. */
  tailsOf(vector: Float32Array): Tails;
  /** The chance, in (0, 1], that a stranger has this cosine or more with the reference, and of which kind it would be. */
  chanceOf(
    cosine: number,
    probe: Tails,
    reference: Tails,
  ): { readonly chance: number; readonly kind: number };
  /** The chance, in (0, 1], that a reference of the kind has this cosine or more with the probe. */
  chanceFromProbe(cosine: number, probe: Tails, kind: number): number;
  /** The cosine from which on `chanceOf` is at most `chance`; may exceed 1. */
  cosineAt(chance: number, probe: Tails, reference: Tails): number;
}

/** Of a kind's cosines with a vector, those in the tail. */
const tailShare = 0.1;

/**
 * Shape of the tail (generalised Pareto): cosines end at 1, so it falls a little faster than an exponential. The estimate
 * by L-moments for covers of the training pictures; -0.04 for tables, -0.01 for cards.
 */
const shape = -0.05;

/**
 * A tail that everybody has. What resembles no kind of stranger, such as a till's receipt, has next to no tail of its
 * own, and any cosine would be much: two of a kind that the cohort lacks would be taken for one. Half of the cohort's
 * own covers, cards and pages begin at 0.07 to 0.11, with a mean excess from 0.03 on.
 */
const common = { start: 0.1, excess: 0.03 };

/** Twins in a cohort must not make a tail of no width. */
const leastExcess = 1e-3;

export function createSignificance(cohort: Cohort): Significance {
  const kinds = cohort.map(({ vectors }) => {
    const inTail = Math.min(vectors.length - 1, Math.max(5, Math.floor(tailShare * vectors.length)));
    return { size: vectors.length, inTail, share: inTail / vectors.length };
  });
  const shares = [...kinds.map(({ share }) => share), tailShare];
  const cosinesWith = createProducts(cohort.flatMap(({ vectors }) => vectors));

  function tailsOf(vector: Float32Array): Tails {
    // The last is the common one.
    const starts = new Float64Array(shares.length).fill(common.start);
    const excesses = new Float64Array(shares.length).fill(common.excess);
    const all = cosinesWith(vector);
    let first = 0;
    kinds.forEach(({ size, inTail }, kind) => {
      const [start, ...tail] = largest(all.subarray(first, first + size), inTail + 1);
      first += size;
      let excess = 0;
      for (const cosine of tail) excess += cosine - start!;
      starts[kind] = start!;
      excesses[kind] = Math.max(leastExcess, excess / inTail);
    });
    return { starts, excesses };
  }

  const beyond = (cosine: number, { starts, excesses }: Tails, kind: number) =>
    (cosine - starts[kind]!) / excesses[kind]!;

  return {
    tailsOf,
    chanceOf(cosine, probe, reference) {
      let best = { chance: 0, kind: 0 };
      for (let kind = 0; kind < shares.length; kind++) {
        const both = (beyond(cosine, probe, kind) + beyond(cosine, reference, kind)) / 2;
        const chance = chanceBeyond(both, shares[kind]!);
        if (chance > best.chance) best = { chance, kind };
      }
      return best;
    },
    chanceFromProbe: (cosine, probe, kind) => chanceBeyond(beyond(cosine, probe, kind), shares[kind]!),
    cosineAt(chance, probe, reference) {
      let needed = -1;
      for (let kind = 0; kind < shares.length; kind++) {
        const excess = 2 / (1 / probe.excesses[kind]! + 1 / reference.excesses[kind]!);
        const start =
          (probe.starts[kind]! / probe.excesses[kind]! +
            reference.starts[kind]! / reference.excesses[kind]!) /
          2;
        needed = Math.max(needed, excess * (start + excessesAt(chance, shares[kind]!)));
      }
      return needed;
    },
  };
}

/** The `count` largest of at least as many values, ascending. They are a tenth: to sort all of them took half of the time. */
function largest(values: Float32Array, count: number): Float64Array {
  const found = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  for (const value of values) {
    if (value <= found[0]!) continue;
    let place = 0;
    for (; place + 1 < count && found[place + 1]! < value; place++) found[place] = found[place + 1]!;
    found[place] = value;
  }
  return found;
}

/** The chance to be so many mean excesses beyond the start of the tail; before it, by the same curve up to 1. */
function chanceBeyond(excesses: number, share: number): number {
  // At the curve's end nothing is left; a chance of 0 would make every gallery safe, however large.
  const left = Math.max(1e-9, 1 + shape * excesses);
  return Math.min(1, share * left ** (-1 / shape));
}

/** `chanceBeyond` the other way round. */
function excessesAt(chance: number, share: number): number {
  return ((chance / share) ** -shape - 1) / shape;
}
