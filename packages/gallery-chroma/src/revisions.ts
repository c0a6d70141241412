/**
 * What Chroma does not have: a name for the state of a collection, and counts of its labels that need not be counted
 * again. Both come from a small collection beside it, which belongs to it by its id.
 *
 * Each commit is a record there, added before anything is written and told to be done afterwards. It names the labels
 * that may have changed; whoever knew the counts before counts these labels again, and no others. So nothing is computed
 * from what a writer believed that it would find, and writers who meet need no lock. Every few commits a record of all
 * counts is added, which names the commits that are in it, and those are removed.
 *
 * A commit that is not done, because its process runs or has died, makes every revision a new one: slower, and right.
 */
import { DocclfError, type LabelCount } from '@docclf/core';
import type { Client } from './client.ts';
import { createCounts } from './counts.ts';
import { createJournal } from './journal.ts';

/** Commits after which the counts are written down. */
const commitsKept = 32;

export interface Revisions {
  revision(): Promise<string>;
  labels(): Promise<readonly LabelCount[]>;
  /** Call it before a commit looks at what is there, and run the commit by what it returns. */
  begin(): Promise<RecordedCommit>;
}

/**
 * @param labels those that the commit takes references from or gives them to, as far as it has seen
 * @throws what `write` throws, STORE_* when nothing was written
 */
type RecordedCommit = (labels: Iterable<string>, write: () => Promise<void>) => Promise<void>;

/**
 * @param collection the id of that of the references
 * @param onFirst called before the first commit that is recorded
 */
export function createRevisions(client: Client, collection: string, onFirst: () => Promise<void>): Revisions {
  const journal = createJournal(client, collection, onFirst);
  const counts = createCounts(client, collection, journal);

  /** Also the labels of those who wrote meanwhile: what they found, or left, may be what this one changed. */
  async function finish(id: string, labels: ReadonlySet<string>, before: ReadonlySet<string>): Promise<void> {
    const entries = await journal.list();
    const meanwhile = entries.filter((one) => !one.isCounts && one.id !== id && !before.has(one.key));
    const all = new Set([
      ...labels,
      ...(await journal.read<string[]>(meanwhile)).flatMap(([, theirs]) => theirs),
    ]);
    await journal.update(id, { done: true }, [...all]);
    const commits = entries.filter(({ isCounts }) => !isCounts);
    if (commits.length > commitsKept || commits.length === entries.length) await counts.write();
  }

  return {
    async revision() {
      const entries = await journal.list();
      if (entries.length === 0 || entries.some(({ isOver }) => !isOver)) return crypto.randomUUID();
      return entries
        .map(({ key }) => key)
        .sort()
        .join(' ');
    },

    async labels() {
      return [...(await counts.current())].map(([label, references]) => ({ label, references }));
    },

    async begin() {
      const before = new Set((await journal.list()).filter(({ isOver }) => isOver).map(({ key }) => key));
      return async (names, write) => {
        const id = crypto.randomUUID();
        const labels = new Set(names);
        await journal.add(id, { done: false, at: Date.now() }, [...labels]);
        try {
          await write();
        } catch (error) {
          // Where the connection broke it may still be written; nobody says that it is over.
          if (!DocclfError.is(error, 'STORE_UNREACHABLE')) await finish(id, labels, before).catch(() => {});
          throw error;
        }
        // It is written, and stays slow to be known when this fails.
        await finish(id, labels, before).catch(() => {});
      };
    },
  };
}
