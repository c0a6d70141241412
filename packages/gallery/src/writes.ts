/** Everything that changes a gallery: looked at, then one commit. */
import {
  type AddOptions,
  DocclfError,
  type Existing,
  isWithin,
  type NewReference,
  parseLabel,
  type Reference,
  type Selection,
} from '@docclf/core';
import { describe } from '@docclf/core/implementer';
import { checkReference, copyReference, isStorable } from './check-reference.ts';
import type { Difference, LabelCounts } from './counts.ts';
import { createPace } from './pace.ts';
import { scopeOf } from './scope.ts';
import type { GalleryStore, StoreChanges, StoreSession } from './store.ts';
import { walk } from './walk.ts';

/** Ids or hashes asked for at once: what is found is copied, and that many copies fit into a slice of time. */
const questionSize = 1000;

const ways: readonly Existing[] = ['error', 'keep', 'replace'];

/** One at a time; see `createQueue`. */
export type InTurn = <Result>(
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
) => Promise<Result>;

export interface Writes {
  add(inputs: readonly NewReference[], options?: AddOptions): Promise<readonly Reference[]>;
  rename(from: string, to: string, options?: { readonly merge?: boolean }): Promise<number>;
  remove(selection: Selection): Promise<number>;
  /** The references of these ids, in no order. */
  findById(ids: readonly string[]): Promise<Reference[]>;
}

