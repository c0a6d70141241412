/** What the suite stores and asks for: seeded, so that every run of it is the same. */
import { type EmbeddingSpace, isWithin, type JsonObject, type Reference, toUnit } from '@docclf/core';

export const space: EmbeddingSpace = { id: 'docclf-conformance/1', dimension: 32 };

/** Numbers in [0, 1) by mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomVector(random: () => number): Float32Array {
  return toUnit(Float32Array.from({ length: space.dimension }, () => random() + random() + random() - 1.5));
}

/** A unit vector whose cosine with `towards(1)` is `cosine`. */
export function towards(cosine: number): Float32Array {
  const vector = new Float32Array(space.dimension);
  vector[0] = cosine;
  vector[1] = Math.sqrt(1 - cosine * cosine);
  return vector;
}

export function reference(id: string, label: string, parts: Partial<Reference> = {}): Reference {
  return {
    id,
    label,
    vector: towards(0.5),
    metadata: {},
    createdAt: '2024-05-06T07:08:09.123Z',
    sourceHash: null,
    attachments: {},
    ...parts,
  };
}

/** `count` references with random vectors, under a tree of labels. */
export function manyReferences(count: number, seed: number): Reference[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) =>
    reference(`r${(i * 7919) % count}`, `type-${i % 5}/form-${i % 23}`, { vector: randomVector(random) }),
  );
}

export interface SlowMatch {
  readonly id: string;
  readonly label: string;
  readonly cosine: number;
}

/** The truth to compare with: every cosine in double precision, then a sort. */
export function slowNearest(
  references: readonly Reference[],
  query: Float32Array,
  within?: string,
): SlowMatch[] {
  return references
    .filter(({ label }) => within === undefined || isWithin(label, within))
    .map(({ id, label, vector }) => ({
      id,
      label,
      cosine: vector.reduce((sum, value, i) => sum + value * query[i]!, 0),
    }))
    .sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? -1 : 1));
}

/** Texts that trip escaping, pattern matching, collation, file names and objects used as maps. */
export const hostileTexts: readonly string[] = [
  "o'brien",
  'say "cheese"',
  '`tick`',
  '100%',
  '100',
  'under_score',
  'underXscore',
  'back\\slash',
  'ends with \\',
  "'; DROP TABLE reference; --",
  '$1',
  '$where',
  ':name',
  '?',
  '*',
  '[0]',
  '{"a":1}',
  '<b>&amp;</b>',
  'a.b',
  'a,b',
  'a|b',
  'NULL',
  'null',
  'true',
  '0',
  '-1',
  '__proto__',
  'constructor',
  'CON',
  'two  spaces',
  'no\u00a0break',
  'zero\u200bwidth',
  '\u202eright to left',
  'עברית',
  'العربية',
  '文书',
  'é',
  'É',
  'e',
  'E',
  'ß',
  'ss',
  'SS',
  'i',
  'I',
  'ı',
  'İ',
  'ς',
  'σ',
  'x\u0323\u0331',
  'x\u0331\u0323',
  'fi',
  // Behind a prefix: how texts beyond U+E000 sort is the engine's choice.
  'width Ａ',
  'width A',
  'width ｶ',
  'width カ',
  'width か',
  'width １',
  'width 1',
  'soft\u00adhyphen',
  'softhyphen',
  'שָׁלוֹם',
  '\u2067isolated\u2069',
  'left \u200f right',
  '❤',
  '❤\ufe0f',
  '😀',
  '👩‍👩‍👧',
  '𝕏',
];

/** Ids that differ from one another only in what sloppy comparison overlooks, and ids of full length. */
export const hostileIds: readonly string[] = [
  ...hostileTexts,
  'e\u0301',
  ' e',
  'e ',
  '.',
  '..',
  '../escape',
  '/',
  'a/b',
  'a\\b',
  'n'.repeat(200),
  '文'.repeat(200),
];

export const hostileLabels: readonly string[] = [
  ...hostileTexts,
  '...',
  'ﬁ',
  `${'deep/'.repeat(90)}end`,
  'n'.repeat(500),
  '文'.repeat(500),
];

/** Metadata that must come back as it went in. Parsed, so that `__proto__` is a key of its own. */
export const hostileMetadata: JsonObject = {
  '': 'empty key',
  'key.with.dots': 1,
  $set: { $gt: '' },
  'quotes "\' and \\': '"\'\\',
  nested: { list: [1, 'two', null, true, [], {}, { deep: [{ er: false }] }] },
  numbers: [0, -1.5, 0.1, 1e300, 5e-324, Number.MAX_SAFE_INTEGER],
  looksLikeADate: '2024-01-01T00:00:00Z',
  looksLikeANumber: '007',
  nul: 'before\u0000after',
  halfASurrogatePair: '\ud800',
  controls: '\r\n\t\u001b[31m',
  hebrew: 'עברית',
  emoji: '👩‍👩‍👧',
  decomposed: 'e\u0301',
  long: 'x'.repeat(20_000),
  ...(JSON.parse('{"prototype":{"__proto__":{"polluted":true}}}') as JsonObject),
};

/** Lets timers and everything else come: a loop of promises that are settled already would keep them waiting for ever. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve));
}

/** A store's answers to prefixes that are texts but not paths. */
export const nearlyPaths = ['a', 'a/b', 'a/b/c', 'a/bc', 'ab', 'ab/c', 'a b', 'A', 'A/b', 'b/a', 'aé'];
