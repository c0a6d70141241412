/** References that are to be added: checked and copied, then held beside those that are there, then one commit. */
import { type AddOptions, DocclfError, type NewReference, type Reference } from '@docclf/core';
import { checkReference, copyReference } from './check-reference.ts';
import type { Difference } from './counts.ts';
import type { Ledger } from './ledger.ts';
import { createPace } from './pace.ts';
import type { InTurn } from './queue.ts';
import type { GalleryStore } from './store.ts';

export type Add = (inputs: readonly NewReference[], options?: AddOptions) => Promise<readonly Reference[]>;

export function createAdd(
  { name, capabilities }: GalleryStore,
  dimension: number,
  { find, commit }: Ledger,
  inTurn: InTurn,
): Add {
  const { maximumBatch } = capabilities;

  /** Checked and copied in slices of time, of which the first is this one. */
  async function prepare(inputs: readonly NewReference[]): Promise<Prepared> {
    const pace = createPace();
    const added: Reference[] = [];
    const answer: Reference[] = [];
    for (const input of inputs) {
      if (pace.isDue) await pace.pause();
      const reference = checkReference(input, dimension);
      added.push(reference);
      answer.push(copyReference(reference));
    }
    for (const assert of [assertNoConflict([]), assertDistinct()]) {
      for (const reference of added) {
        if (pace.isDue) await pace.pause();
        assert(reference);
      }
    }
    if (!capabilities.attachments && added.some(({ attachments }) => Object.keys(attachments).length > 0)) {
      throw new DocclfError('CAPABILITY_UNSUPPORTED', { store: name, capability: 'attachments' });
    }
    return { added, answer };
  }

  return async (inputs, { existing = 'error', signal } = {}) => {
    if (inputs.length > maximumBatch) {
      throw new DocclfError('INVALID_ARGUMENT', {
        argument: 'references',
        expected: `at most ${maximumBatch} at once`,
        received: String(inputs.length),
      });
    }
    const preparing = prepare(inputs);
    // What is wrong with it is told below, where it is awaited, unless the signal is first.
    preparing.catch(() => {});
    if (inputs.length === 0) return (await preparing).answer;
    return inTurn(signal, async () => {
      const { added, answer } = await preparing;
      const pace = createPace();
      const ids = added.map(({ id }) => id);
      const hashes = new Set(added.flatMap(({ sourceHash }) => sourceHash ?? []));
      const [sameId, sameSource] = await Promise.all([find('id', ids), find('sourceHash', [...hashes])]);
      const replaced = new Set(existing === 'replace' ? ids : []);
      const assertAgrees = assertNoConflict(sameSource.filter(({ id }) => !replaced.has(id)));
      for (const reference of added) {
        if (pace.isDue) await pace.pause();
        assertAgrees(reference);
      }
      const [first] = sameId;
      if (first && existing === 'error') {
        throw new DocclfError('REFERENCE_EXISTS', { id: first.id, label: first.label });
      }
      const kept = new Map(existing === 'keep' ? sameId.map((stored) => [stored.id, stored]) : []);
      const gone = existing === 'keep' ? [] : sameId;
      const insert = added.filter(({ id }) => !kept.has(id));
      const differences = [
        ...gone.map(({ label }): Difference => [label, -1]),
        ...insert.map(({ label }): Difference => [label, 1]),
      ];
      if (insert.length > 0) await commit({ remove: gone.map(({ id }) => id), insert }, differences);
      return answer.map((reference) => kept.get(reference.id) ?? reference);
    });
  };
}

interface Prepared {
  /** For the store, which keeps what it is given. */
  readonly added: readonly Reference[];
  /** For the caller: copies. */
  readonly answer: readonly Reference[];
}

/** For references one after another: the same image under two labels would make the answer arbitrary. */
function assertNoConflict(stored: readonly Reference[]): (added: Reference) => void {
  const known = new Map(stored.map((reference) => [reference.sourceHash, reference]));
  return (added) => {
    const { label, sourceHash } = added;
    if (sourceHash === null) return;
    const other = known.get(sourceHash) ?? added;
    if (other.label !== label) {
      throw new DocclfError('LABEL_CONFLICT', { id: other.id, existing: other.label, requested: label });
    }
    known.set(sourceHash, other);
  };
}

function assertDistinct(): (added: Reference) => void {
  const seen = new Map<string, string>();
  return ({ id, label }) => {
    const first = seen.get(id);
    if (first !== undefined) throw new DocclfError('REFERENCE_EXISTS', { id, label: first });
    seen.set(id, label);
  };
}