export function createWrites(
  { name, capabilities }: GalleryStore,
  session: StoreSession,
  counts: LabelCounts,
  inTurn: InTurn,
): Writes {
  const { maximumBatch } = capabilities;
  const { dimension } = session.space;

  async function commit(changes: StoreChanges, differences: readonly Difference[]): Promise<void> {
    counts.applied(await session.commit(changes), differences);
  }

  async function find(key: 'id' | 'sourceHash', values: readonly string[]): Promise<Reference[]> {
    const found: Reference[] = [];
    const pace = createPace();
    const size = Math.min(questionSize, maximumBatch);
    for (let i = 0; i < values.length; i += size) {
      if (i > 0 && pace.isDue) await pace.pause();
      found.push(...(await session.find(key, values.slice(i, i + size))));
    }
    return found;
  }

  /** Checked and copied in slices of time, of which the first is this one. */
  async function prepare(inputs: readonly NewReference[]) {
    const pace = createPace();
    const added: Reference[] = [];
    // The store keeps what it is given, so the caller gets copies.
    const answer: Reference[] = [];
    for (const input of inputs) {
      if (pace.isDue) await pace.pause();
      const reference = checkReference(input, dimension);
      added.push(reference);
      answer.push(copyReference(reference));
    }
    assertNoConflict(added, []);
    assertDistinct(added);
    if (!capabilities.attachments && added.some(({ attachments }) => Object.keys(attachments).length > 0)) {
      throw new DocclfError('CAPABILITY_UNSUPPORTED', { store: name, capability: 'attachments' });
    }
    return { added, answer };
  }

  async function add(inputs: readonly NewReference[], { existing = 'error', signal }: AddOptions = {}) {
    if (inputs.length > maximumBatch) {
      throw new DocclfError('INVALID_ARGUMENT', {
        argument: 'references',
        expected: `at most ${maximumBatch} at once`,
        received: String(inputs.length),
      });
    }
    if (!ways.includes(existing)) {
      const expected = `one of ${ways.join(', ')}`;
      throw new DocclfError('INVALID_ARGUMENT', {
        argument: 'existing',
        expected,
        received: describe(existing),
      });
    }
    const preparing = prepare(inputs);
    // What is wrong with it is told below, where it is awaited, unless the signal is first.
    preparing.catch(() => {});
    if (inputs.length === 0) return (await preparing).answer;
    return inTurn(signal, async () => {
      const { added, answer } = await preparing;
      const ids = added.map(({ id }) => id);
      const hashes = new Set(added.flatMap(({ sourceHash }) => sourceHash ?? []));
      const [sameId, sameSource] = await Promise.all([find('id', ids), find('sourceHash', [...hashes])]);
      const replaced = new Set(existing === 'replace' ? ids : []);
      assertNoConflict(
        added,
        sameSource.filter(({ id }) => !replaced.has(id)),
      );
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
  }

  /** All of the changes in as few commits as the store's batch limit allows: one, for most. */
  async function commitInBatches<Change>(
    changes: readonly Change[],
    changesOf: (batch: readonly Change[]) => StoreChanges,
    differencesOf: (change: Change) => readonly Difference[],
  ): Promise<number> {
    for (let i = 0; i < changes.length; i += maximumBatch) {
      const batch = changes.slice(i, i + maximumBatch);
      await commit(changesOf(batch), batch.flatMap(differencesOf));
    }
    return changes.length;
  }

  const within = (label: string) => walk(capabilities, scopeOf(label), (query) => session.page(query));

  async function rename(fromText: string, toText: string, { merge = false } = {}): Promise<number> {
    const from = parseLabel(fromText);
    const to = parseLabel(toText);
    return inTurn(undefined, async () => {
      const moves: { readonly id: string; readonly before: string; readonly label: string }[] = [];
      for await (const { id, label } of within(from)) {
        moves.push({ id, before: label, label: parseLabel(to + label.slice(from.length)) });
      }
      if (moves.length === 0) throw new DocclfError('LABEL_NOT_FOUND', { label: from });
      const { ofLabel } = await counts.current();
      // The whole branch, since two trees are joined also where none of their labels collide; what moves itself makes room.
      const occupied = [...ofLabel].filter(([label]) => isWithin(label, to) && !isWithin(label, from));
      if (occupied.length > 0 && !merge) {
        const references = occupied.reduce((sum, [, count]) => sum + count, 0);
        throw new DocclfError('LABEL_EXISTS', { label: to, references });
      }
      return commitInBatches(
        moves,
        (batch) => ({ relabel: batch.map(({ id, label }) => ({ id, label })) }),
        ({ before, label }) => [
          [before, -1],
          [label, 1],
        ],
      );
    });
  }

  async function remove(selection: Selection): Promise<number> {
    const label = 'id' in selection ? undefined : parseLabel(selection.label);
    return inTurn(undefined, async () => {
      const gone: { readonly id: string; readonly label: string }[] = [];
      if ('id' in selection) {
        gone.push(...(await findById([selection.id])));
        if (gone.length === 0) throw new DocclfError('REFERENCE_NOT_FOUND', { id: selection.id });
      } else {
        for await (const reference of within(label!)) gone.push({ id: reference.id, label: reference.label });
        if (gone.length === 0) throw new DocclfError('LABEL_NOT_FOUND', { label: label! });
      }
      return commitInBatches(
        gone,
        (batch) => ({ remove: batch.map(({ id }) => id) }),
        (one) => [[one.label, -1]],
      );
    });
  }

  /** An id that no reference can have is not sent to a store, which may choke on it. */
  function findById(ids: readonly string[]): Promise<Reference[]> {
    return find('id', [...new Set(ids.filter(isStorable))]);
  }

  return { add, rename, remove, findById };
}

/** A write waits for those before it, then runs to its end: what it did must be known. */
export function createQueue(assertNotAborted: (signal: AbortSignal | undefined) => void): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (signal, work) => {
    const turn = last.then(() => {
      assertNotAborted(signal);
      return work();
    });
    last = turn.catch(() => {});
    return turn;
  };
}

/** The same image under two labels would make the answer arbitrary. */
function assertNoConflict(added: readonly Reference[], stored: readonly Reference[]): void {
  const known = new Map(stored.map((reference) => [reference.sourceHash, reference]));
  for (const reference of added) {
    const { label, sourceHash } = reference;
    if (sourceHash === null) continue;
    const other = known.get(sourceHash) ?? reference;
    if (other.label !== label) {
      throw new DocclfError('LABEL_CONFLICT', { id: other.id, existing: other.label, requested: label });
    }
    known.set(sourceHash, other);
  }
}

function assertDistinct(references: readonly Reference[]): void {
  const seen = new Map<string, string>();
  for (const { id, label } of references) {
    const first = seen.get(id);
    if (first !== undefined) throw new DocclfError('REFERENCE_EXISTS', { id, label: first });
    seen.set(id, label);
  }
}
