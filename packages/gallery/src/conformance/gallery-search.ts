/** What a gallery promises of its searches over any store. */
import { isWithin, type Match, scoreOfCosine } from '@docclf/core';
import { createMemoryGallery, type StoreGallery } from '../gallery.ts';
import { check, same } from './assert.ts';
import { addAll, allOf, idsOf, sortedById } from './fixture.ts';
import { createRandom, manyReferences, randomVector, slowNearest, space } from './samples.ts';
import { checkClose } from './search.ts';
import type { ConformanceCase } from './types.ts';

export const gallerySearchCases: readonly ConformanceCase[] = [
  {
    name: 'gallery: searches within a label, whatever the store can filter',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const labels = ['a', 'a/b', 'a/b/c', 'ab', 'ab/c', 'a b', 'A', '%', 'a%', '_'];
      const references = manyReferences(120, 11).map((one, i) => ({ ...one, label: labels[i % 10]! }));
      await addAll(gallery, references);
      const random = createRandom(12);
      for (const within of [...labels, undefined, 'none', 'a/b/c/d']) {
        const inside = references.filter(({ label }) => within === undefined || isWithin(label, within));
        same(idsOf(await allOf(gallery, within)), idsOf(sortedById(inside)), `references within ${within}`);
        for (const count of [1, 5, 13, 200]) {
          const vector = randomVector(random);
          const truth = slowNearest(references, vector, within);
          const found = await gallery.nearest(vector, count, { within });
          sameMatches(gallery, found, truth.slice(0, count), `the ${count} nearest within ${within}`);
          const distinct = truth.filter(
            ({ label }, i) => truth.findIndex((other) => other.label === label) === i,
          );
          const foundLabels = await gallery.nearestLabels(vector, count, { within });
          sameMatches(gallery, foundLabels, distinct.slice(0, count), `${count} labels within ${within}`);
        }
      }
    },
  },
  {
    name: 'gallery: searches within several labels at once',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const labels = ['a', 'a/b', 'ab', 'b/c', 'c'];
      const references = manyReferences(60, 17).map((one, i) => ({ ...one, label: labels[i % 5]! }));
      await addAll(gallery, references);
      const vector = randomVector(createRandom(18));
      const absent = Array.from({ length: 3000 }, (_, i) => `absent/${i}`);
      for (const within of [['a', 'b'], ['a/b', 'c', 'a/b'], ['ab'], [...absent, 'c'], absent]) {
        const inside = references.filter(({ label }) => within.some((one) => isWithin(label, one)));
        const truth = slowNearest(inside, vector);
        const found = await gallery.nearest(vector, 7, { within });
        sameMatches(gallery, found, truth.slice(0, 7), `the 7 nearest within ${within.slice(0, 3)}`);
        const distinct = truth.filter(
          ({ label }, i) => truth.findIndex((other) => other.label === label) === i,
        );
        const foundLabels = await gallery.nearestLabels(vector, 7, { within });
        sameMatches(gallery, foundLabels, distinct, `labels within ${within.slice(0, 3)}`);
      }
    },
  },
  {
    name: 'gallery: answers as a gallery in memory',
    async run({ openGallery, report }) {
      const gallery = await openGallery();
      const memory = await createMemoryGallery(space);
      const references = manyReferences(300, 15);
      await addAll(gallery, references);
      await addAll(memory, references);
      const random = createRandom(16);
      const probes = Array.from({ length: 40 }, () => randomVector(random));
      let sameLabels = 0;
      for (const vector of probes) {
        const truth = await memory.nearestLabels(vector, 5);
        const found = await gallery.nearestLabels(vector, 5);
        if (found[0]?.label === truth[0]!.label) sameLabels++;
        if (!gallery.store.capabilities.exact) continue;
        const exact = truth.map(({ id, label, score }) => ({ id, label, cosine: 2 * score - 1 }));
        sameMatches(gallery, found, exact, 'the labels that a gallery in memory found');
        const margin = (matches: readonly Match[]) => matches[0]!.score - matches[1]!.score;
        checkClose(margin(found), margin(truth), 1e-6, 'The margin between the best two labels');
      }
      await memory.close();
      if (!gallery.store.capabilities.exact) report(`same label as in memory ${sameLabels / probes.length}`);
      check(sameLabels >= 0.9 * probes.length, `Only ${sameLabels} of ${probes.length} labels are the same.`);
    },
  },
];

/** Matches against the truth: their ids and scores in order; of approximate stores only what must be true anyway. */
function sameMatches(
  gallery: StoreGallery,
  found: readonly Match[],
  truth: readonly { id: string; label: string; cosine: number }[],
  what: string,
): void {
  const { exact } = gallery.store.capabilities;
  same(found.length, truth.length, `The number of matches of ${what}`);
  found.forEach((match, i) => {
    const wanted = truth[i]!;
    if (exact) same([match.id, match.label], [wanted.id, wanted.label], `Match ${i} of ${what}`);
    if (exact) checkClose(match.score, scoreOfCosine(wanted.cosine), 1e-6, `Score ${i} of ${what}`);
    else check(i === 0 || match.score <= found[i - 1]!.score, `Match ${i} of ${what} is out of order.`);
  });
}
