import { describe, expect, it } from 'vitest';
import { createFakeGallery, direction } from '../test/doubles.ts';
import { decide } from './decide.ts';
import type { NewReference } from './gallery.ts';
import type { StateModel } from './manifest.ts';
import { createStandings } from './standing.ts';
import { stateAttachment, stateToBytes } from './states.ts';
import { toldApart } from './told-apart.ts';

const model: StateModel = {
  output: 'state',
  dimension: 2,
  space: 'made-up',
  scales: { state: 10, embedding: 20, example: 10 },
  certain: 0.8,
  words: {
    certain: 0.9,
    list: [
      { word: '', bias: 0, direction: [0, 0] },
      { word: 'glare', bias: -5, direction: [0, 10] },
    ],
  },
  golden: [1, 0],
};

const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

/** Its embedding has this score with the probes', its state lies at so many degrees. */
function reference(label: string, score: number, degrees?: number): NewReference {
  const attachments = degrees === undefined ? {} : { [stateAttachment(model)]: stateToBytes(at(degrees)) };
  return { id: `${label} ${score} ${degrees}`, label, vector: direction(score), attachments };
}

/** On the other side of the probe: no document of this side resembles it. */
function across(label: string, score: number, degrees: number): NewReference {
  const { vector, ...rest } = reference(label, score, degrees);
  return { ...rest, vector: Float32Array.of(vector[0]!, -vector[1]!) };
}

async function answer(references: readonly NewReference[], degrees: number) {
  const gallery = createFakeGallery(references);
  const vector = direction(1);
  const matches = await gallery.nearestLabels(vector, 20);
  const decision = decide(
    matches.filter(({ label }) => !label.includes('*')),
    { value: 0.7, origin: 'given' },
  );
  const { families } = await createStandings(gallery, model)();
  return toldApart(decision, { vector, state: at(degrees) }, families!, model);
}

const form = reference('form', 0.9, 0);
const stained = reference('form/stained', 0.85, 60);
const glare = reference('form/glare', 0.84, 120);
const other = reference('letter', 0.5, 0);

describe('the states of one document', () => {
  it('are told apart by the state vector, the type by the embedding', async () => {
    expect(await answer([form, stained, glare, other], 62)).toMatchObject({
      status: 'accepted',
      label: 'form/stained',
      path: ['form', 'stained'],
      referenceId: stained.id,
      reason: 'above-threshold',
      states: ['stained'],
    });
    expect((await answer([form, stained, glare, other], 118)).label).toBe('form/glare');
    expect(await answer([form, stained, glare, other], 3)).toMatchObject({ label: 'form', states: [] });
  });

  it('back off to the parent between two', async () => {
    const result = await answer([form, stained, glare, other], 90);
    expect(result).toMatchObject({ label: 'form', reason: 'backed-off', states: [] });
    expect(result.backedOffFrom).toMatch('form/');
  });

  it('need no reference of their own parent', async () => {
    const clean = reference('form/clean', 0.9, 0);
    expect((await answer([clean, stained, glare, other], 62)).label).toBe('form/stained');
    expect((await answer([clean, stained, glare, other], 0)).label).toBe('form/clean');
  });

  it('never choose what the embedding holds to be another document', async () => {
    const rival = across('forms/stained', 0.62, 62);
    const plain = reference('forms/letter', 0.9, 0);
    expect((await answer([plain, rival], 62)).label).toBe('forms/letter');
  });

  it('are told by scores alone where a reference has no state', async () => {
    const old = reference('form/stained', 0.85);
    expect(await answer([form, old, glare, other], 62)).toMatchObject({ label: 'form', states: [] });
  });

  it('of one generation are seen on another', async () => {
    const next = reference('form/gen-2', 0.95, 10);
    const first = across('form', 0.55, 0);
    const firstStained = across('form/stained', 0.54, 60);
    expect(await answer([first, firstStained, next, other], 72)).toMatchObject({
      label: 'form/gen-2',
      states: ['stained'],
    });
    expect(await answer([first, firstStained, next, other], 12)).toMatchObject({
      label: 'form/gen-2',
      states: [],
    });
  });
});

describe('a state of a branch', () => {
  const acme = reference('insurance/acme/form', 0.9, 5);
  const borealis = reference('insurance/borealis/form', 0.4, 0);
  // Shown on the second document: its vector is nearest to that one's.
  const example = { ...reference('insurance/*/stained', 0.41, 60) };

  it('holds for a document that it was not shown on, which keeps its label', async () => {
    expect(await answer([acme, borealis, example], 63)).toMatchObject({
      label: 'insurance/acme/form',
      states: ['stained'],
    });
    expect(await answer([acme, borealis, example], 6)).toMatchObject({
      label: 'insurance/acme/form',
      states: [],
    });
  });

  it('does not hold outside of the branch; without one it holds everywhere', async () => {
    const passport = reference('passport', 0.95, 5);
    expect((await answer([passport, acme, borealis, example], 63)).states).toEqual([]);
    const everywhere = reference('*/stained', 0.41, 60);
    expect((await answer([passport, acme, borealis, everywhere], 63)).states).toEqual(['stained']);
  });
});

describe('what is seen', () => {
  it('is said of an unknown document too', async () => {
    expect(await answer([other], 90)).toMatchObject({ status: 'unknown', states: [], seen: ['glare'] });
  });
});
