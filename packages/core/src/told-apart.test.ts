import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import type { NewReference } from './gallery.ts';
import type { StateModel } from './model-manifest.ts';
import { createStandings } from './standing.ts';
import { stateAttachment, stateToBytes } from './states.ts';
import { createFakeGallery, direction } from './testing.ts';
import { toldApart } from './told-apart.ts';

/** Half precision of the few numbers that stand below. */
const halves = new Map([
  [-1, 0xbc00],
  [0, 0],
  [1, 0x3c00],
  [4, 0x4400],
]);

const base64 = (values: readonly number[]) =>
  btoa(
    String.fromCharCode(...new Uint8Array(Uint16Array.from(values, (value) => halves.get(value)!).buffer)),
  );

const places = 4;

/**
 * One channel, the same number at each place, an angle from -9 to 9: of its level beside the baseline's comes (x, y) with x
 * falling and y rising or falling by its sign, so that the vectors of two states are as far apart as their numbers.
 */
const weights = [
  // What rises and what falls with the level.
  ...[0, 0, 1],
  ...[0, 0, -1],
  ...[0, 0],
  // Nothing of what lies around.
  ...Array<number>(9 * 4 + 4).fill(0),
  // The means of both, their maxima left out.
  ...[1, 0, 0, 0],
  ...[0, 1, 0, 0],
  ...[0, 0],
  // x = 4, y = rises - falls.
  ...[0, 0, 0, 0, 0, 0],
  ...[1, -1, 0, 0, 0, 0],
  ...[4, 0],
];

const model: StateModel = {
  output: 'state',
  channels: 1,
  places,
  space: 'made-up',
  comparison: { fine: 2, hidden: 2, dimension: 2, strongest: 1, shrunk: 0, weights: base64(weights) },
  scales: { state: 20, embedding: 20, plain: 0, example: 20, none: 0 },
  certain: { sibling: 0.8, example: 0.8 },
  words: {
    certain: 0.9,
    list: [
      { word: '', bias: 0, direction: [0, 0, 0, 0] },
      { word: 'glare', bias: -7, direction: [-1, 0, 0, 0] },
    ],
  },
  golden: [1],
};

const mapOf = (state: number) => new Float32Array(places).fill(state);

/** Its embedding has this score with the probes', its state lies at this number. */
function reference(label: string, score: number, state?: number): NewReference {
  const map = state === undefined ? undefined : stateToBytes(mapOf(state));
  const attachments = map ? { [stateAttachment(model)]: map } : {};
  return { id: `${label} ${score} ${state}`, label, vector: direction(score), attachments };
}

/** On the other side of the probe: no document of this side resembles it. */
function across(label: string, score: number, state: number): NewReference {
  const { vector, ...rest } = reference(label, score, state);
  return { ...rest, vector: Float32Array.of(vector[0]!, -vector[1]!) };
}

async function answer(references: readonly NewReference[], state: number) {
  const gallery = createFakeGallery(references);
  const vector = direction(1);
  const matches = await gallery.nearestLabels(vector, 20);
  const decision = decide(
    matches.filter(({ label }) => !label.includes('*')),
    { value: 0.7, origin: 'given' },
  );
  const { families } = await createStandings(gallery, model)();
  return toldApart(decision, { vector, state: mapOf(state) }, families!, model);
}

const form = reference('form', 0.9, 1);
const stained = reference('form/stained', 0.85, 6);
const glare = reference('form/glare', 0.84, -5);
const other = reference('letter', 0.5, 1);

describe('the states of one document', () => {
  it('are told apart by the state vector, the type by the embedding', async () => {
    expect(await answer([form, stained, glare, other], 6.5)).toMatchObject({
      status: 'accepted',
      label: 'form/stained',
      path: ['form', 'stained'],
      referenceId: stained.id,
      reason: 'above-threshold',
      states: ['stained'],
    });
    expect((await answer([form, stained, glare, other], -4.5)).label).toBe('form/glare');
    expect(await answer([form, stained, glare, other], 1.2)).toMatchObject({ label: 'form', states: [] });
  });

  it('of a document that lies in a branch are told apart beside its own plain picture', async () => {
    const within = (label: string, score: number, state: number) =>
      reference(`insurance/${label}`, score, state);
    const family = [within('form', 0.9, 3), within('form/stained', 0.85, 8), within('form/glare', 0.84, -3)];
    const neighbour = within('letter', 0.88, -9);
    expect((await answer([...family, neighbour], 3.2)).label).toBe('insurance/form');
    expect((await answer([...family, neighbour], 7.7)).label).toBe('insurance/form/stained');
    expect(await answer([...family, neighbour], 3)).toMatchObject({ label: 'insurance/form', states: [] });
  });

  it('back off to the parent between two', async () => {
    const result = await answer([form, stained, glare, other], 3.5);
    expect(result).toMatchObject({ label: 'form', reason: 'backed-off', states: [] });
    expect(result.backedOffFrom).toMatch('form/');
  });

  it('need no reference of their own parent', async () => {
    const clean = reference('form/clean', 0.9, 1);
    expect((await answer([clean, stained, glare, other], 6.5)).label).toBe('form/stained');
    expect((await answer([clean, stained, glare, other], 1)).label).toBe('form/clean');
  });

  it('never choose what the embedding holds to be another document', async () => {
    const rival = across('forms/stained', 0.62, 6);
    const plain = reference('forms/letter', 0.9, 1);
    expect((await answer([plain, rival], 6)).label).toBe('forms/letter');
  });

  it('are told by scores alone where a reference has no state', async () => {
    const old = reference('form/stained', 0.85);
    expect(await answer([form, old, glare, other], 6.5)).toMatchObject({ label: 'form', states: [] });
  });

  it('of one generation are seen on another', async () => {
    const next = reference('form/gen-2', 0.95, 2);
    const first = across('form', 0.55, 1);
    const firstStained = across('form/stained', 0.54, 6);
    expect(await answer([first, firstStained, next, other], 7)).toMatchObject({
      label: 'form/gen-2',
      states: ['stained'],
    });
    expect(await answer([first, firstStained, next, other], 2.2)).toMatchObject({
      label: 'form/gen-2',
      states: [],
    });
  });
});

describe('a state of a branch', () => {
  const acme = reference('insurance/acme/form', 0.9, 2);
  const borealis = reference('insurance/borealis/form', 0.4, 1);
  // Shown on the second document: its vector is nearest to that one's.
  const example = { ...reference('insurance/*/stained', 0.41, 6) };

  it('holds for a document that it was not shown on, which keeps its label', async () => {
    expect(await answer([acme, borealis, example], 7)).toMatchObject({
      label: 'insurance/acme/form',
      states: ['stained'],
    });
    expect(await answer([acme, borealis, example], 2.1)).toMatchObject({
      label: 'insurance/acme/form',
      states: [],
    });
  });

  it('does not hold outside of the branch; without one it holds everywhere', async () => {
    const passport = reference('passport', 0.95, 2);
    expect((await answer([passport, acme, borealis, example], 7)).states).toEqual([]);
    const everywhere = reference('*/stained', 0.41, 6);
    expect((await answer([passport, acme, borealis, everywhere], 7)).states).toEqual(['stained']);
  });
});

describe('what is seen', () => {
  it('is said of an unknown document too', async () => {
    expect(await answer([other], -10)).toMatchObject({ status: 'unknown', states: [], seen: ['glare'] });
  });
});
