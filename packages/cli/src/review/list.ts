/** Documents that nobody recognised, one after the other, and what somebody says that they are. */
import { type Classification, type Classifier, DocclfError } from '@docclf/core';
import type { ImageSource } from '@docclf/node';
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
  /** The first that is still unknown: the gallery may have learnt since it was looked at. */
  current(): Promise<Doubtful | undefined>;
  /** Ids of those that look like it and are still in the list. */
  alike(id: number): readonly number[];
  /** By its id, as long as it is in the list. */
  find(id: number): Doubtful | undefined;
  /** @throws what `register` throws; then it stays in the list */
  answer(id: number, verdict: Verdict): Promise<void>;
}

/** What became of a document that left the list. */
export type Settled = 'registered' | 'none of mine' | 'skipped' | 'recognised since';

type Item = Doubtful & { readonly group: number; readonly revision?: string };

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

  return {
    get left() {
      return items.length;
    },
    alike(id) {
      const group = items.find((one) => one.id === id)?.group;
      return items.filter((one) => one.group === group && one.id !== id).map((one) => one.id);
    },
    find: (id) => items.find((one) => one.id === id),
    async current() {
      while (true) {
        const [first] = items;
        if (first === undefined) return undefined;
        const revision = await classifier.gallery.revision();
        if (first.revision === revision) return first;
        const result = await classifier.classify(first.image.source);
        if (result.status === 'accepted') settle(first, 'recognised since', result.label);
        else items = items.map((one) => (one.id === first.id ? { ...one, result, revision } : one));
      }
    },
    async answer(id, verdict) {
      const doubtful = items.find((one) => one.id === id);
      if (!doubtful) return;
      if ('skip' in verdict) return settle(doubtful, 'skipped');
      const { image } = doubtful;
      const meaning = 'label' in verdict ? { label: verdict.label } : { unknown: true as const };
      try {
        await classifier.register(image.source, { ...meaning, metadata: metadataOfPage(image) });
      } catch (error) {
        // It is what was meant already.
        if (!DocclfError.is(error, 'REFERENCE_EXISTS')) throw error;
      }
      settle(doubtful, 'label' in verdict ? 'registered' : 'none of mine', meaning.label);
    },
  };
}
