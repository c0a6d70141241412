/** What a gallery promises over any store, see `Gallery`: what it keeps and refuses. */
import { type ErrorCode, isWithin, type NewReference, type Reference } from '@docclf/core';
import { refused, same } from './assert.ts';
import { addAll, allOf, countLabels, idsOf, sameReferences, sortedById } from './fixture.ts';
import { hostileIds, hostileLabels, hostileMetadata, manyReferences, reference, towards } from './samples.ts';
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
];
