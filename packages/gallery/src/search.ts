/** The nearest references, or the nearest of each label, whatever the store can do of it itself. */
import { assertUnitVector, cosine, type Match, scoreOfCosine, type WithinOptions } from '@docclf/core';
import { positiveInteger, throwIfAborted } from '@docclf/core/implementer';
import type { LabelCounts } from './counts.ts';
import { createPace } from './pace.ts';
import { type Scope, scopeOf } from './scope.ts';
import type { NearestQuery, StoreCapabilities, StoreMatch, StoreSession } from './store.ts';
import { walk } from './walk.ts';

/** Names the operation in ABORTED. */
export const reading = 'Reading the gallery';

/** Above this a search first asks how many there are: a heap for 100,000 answers is paid for by everyone. */
const modestCount = 256;

/** Labels in one question; for more the gallery filters what a search within none answers. */
const questionLabels = 5000;

export type Search = (
  vector: Float32Array,
  wanted: number,
  options: WithinOptions,
  /** At most one of each label. */
  distinct: boolean,
) => Promise<Match[]>;

export function createSearch(
  session: StoreSession,
  capabilities: StoreCapabilities,
  counts: LabelCounts,
): Search {
  const { filter, maximumCount } = capabilities;

  /** Most matches that there can be. */
  async function available({ includes }: Scope, distinct: boolean): Promise<number> {
    const { ofLabel } = await counts.current();
    let sum = 0;
    for (const [label, references] of ofLabel) if (includes(label)) sum += distinct ? 1 : references;
    return sum;
  }

  /** Of several labels those that there are; undefined where there is none. */
  async function labelsOf(scope: Scope): Promise<Pick<NearestQuery, 'labels'> | undefined> {
    const labels = [...(await counts.current()).ofLabel.keys()].filter(scope.includes);
    if (labels.length === 0) return undefined;
    return filter && labels.length <= questionLabels ? { labels } : {};
  }

  /** Every reference compared here, for more neighbours than the store can name: slower, and the same answer. */
  async function compareAll(
    vector: Float32Array,
    scope: Scope,
    signal: AbortSignal | undefined,
  ): Promise<StoreMatch[]> {
    const matches: StoreMatch[] = [];
    const pace = createPace();
    for await (const reference of walk(capabilities, scope, (query) => session.page(query))) {
      throwIfAborted(signal, reading);
      matches.push({ id: reference.id, label: reference.label, cosine: cosine(vector, reference.vector) });
      if (pace.isDue) await pace.pause();
    }
    return matches.sort((a, b) => b.cosine - a.cosine || (a.id < b.id ? -1 : 1));
  }

  /** Where the store cannot choose, ever more are asked of it until there are enough: exact stores all answer alike. */
  return async (vector, asked, { within, signal }, distinct) => {
    assertUnitVector(vector, session.space.dimension);
    positiveInteger('count', asked);
    const scope = scopeOf(within);
    const filtered = scope.isMany ? await labelsOf(scope) : filter ? { within: scope.within } : {};
    const wanted = asked > modestCount ? Math.min(asked, await available(scope, distinct)) : asked;
    if (filtered === undefined || wanted === 0) return [];
    const options = { ...filtered, ...(distinct && capabilities.distinct && { distinct }) };
    let count = wanted;
    let most: number | undefined;
    while (true) {
      throwIfAborted(signal, reading);
      const all = count > maximumCount;
      const found = all
        ? await compareAll(vector, scope, signal)
        : await session.nearest({ vector, count, ...options });
      const kept = choose(found, wanted, scope, distinct);
      const complete = all || kept.length === wanted || found.length < count;
      // Without it a gallery of one label would be searched to its last reference.
      if (!complete) most ??= await available(scope, distinct);
      if (complete || kept.length === most) {
        return kept.map(({ id, label, cosine }) => ({ id, label, score: scoreOfCosine(cosine) }));
      }
      count = count < maximumCount ? Math.min(4 * count, maximumCount) : Number.POSITIVE_INFINITY;
    }
  };
}

/** The first `wanted` of the matches that lie within the scope, with `distinct` one of each label. */
function choose(
  found: readonly StoreMatch[],
  wanted: number,
  { includes }: Scope,
  distinct: boolean,
): StoreMatch[] {
  const kept: StoreMatch[] = [];
  const labels = new Set<string>();
  for (const match of found) {
    if (kept.length === wanted) break;
    if (!includes(match.label)) continue;
    if (distinct && labels.has(match.label)) continue;
    labels.add(match.label);
    kept.push(match);
  }
  return kept;
}
