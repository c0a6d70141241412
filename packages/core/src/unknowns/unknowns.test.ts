import { describe, expect, it } from 'vitest';
import type { NewReference, Reference } from '../gallery.ts';
import { codeOf, createFakeGallery, direction, type FakeGallery } from '../testing.ts';
import { acceptProposal, keepUnknown, type ProposeOptions, proposeTypes } from './index.ts';

/** An inbox of documents that score so much against direction(1), kept in this order. */
const inboxOf = (...scores: number[]) =>
  removable(
    createFakeGallery(
      scores.map((score, i): NewReference => ({ id: `${i}`, label: 'unknown', vector: direction(score) })),
    ),
  );

/** The fake gallery refuses to remove; an inbox must. */
function removable(gallery: FakeGallery): FakeGallery {
  return Object.assign(gallery, {
    remove: async (selection: { id: string }) => Number(gallery.stored.delete(selection.id)),
  });
}

describe('keepUnknown', () => {
  it('keeps the vector, and nothing that tells whose it was', async () => {
    const inbox = createFakeGallery();
    const id = await keepUnknown(inbox, { status: 'unknown', vector: direction(0.6) });
    const [kept] = [...inbox.stored.values()];
    expect(kept).toEqual<Reference>({
      id: id!,
      label: 'unknown',
      vector: direction(0.6),
      metadata: {},
      attachments: {},
      sourceHash: null,
      createdAt: expect.any(String),
    });
  });

  it('keeps a thumbnail when the result has one', async () => {
    const inbox = createFakeGallery();
    const thumbnail = Uint8Array.of(9);
    await keepUnknown(inbox, { status: 'unknown', vector: direction(0.6), thumbnail });
    expect([...inbox.stored.values()][0]!.attachments).toEqual({ thumbnail });
  });

  it('keeps the same vector once and nothing of an accepted result', async () => {
    const inbox = createFakeGallery();
    for (let i = 0; i < 2; i++) await keepUnknown(inbox, { status: 'unknown', vector: direction(0.6) });
    expect(await keepUnknown(inbox, { status: 'accepted', vector: direction(0.9) })).toBeUndefined();
    expect(inbox.stored.size).toBe(1);
  });

  it('refuses a result without a vector', async () => {
    expect(await codeOf(keepUnknown(createFakeGallery(), { status: 'unknown' }))).toBe('INVALID_ARGUMENT');
  });
});

describe('proposeTypes', () => {
  it('proposes the groups, largest first, each by its medoid', async () => {
    // Angles from direction(1): 10, 11, 12 and 90, 91 degrees, and one at 170.
    const scores = [90, 10, 170, 11, 91, 12].map((angle) => (Math.cos((angle * Math.PI) / 180) + 1) / 2);
    const gallery = createFakeGallery([{ id: 'r', label: 'form', vector: direction(1) }]);
    const { proposals, ...counts } = await proposeTypes(inboxOf(...scores), { threshold: 0.95, gallery });
    expect(counts).toEqual({ alone: 1, looked: 6, kept: 6 });
    expect(proposals.map(({ ids }) => ids)).toEqual([
      ['1', '3', '5'],
      ['0', '4'],
    ]);
    expect(proposals[0]!.medoid.id).toBe('3');
    expect(proposals[0]!.nearest).toMatchObject({ id: 'r', label: 'form' });
    expect(proposals[1]!.firstSeen).toBe('2024-01-01T00:00:00.000Z');
  });

  it('proposes nothing from an empty inbox, nor from strangers to one another', async () => {
    expect(await proposeTypes(inboxOf(), { threshold: 0.9 })).toMatchObject({ proposals: [], looked: 0 });
    const alone = await proposeTypes(inboxOf(1, 0.5, 0), { threshold: 0.9 });
    expect(alone).toMatchObject({ proposals: [], alone: 3 });
    const singles = await proposeTypes(inboxOf(1, 0.5), { threshold: 0.9, minimumSize: 1 });
    expect(singles.proposals).toHaveLength(2);
  });

  it.each<ProposeOptions>([
    { threshold: Number.NaN },
    { threshold: 1.1 },
    { threshold: 0.5, minimumSize: 0 },
  ])('refuses %j', async (options) => {
    expect(await codeOf(proposeTypes(inboxOf(1), options))).toBe('INVALID_ARGUMENT');
  });
});

describe('acceptProposal', () => {
  it('registers the medoid and empties the inbox of its documents', async () => {
    const inbox = inboxOf(1, 0.999, 0.2);
    const gallery = createFakeGallery();
    const { proposals } = await proposeTypes(inbox, { threshold: 0.9 });
    const stored = await acceptProposal(proposals[0]!, 'new/form', { inbox, gallery });
    expect(stored).toMatchObject({ id: proposals[0]!.medoid.id, label: 'new/form' });
    expect([...gallery.stored.keys()]).toEqual([stored.id]);
    expect([...inbox.stored.keys()]).toEqual(['2']);
  });

  it('goes on wherever it was stopped', async () => {
    const scores = [1, 0.999, 0.998];
    // The reference is stored, and then one document after the other is gone.
    for (let removals = 0; removals < scores.length; removals++) {
      const inbox = inboxOf(...scores);
      const gallery = createFakeGallery();
      const proposal = (await proposeTypes(inbox, { threshold: 0.9 })).proposals[0]!;
      const { remove } = inbox;
      let left = removals;
      inbox.remove = async (selection) => {
        if (left-- === 0) throw new Error('stopped');
        return remove(selection);
      };
      await expect(acceptProposal(proposal, 'new', { inbox, gallery })).rejects.toThrow('stopped');
      expect([...inbox.stored.keys()]).toContain(proposal.medoid.id);
      inbox.remove = remove;
      await acceptProposal(proposal, 'new', { inbox, gallery });
      expect([[...gallery.stored.keys()], inbox.stored.size]).toEqual([[proposal.medoid.id], 0]);
    }
  });

  it('removes nothing when the reference cannot be stored', async () => {
    const inbox = inboxOf(1, 0.999);
    const { proposals } = await proposeTypes(inbox, { threshold: 0.9 });
    const taken = { id: proposals[0]!.medoid.id, label: 'other', vector: direction(1) };
    const gallery = createFakeGallery([taken]);
    expect(await codeOf(acceptProposal(proposals[0]!, 'new', { inbox, gallery }))).toBe('REFERENCE_EXISTS');
    expect(inbox.stored.size).toBe(2);
  });
});
