/** What another model would decide differently, seen on what is at hand: the references themselves. */
import { type Gallery, negativeLabel, type Reference } from '@docclf/core';

/** More would take long in a large gallery, and tell little more. */
const largestSample = 1000;

export interface ChangedNeighbours {
  /** References that both galleries have and that were asked about: all, or about a thousand spread over their ids. */
  readonly compared: number;
  /** Those whose nearest other reference has another label than before. */
  readonly changed: readonly {
    readonly id: string;
    readonly label: string;
    readonly before: string;
    readonly after: string;
  }[];
}

/**
 * Asks both galleries for the label nearest to each reference when the reference itself is left out. Where a label
 * has several references this is the decision on an image of it; where it has one, it tells which look-alike is next.
 */
export async function changedNeighbours(before: Gallery, after: Gallery): Promise<ChangedNeighbours> {
  const step = Math.max(1, Math.floor((await before.size()) / largestSample));
  const changed: ChangedNeighbours['changed'][number][] = [];
  let compared = 0;
  let index = 0;
  for await (const old of before.references()) {
    if (index++ % step !== 0 || old.label === negativeLabel) continue;
    const now = await after.get(old.id);
    if (now === undefined) continue;
    const [was, is] = await Promise.all([nearestOther(before, old), nearestOther(after, now)]);
    if (was === undefined || is === undefined) continue;
    compared++;
    if (was !== is) changed.push({ id: old.id, label: old.label, before: was, after: is });
  }
  return { compared, changed };
}

async function nearestOther(gallery: Gallery, { id, vector }: Reference): Promise<string | undefined> {
  const matches = await gallery.nearest(vector, 2);
  return matches.find((match) => match.id !== id)?.label;
}
