/** Everything that changes a gallery: looked at, then one commit. */
import { DocclfError, isWithin, parseLabel, type Reference, type Selection } from '@docclf/core';
import { describe } from '@docclf/core/implementer';
import { type Add, createAdd } from './additions.ts';
import { isStorable } from './check-reference.ts';
import type { LabelCounts } from './counts.ts';
import { createLedger } from './ledger.ts';
import type { InTurn } from './queue.ts';
import type { GalleryStore, StoreSession } from './store.ts';

export interface Writes {
  readonly add: Add;
  rename(from: string, to: string, options?: { readonly merge?: boolean }): Promise<number>;
  remove(selection: Selection): Promise<number>;
  /** The references of these ids, in no order. */
  findById(ids: readonly string[]): Promise<Reference[]>;
}

export function createWrites(
  store: GalleryStore,
  session: StoreSession,
  counts: LabelCounts,
  inTurn: InTurn,
): Writes {
  const ledger = createLedger(store.capabilities, session, counts);
  const { find, within, commitInBatches } = ledger;

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
    assertSelection(selection);
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

  return { add: createAdd(store, session.space.dimension, ledger, inTurn), rename, remove, findById };
}

/** @throws INVALID_ARGUMENT */
function assertSelection(selection: Selection): void {
  const names = typeof selection === 'object' && selection !== null ? Object.keys(selection) : [];
  const [name] = names;
  if (
    names.length === 1 &&
    (name === 'label' || (name === 'id' && typeof selection[name as never] === 'string'))
  )
    return;
  const expected = '{ id } with a text, or { label }';
  const received =
    names.length > 0 ? `{ ${names.slice(0, 5).join(', ').slice(0, 60)} }` : describe(selection);
  throw new DocclfError('INVALID_ARGUMENT', { argument: 'selection', expected, received });
}
