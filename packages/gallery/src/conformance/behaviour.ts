/** What users see through `openGallery`: the same over every store. */
import {
  type ErrorCode,
  isWithin,
  type Match,
  type NewReference,
  type Reference,
  scoreOfCosine,
} from '@docclf/core';
import { createMemoryGallery, openGallery as open, type StoreGallery } from '../gallery.ts';
import { check, refused, same } from './assert.ts';
import { addAll, allOf, countLabels, idsOf, sameReferences, sortedById } from './fixture.ts';
import {
  createRandom,
  hostileIds,
  hostileLabels,
  hostileMetadata,
  manyReferences,
  nextTask,
  randomVector,
  reference,
  slowNearest,
  space,
  towards,
} from './samples.ts';
import { checkClose } from './search.ts';
import type { ConformanceCase } from './types.ts';

export const behaviourCases: readonly ConformanceCase[] = [
  {
    name: 'gallery: adds, gets, counts and lists',
    async run({ openGallery }) {
      const gallery = await openGallery();
      same(await gallery.size(), 0, 'size of an empty gallery');
      same(await gallery.labels(), [], 'labels of an empty gallery');
      same(await allOf(gallery), [], 'references of an empty gallery');
      same(await gallery.nearest(towards(1), 3), [], 'nearest in an empty gallery');
      same(await gallery.nearestLabels(towards(1), 3), [], 'nearestLabels in an empty gallery');
      same(await gallery.get('a'), undefined, 'get from an empty gallery');
      same(await gallery.add([]), [], 'adding nothing');
      const references = [
        reference('b', 'x/y', { metadata: hostileMetadata, sourceHash: 'h' }),
        reference('a', 'x'),
      ];
      const added: Reference[] = [];
      for (const one of references) added.push(...(await gallery.add([one])));
      const { exact } = gallery.store.capabilities;
      sameReferences(added, references, true, 'add');
      sameReferences(await allOf(gallery), sortedById(references), exact, 'references');
      sameReferences([(await gallery.get('b'))!], [references[0]!], exact, 'get');
      same(await gallery.get('c'), undefined, 'get of an unknown id');
      same(await gallery.get('nul \u0000'), undefined, 'get of an id that nothing can have');
      const several = await gallery.getMany(['c', 'b', 'nul \u0000', 'a', 'b']);
      sameReferences(several, [references[0]!, references[1]!, references[0]!], exact, 'getMany');
      same(await gallery.labels(), countLabels(references), 'labels');
      same(await gallery.size(), 2, 'size');
    },
  },
  {
    name: 'gallery: keeps or refuses attachments',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const one = reference('a', 'x', { attachments: { thumbnail: Uint8Array.of(1, 2, 3) } });
      if (gallery.store.capabilities.attachments) {
        await gallery.add([one]);
        same((await gallery.get('a'))?.attachments, one.attachments, 'attachments');
      } else {
        await refused('CAPABILITY_UNSUPPORTED', 'An attachment', () => gallery.add([one]));
        same(await gallery.size(), 0, 'size after the refusal');
      }
    },
  },
  {
    name: 'gallery: refuses bad references without writing any',
    async run({ openGallery }) {
      const gallery = await openGallery();
      await gallery.add([reference('known', 'x', { sourceHash: 'h' })]);
      const { maximumBatch } = gallery.store.capabilities;
      const good = maximumBatch > 1 ? [reference('good', 'x')] : [];
      const bad = (parts: Partial<NewReference>) => [...good, { ...reference('bad', 'x'), ...parts }];
      const nan = towards(1);
      nan[5] = Number.NaN;
      const refusals: [ErrorCode, NewReference[]][] = [
        ['VECTOR_DIMENSION', bad({ vector: towards(1).subarray(1) })],
        ['VECTOR_NOT_FINITE', bad({ vector: nan })],
        ['VECTOR_NOT_UNIT', bad({ vector: towards(1).map((value) => value * 2) })],
        ['LABEL_EMPTY', bad({ label: '' })],
        ['LABEL_INVALID', bad({ label: 'a//b' })],
        ['LABEL_INVALID', bad({ label: 'nul \u0000' })],
        ['LABEL_INVALID', bad({ label: 'half \ud800' })],
        ['REFERENCE_INVALID', bad({ sourceHash: 'nul \u0000' })],
        ['REFERENCE_INVALID', bad({ id: 'nul \u0000' })],
        ['REFERENCE_EXISTS', bad({ id: 'known' })],
        ['LABEL_CONFLICT', bad({ label: 'y', sourceHash: 'h' })],
      ];
      if (maximumBatch > 1) refusals.push(['REFERENCE_EXISTS', bad({ id: 'good' })]);
      for (const [code, references] of refusals) {
        await refused(code, `Adding with ${code}`, () => gallery.add(references));
        same(idsOf(await allOf(gallery)), ['known'], `References after ${code}`);
      }
      if (maximumBatch <= 10_000) {
        const many = manyReferences(maximumBatch + 1, 1);
        await refused('INVALID_ARGUMENT', 'More than maximumBatch references', () => gallery.add(many));
        same(await gallery.size(), 1, 'size after too many');
      }
      const count = () => gallery.nearest(towards(1), 0);
      await refused('INVALID_ARGUMENT', 'nearest with a count of 0', count);
      await refused('VECTOR_NOT_FINITE', 'nearest to NaN', () => gallery.nearest(nan, 1));
      const nul = 'nul \u0000';
      await refused('LABEL_INVALID', 'A search within NUL', () =>
        gallery.nearest(towards(1), 1, { within: nul }),
      );
      await refused('LABEL_INVALID', 'Removing NUL', () => gallery.remove({ label: nul }));
      await refused('LABEL_INVALID', 'Renaming to NUL', () => gallery.rename('x', nul));
      same(await gallery.labels(), [{ label: 'x', references: 1 }], 'labels after all refusals');
    },
  },
  {
    name: 'gallery: replaces when told to',
    async run({ openGallery }) {
      const gallery = await openGallery();
      await gallery.add([reference('a', 'x', { sourceHash: 'h', metadata: { old: true } })]);
      await gallery.add([reference('b', 'x')]);
      const newer = reference('a', 'y', { sourceHash: 'h', vector: towards(-0.5) });
      await refused('LABEL_CONFLICT', 'Another label for the same image', () => gallery.add([newer]));
      await gallery.add([newer], { existing: 'replace' });
      await gallery.add([reference('c', 'x')], { existing: 'replace' });
      sameReferences([(await gallery.get('a'))!], [newer], gallery.store.capabilities.exact, 'get');
      same(idsOf(await gallery.nearest(towards(-0.5), 1)), ['a'], 'nearest');
      same(await gallery.size(), 3, 'size');
    },
  },
  {
    name: 'gallery: keeps when told to',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const stored = reference('a', 'x', { sourceHash: 'h', metadata: { old: true } });
      await gallery.add([stored]);
      const again = [reference('a', 'x', { sourceHash: 'h', vector: towards(-0.5) }), reference('b', 'x')];
      const { exact } = gallery.store.capabilities;
      const answer: Reference[] = [];
      for (const one of again) answer.push(...(await gallery.add([one], { existing: 'keep' })));
      sameReferences(answer, [stored, again[1]!], exact, 'What is there now');
      sameReferences(await allOf(gallery), [stored, again[1]!], exact, 'References');
      same(await gallery.labels(), [{ label: 'x', references: 2 }], 'labels');
      const moved = reference('a', 'y', { sourceHash: 'h' });
      await refused('LABEL_CONFLICT', 'Kept under another label', () =>
        gallery.add([moved], { existing: 'keep' }),
      );
    },
  },
  {
    name: 'gallery: the same image cannot have two labels',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const sourceHash = 'ab'.repeat(32);
      await gallery.add([{ label: 'x', vector: towards(1), sourceHash }]);
      const again = (label: string, id?: string) => () =>
        gallery.add([{ label, vector: towards(1), sourceHash, ...(id !== undefined && { id }) }]);
      await refused('LABEL_CONFLICT', 'The image under another label', again('y'));
      await refused('LABEL_CONFLICT', 'The image under another label and id', again('y', 'other'));
      await refused('REFERENCE_EXISTS', 'The image again', again('x'));
      await again('x', 'other')();
      same(await gallery.size(), 2, 'size');
      await gallery.remove({ label: 'x' });
      await again('y')();
      same(await gallery.labels(), [{ label: 'y', references: 1 }], 'labels once the first are gone');
    },
  },
  {
    name: 'gallery: renames a label with its sub-labels',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const labels = ['a', 'a', 'a/b', 'a/b/c', 'ab', 'a b', 'A', 'b/a'];
      await addAll(
        gallery,
        labels.map((label, i) => reference(`r${i}`, label)),
      );
      const expectLabels = async (expected: string[], what: string) => {
        const now = (await allOf(gallery)).map(({ label }) => label);
        same(now, expected, what);
        const counted = countLabels(expected.map((label, i) => reference(String(i), label)));
        same(await gallery.labels(), counted, `${what}, counted`);
      };
      same(await gallery.rename('a', 'n/m'), 4, 'How many moved');
      await expectLabels(['n/m', 'n/m', 'n/m/b', 'n/m/b/c', 'ab', 'a b', 'A', 'b/a'], 'Renamed');
      await refused('LABEL_NOT_FOUND', 'A label that is gone', () => gallery.rename('a', 'x'));
      await refused('LABEL_EXISTS', 'A label that exists', () => gallery.rename('ab', 'n/m/b'));
      await refused('LABEL_EXISTS', 'A sub-label that would exist', () => gallery.rename('n/m/b', 'b/a'));
      await expectLabels(['n/m', 'n/m', 'n/m/b', 'n/m/b/c', 'ab', 'a b', 'A', 'b/a'], 'Refused');
      same(await gallery.rename('ab', 'n/m/b', { merge: true }), 1, 'How many merged');
      await expectLabels(['n/m', 'n/m', 'n/m/b', 'n/m/b/c', 'n/m/b', 'a b', 'A', 'b/a'], 'Merged');
      same(await gallery.rename('n/m/b', 'n/m/b/b'), 3, 'How many moved below themselves');
      await expectLabels(['n/m', 'n/m', 'n/m/b/b', 'n/m/b/b/c', 'n/m/b/b', 'a b', 'A', 'b/a'], 'Below');
      same(await gallery.rename('n/m', 'n'), 5, 'How many moved up');
      await expectLabels(['n', 'n', 'n/b/b', 'n/b/b/c', 'n/b/b', 'a b', 'A', 'b/a'], 'Up');
      const [match] = await gallery.nearest(towards(0.5), 1);
      same(match?.label, 'n', 'The label of a match');
    },
  },
  {
    name: 'gallery: removes one reference, or a label with its sub-labels',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const labels = ['a', 'a/b', 'a/b/c', 'ab', 'a b', 'A'];
      await addAll(
        gallery,
        labels.map((label, i) => reference(`r${i}`, label)),
      );
      same(await gallery.remove({ id: 'r0' }), 1, 'Removed by id');
      await refused('REFERENCE_NOT_FOUND', 'The same id again', () => gallery.remove({ id: 'r0' }));
      await refused('LABEL_NOT_FOUND', 'An unknown label', () => gallery.remove({ label: 'b' }));
      same(await gallery.remove({ label: 'a' }), 2, 'Removed by label');
      same(idsOf(await allOf(gallery)), ['r3', 'r4', 'r5'], 'What is left');
      same(await gallery.size(), 3, 'size');
    },
  },
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
  {
    name: 'gallery: keeps hostile ids and labels apart',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const references = [
        ...hostileIds.map((id) => reference(id, 'id', { sourceHash: id })),
        ...hostileLabels.map((label, i) => reference(`label ${i}`, label)),
      ];
      await addAll(gallery, references);
      same(idsOf(await allOf(gallery)), idsOf(sortedById(references)), 'Ids');
      for (const label of hostileLabels) {
        const inside = references.filter((one) => isWithin(one.label, label));
        same(
          idsOf(await allOf(gallery, label)),
          idsOf(sortedById(inside)),
          `Within ${JSON.stringify(label)}`,
        );
      }
      for (const id of hostileIds) same((await gallery.get(id))?.id, id, `get ${JSON.stringify(id)}`);
      // Typed in another Unicode form, it is the same label.
      same(idsOf(await allOf(gallery, 'e\u0301')), idsOf(await allOf(gallery, 'é')), 'Within é in two forms');
      for (const label of ['100%', 'under_score', 'ends with \\', "o'brien"]) {
        same(await gallery.rename(label, `renamed/${label}`), 1, `Renamed ${label}`);
      }
      for (const id of ['100%', 'e', 'e ', '..']) same(await gallery.remove({ id }), 1, `Removed ${id}`);
      same((await gallery.get(' e'))?.id, ' e', 'An id that is nearly the same');
      same(await gallery.size(), references.length - 4, 'size');
    },
  },
  {
    name: 'gallery: nothing that a caller holds changes what is stored',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const attachments = gallery.store.capabilities.attachments ? { a: Uint8Array.of(1, 2) } : {};
      const input = reference('a', 'x', { metadata: { list: [1] }, attachments });
      const adding = gallery.add([input]);
      const expected = reference('a', 'x', {
        metadata: { list: [1] },
        attachments: gallery.store.capabilities.attachments ? { a: Uint8Array.of(1, 2) } : {},
      });
      const change = (held: Reference) => {
        held.vector.fill(9);
        held.attachments.a?.fill(9);
        (held.metadata.list as number[]).push(9);
      };
      change(input);
      const [added] = await adding;
      sameReferences([added!], [expected], true, 'What add returned');
      change(added!);
      const { exact } = gallery.store.capabilities;
      const [first] = await allOf(gallery);
      sameReferences([first!], [expected], exact, 'What is stored');
      change(first!);
      sameReferences([(await gallery.get('a'))!], [expected], exact, 'What is stored afterwards');
      checkClose((await gallery.nearest(towards(0.5), 1))[0]?.score ?? 0, 1, 2e-3, 'The score');
    },
  },
  {
    name: 'gallery: reads beside writes see each commit whole',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const pairs = 15;
      const { maximumBatch } = gallery.store.capabilities;
      const random = createRandom(13);
      const writes = Array.from({ length: pairs }, (_, i) => {
        const pair = ['x', 'y'].map((label) =>
          reference(`${label}${i}`, label, { vector: randomVector(random) }),
        );
        return maximumBatch > 1 ? gallery.add(pair) : Promise.all(pair.map((one) => gallery.add([one])));
      });
      let writing = true;
      const done = Promise.all(writes).finally(() => {
        writing = false;
      });
      for (let round = 0; writing; round++) {
        // Each time at another moment of the writes.
        for (let i = 0; i < round % 11; i++) await undefined;
        if (round % 20 === 19) await nextTask();
        const counts = await gallery.labels();
        const found = await gallery.nearest(towards(1), 2 * pairs);
        check(
          found.every(({ score }, i) => i === 0 || score <= found[i - 1]!.score),
          'Matches out of order during writes.',
        );
        same(new Set(idsOf(found)).size, found.length, 'Different matches during writes');
        if (maximumBatch === 1) continue;
        same(counts[0]?.references, counts[1]?.references, 'Labels that are written in pairs');
        same(found.length % 2, 0, 'Half of a pair among the matches');
      }
      await done;
      same(await gallery.size(), 2 * pairs, 'size');
    },
  },
  {
    name: 'gallery: of two writers of one id, one wins',
    async run({ openGallery }) {
      const gallery = await openGallery();
      const attempts = ['x', 'x', 'y', 'x'].map((label) => gallery.add([reference('a', label)]));
      const outcomes = await Promise.allSettled(attempts);
      same(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'rejected', 'rejected'],
        'Outcomes',
      );
      await refused('REFERENCE_EXISTS', 'The second', () => attempts[1]);
      same(await gallery.labels(), [{ label: 'x', references: 1 }], 'labels');
      const moves = [gallery.rename('x', 'y'), gallery.rename('y', 'z'), gallery.remove({ label: 'z' })];
      same(await Promise.all(moves), [1, 1, 1], 'Writes in the order in which they were asked for');
      same(await gallery.size(), 0, 'size');
    },
  },
  {
    name: 'gallery: an aborted call does nothing',
    async run({ openGallery }) {
      const gallery = await openGallery();
      await gallery.add([reference('a', 'x')]);
      const { signal, abort } = createAbort();
      const late = gallery.nearest(towards(1), 1, { signal });
      abort();
      await refused('ABORTED', 'A search while it runs', () => late);
      await refused('ABORTED', 'add', () => gallery.add([reference('b', 'x')], { signal }));
      await refused('ABORTED', 'nearest', () => gallery.nearest(towards(1), 1, { signal }));
      await refused('ABORTED', 'nearestLabels', () => gallery.nearestLabels(towards(1), 1, { signal }));
      await refused('ABORTED', 'references', () =>
        gallery.references({ signal })[Symbol.asyncIterator]().next(),
      );
      same(idsOf(await allOf(gallery)), ['a'], 'References afterwards');
      same(idsOf(await gallery.nearest(towards(1), 1)), ['a'], 'nearest afterwards');
    },
  },
  {
    name: 'gallery: closes once its calls are done, and refuses more',
    async run({ openGallery, close }) {
      const gallery = await openGallery();
      const vector = towards(1);
      const running = [
        gallery.add([reference('a', 'x')]),
        gallery.rename('x', 'y'),
        gallery.nearest(vector, 1),
        gallery.size(),
      ];
      const closing = close(gallery);
      await Promise.all(running);
      await closing;
      await gallery.close();
      const calls: Record<string, () => Promise<unknown>> = {
        add: () => gallery.add([reference('b', 'x')]),
        nearest: () => gallery.nearest(vector, 1),
        nearestLabels: () => gallery.nearestLabels(vector, 1),
        get: () => gallery.get('a'),
        references: () => allOf(gallery),
        labels: () => gallery.labels(),
        rename: () => gallery.rename('y', 'z'),
        remove: () => gallery.remove({ id: 'a' }),
        size: () => gallery.size(),
      };
      for (const [name, call] of Object.entries(calls)) await refused('CLOSED', `${name} after close`, call);
    },
  },
  {
    name: 'gallery: is there when opened again, and refuses another embedding space',
    async run({ create, openGallery, close }) {
      const gallery = await openGallery();
      const { persistent, exact } = gallery.store.capabilities;
      const references = manyReferences(10, 14);
      await addAll(gallery, references);
      await gallery.rename('type-0', 'moved');
      const before = await allOf(gallery);
      await close(gallery);
      if (persistent) {
        const other = { id: 'another/1', dimension: space.dimension };
        const store = await create();
        await refused('GALLERY_SPACE_MISMATCH', 'Another embedding space', () => open(store, other));
      }
      const reopened = await openGallery();
      sameReferences(await allOf(reopened), persistent ? before : [], exact, 'When opened again');
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

function createAbort(): { signal: AbortSignal; abort(): void } {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      reason: 'the suite',
      addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
    } as AbortSignal,
    abort() {
      aborted = true;
      for (const listener of listeners) listener();
    },
  };
}
