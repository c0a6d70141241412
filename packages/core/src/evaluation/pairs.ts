/** All pairs of images, genuine (of one type) and impostor (of two), each from the highest score down. */
import type { LabelledImages } from './labelled-images.ts';
import type { ScoreTable } from './score-table.ts';

/** Pairs in falling order of score; `first` and `second` are indices of images. Ten bytes a pair at most. */
export interface RankedPairs {
  readonly scores: Float32Array;
  readonly first: Uint16Array;
  readonly second: Uint16Array;
}

export interface Pairs {
  readonly images: LabelledImages;
  /** Images of each type that the pairs are made of. */
  readonly sizes: Float64Array;
  readonly genuine: RankedPairs;
  readonly impostor: RankedPairs;
}

export function rankPairs(images: LabelledImages, table: ScoreTable): Pairs {
  const { typeOf } = images;
  let genuineCount = 0;
  for (const { length } of images.imagesOf) genuineCount += (length * (length - 1)) / 2;
  const genuine = createRanking(genuineCount);
  const impostor = createRanking(table.scores.length - genuineCount);
  let pair = 0;
  for (let a = 0; a < table.images; a++) {
    for (let b = a + 1; b < table.images; b++) {
      (typeOf[a] === typeOf[b] ? genuine : impostor).add(table.scores[pair++]!, a, b);
    }
  }
  const sizes = Float64Array.from(images.imagesOf, ({ length }) => length);
  return { images, sizes, genuine: genuine.rank(), impostor: impostor.rank() };
}

/** Those of the pairs whose images are both kept. Their order stays. */
export function pairsAmong({ images, genuine, impostor }: Pairs, kept: (image: number) => boolean): Pairs {
  const flags = Uint8Array.from(images.typeOf, (_, image) => (kept(image) ? 1 : 0));
  const select = ({ scores, first, second }: RankedPairs): RankedPairs => {
    let count = 0;
    for (let i = 0; i < scores.length; i++) count += flags[first[i]!]! & flags[second[i]!]!;
    const chosen = emptyPairs(count);
    for (let i = 0, at = 0; i < scores.length; i++) {
      if ((flags[first[i]!]! & flags[second[i]!]!) === 0) continue;
      chosen.scores[at] = scores[i]!;
      chosen.first[at] = first[i]!;
      chosen.second[at++] = second[i]!;
    }
    return chosen;
  };
  const sizes = Float64Array.from(images.imagesOf, (members) => members.filter(kept).length);
  return { images, sizes, genuine: select(genuine), impostor: select(impostor) };
}

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const [low, high] = littleEndian ? [0, 1] : [1, 0];

/**
 * Sorts pairs as 64-bit integers: the bits of the score above, the two images below. Scores are not
 * negative, so the order of their bits is their own; sorting numbers natively is ten times as fast as
 * sorting indices by a comparison, and takes eight bytes a pair.
 */
function createRanking(count: number) {
  const keys = new BigUint64Array(count);
  const words = new Uint32Array(keys.buffer);
  const floats = new Float32Array(keys.buffer);
  let filled = 0;
  return {
    add(score: number, first: number, second: number): void {
      floats[filled + high] = score;
      words[filled + low] = first * 2 ** 16 + second;
      filled += 2;
    },
    rank(): RankedPairs {
      keys.sort();
      const pairs = emptyPairs(count);
      for (let i = 0, from = 2 * (count - 1); i < count; i++, from -= 2) {
        pairs.scores[i] = floats[from + high]!;
        pairs.first[i] = words[from + low]! >>> 16;
        pairs.second[i] = words[from + low]! & 0xffff;
      }
      return pairs;
    },
  };
}

function emptyPairs(count: number): RankedPairs {
  return { scores: new Float32Array(count), first: new Uint16Array(count), second: new Uint16Array(count) };
}
