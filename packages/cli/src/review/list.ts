/** Documents that nobody recognised, one after the other, and what somebody says that they are. */
import { type Classification, type Classifier, DocclfError } from '@docclf/core';
import type { ImageSource } from '@docclf/node';
import { endsTheRun } from '../failures.ts';
import { look, versionOf } from '../files/identity.ts';
import type { InputImage } from '../pages/inputs.ts';
import { metadataOfPage } from '../pages/reference-page.ts';
import { groupsOf } from './groups.ts';

export interface Doubtful {
  readonly id: number;
  readonly image: InputImage;
  readonly result: Classification;
}

/** `label` is what it is; `none`: of no type of mine; `skip`: to be looked at another time. */
export type Verdict = { readonly label: string } | { readonly none: true } | { readonly skip: true };

export interface ReviewList {
  /** How many have not been shown yet, at most. */
  readonly left: number;
  /** The first that is still unknown: the gallery may have learnt since it was looked at. What cannot be read any more leaves the list. */
  current(): Promise<Doubtful | undefined>;
  /** Ids of those that look like it and are still in the list. */
  alike(id: number): readonly number[];
  /** By its id, as long as it is in the list. */
  find(id: number): Doubtful | undefined;
  /**
   * Registers what was shown.
   *
   * @returns 'settled' where it is not in the list any more, 'changed' where its file is another by now: then nothing is done
   * @throws what `register` throws; then it stays in the list
   */
  answer(id: number, verdict: Verdict): Promise<'taken' | 'settled' | 'changed'>;
}

/** What became of a document that left the list. */
export type Settled = 'registered' | 'none of mine' | 'skipped' | 'recognised since' | 'unreadable since';

type Item = Doubtful & {
  readonly group: number;
  /** Of the gallery, when it was last judged. */
  readonly revision?: string;
  /** Of its file, when it was last judged; undefined for what was drawn from a page. */
  readonly version?: string | undefined;
};

/** @param threshold from which mean score on documents are of one group */
export function createReviewList(
  found: readonly Omit<Doubtful, 'id'>[],
  threshold: number,
  classifier: Pick<Classifier<ImageSource>, 'classify' | 'register' | 'gallery'>,
  onSettled: (doubtful: Doubtful, became: Settled, label?: string) => void,
): ReviewList {
  let items: readonly Item[] = groupsOf(
    found.map(({ result }) => result),
    threshold,
  )
    .flatMap((places, group) => places.map((place) => ({ ...found[place]!, group })))
    .map((one, id) => ({ ...one, id }));

  function settle(doubtful: Doubtful, became: Settled, label?: string): void {
    items = items.filter(({ id }) => id !== doubtful.id);
    onSettled(doubtful, became, label);
  }

  /** As it is now: its file may have been written to, or be gone, since it was looked at. */
  async function judge(item: Item): Promise<void> {
    const version = await versionOfSource(item.image);
    const revision = await classifier.gallery.revision();
    if (item.revision === revision && item.version === version) return;
    let result: Classification;
    try {
      result = await classifier.classify(item.image.source);
    } catch (error) {
      if (endsTheRun(error)) throw error;
      return settle(item, 'unreadable since');
    }
    if (result.status === 'accepted') return settle(item, 'recognised since', result.label);
    items = items.map((one) => (one.id === item.id ? { ...one, result, revision, version } : one));
  }

  async function current(): Promise<Item | undefined> {
    while (true) {
      const [first] = items;
      if (first === undefined) return undefined;
      await judge(first);
      if (items[0]?.id === first.id) return items[0];
    }
  }

  async function answer(id: number, verdict: Verdict): Promise<'taken' | 'settled' | 'changed'> {
    const doubtful = items.find((one) => one.id === id);
    if (!doubtful) return 'settled';
    const { image, version } = doubtful;
    if ('skip' in verdict) {
      settle(doubtful, 'skipped');
      return 'taken';
    }
    if (version !== (await versionOfSource(image))) return 'changed';
    const meaning = 'label' in verdict ? { label: verdict.label } : { unknown: true as const };
    try {
      await classifier.register(image.source, { ...meaning, metadata: metadataOfPage(image) });
    } catch (error) {
      // It is what was meant already.
      if (!DocclfError.is(error, 'REFERENCE_EXISTS')) throw error;
    }
    settle(doubtful, 'label' in verdict ? 'registered' : 'none of mine', meaning.label);
    return 'taken';
  }

  // Two tabs may show the same document.
  const inTurn = createTurns();
  return {
    get left() {
      return items.length;
    },
    alike(id) {
      const group = items.find((one) => one.id === id)?.group;
      return items.filter((one) => one.group === group && one.id !== id).map((one) => one.id);
    },
    find: (id) => items.find((one) => one.id === id),
    current: () => inTurn(current),
    answer: (id, verdict) => inTurn(() => answer(id, verdict)),
  };
}

/** Runs what it is given one after another. */
function createTurns() {
  let turn: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
}

/** Undefined where nothing is, and for pixels and bytes, which nobody changes. */
async function versionOfSource({ file, source }: InputImage): Promise<string | undefined> {
  const isOfFile =
    source === file || (typeof source === 'object' && 'page' in source && source.source === file);
  const stats = isOfFile ? await look(file) : undefined;
  return stats && versionOf(stats);
}
