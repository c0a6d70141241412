import { describe, expect, it } from 'vitest';
import type { StateModel } from './model-manifest.ts';
import {
  chooseSibling,
  type Sibling,
  seenIn,
  stateAttachment,
  stateOfAttachments,
  stateThatHolds,
  stateToBytes,
} from './states.ts';

/** One channel at two places; nothing here compares maps. */
const model: StateModel = {
  output: 'state',
  channels: 1,
  places: 2,
  space: 'made-up',
  comparison: { fine: 1, hidden: 1, dimension: 2, strongest: 1, shrunk: 0, weights: 'AAAA' },
  scales: { state: 10, embedding: 20, plain: 0, example: 10, none: 0 },
  certain: { sibling: 0.8, example: 0.8 },
  words: {
    certain: 0.9,
    list: [
      { word: '', bias: 0, direction: [0, 0, 0, 0] },
      { word: 'glare', bias: -5, direction: [0, 0, 1, 1] },
    ],
  },
  golden: [1],
};

/** A unit vector at so many degrees. */
const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));

const sibling = (label: string, score: number, ...degrees: number[]): Sibling => ({
  label,
  score,
  states: degrees.map(at),
  plain: label === 'form',
});

describe('a sub-label is chosen', () => {
  const plain = sibling('form', 0.8, 0);
  const stained = sibling('form/stained', 0.75, 90);

  it('by the state, though the embedding comes closer to another', () => {
    const choice = chooseSibling(at(85), [plain, stained], model);
    // Logits 10 cos 85° + 16 and 10 cos 5° + 15: the chance is 1 / (1 + exp(16.872 - 24.962)).
    expect(choice).toMatchObject({ label: 'form/stained', backedOffFrom: null, likeliest: 'form/stained' });
    expect(choice.chance).toBeCloseTo(0.99969, 4);
  });

  it('rather as plain where that weighs more', () => {
    const leaning = { ...model, scales: { ...model.scales, plain: 9 } };
    expect(chooseSibling(at(85), [plain, stained], leaning).likeliest).toBe('form');
  });

  it('not where two are as likely: the answer backs off to what they share', () => {
    const glare = sibling('form/glare', 0.75, 94);
    const choice = chooseSibling(at(92), [plain, stained, glare], model);
    expect(choice.label).toBe('form');
    expect(choice.backedOffFrom).toBe(choice.likeliest);
  });

  it('by the embedding where it is far ahead', () => {
    const next = sibling('form/gen-2', 0.98, 0);
    expect(chooseSibling(at(20), [sibling('form', 0.6, 10), next], model).label).toBe('form/gen-2');
  });

  it('by the reference of a label that is nearest', () => {
    const both = sibling('form/stained', 0.75, 180, 88);
    expect(chooseSibling(at(90), [plain, both], model).label).toBe('form/stained');
  });

  it('whole branches count together', () => {
    const siblings = [plain, sibling('form/stained/tea', 0.75, 88), sibling('form/stained/oil', 0.75, 92)];
    expect(chooseSibling(at(90), siblings, model)).toMatchObject({
      label: 'form/stained',
      backedOffFrom: expect.stringContaining('form/stained/'),
    });
  });
});

describe('a state that was shown on one document', () => {
  const examples = [
    { name: 'stained', state: at(60) },
    { name: 'folded', state: at(-60) },
  ];

  it('holds for another that is nearer to it than to its own plain picture', () => {
    expect(stateThatHolds(at(70), examples, at(0), model)).toBe('stained');
    expect(stateThatHolds(at(-65), examples, at(0), model)).toBe('folded');
  });

  it('holds the less, the more it weighs that none does', () => {
    const careful = { ...model, scales: { ...model.scales, none: 6 } };
    expect(stateThatHolds(at(70), examples, at(0), careful)).toBeUndefined();
  });

  it('does not hold for a plain one, nor half-way', () => {
    expect(stateThatHolds(at(2), examples, at(0), model)).toBeUndefined();
    expect(stateThatHolds(at(30), examples, at(0), model)).toBeUndefined();
  });

  it('may be shown more than once', () => {
    const twice = [...examples, { name: 'stained', state: at(70) }];
    expect(stateThatHolds(at(55), twice, at(0), model)).toBe('stained');
  });
});

describe('a word', () => {
  it('is said only when it is certain, of mean, deviation, maximum and minimum of each channel', () => {
    // Maximum and minimum weigh 1 each: 5 + 4 - 5 = 4, a chance of 0.982.
    expect(seenIn(Float32Array.of(5, 4), model)).toEqual(['glare']);
    expect(seenIn(Float32Array.of(3, 3), model)).toEqual([]);
    expect(seenIn(Float32Array.of(0, 0), model)).toEqual([]);
  });
});

describe('a state travels as an attachment', () => {
  const map = Float32Array.of(-2.54, 1.27);

  it('in steps of a 127th of its largest number, under the name of its space', () => {
    const attachments = { [stateAttachment(model)]: stateToBytes(map) };
    expect(Object.keys(attachments)).toEqual(['state@made-up']);
    const [first, second] = stateOfAttachments(attachments, model)!;
    expect(first).toBeCloseTo(-2.54, 6);
    // 63.5 steps are rounded to 64.
    expect(second).toBeCloseTo(1.28, 6);
  });

  it('from a view into a larger buffer, and where nothing is in it', () => {
    const bytes = new Uint8Array([7, ...stateToBytes(map)]).subarray(1);
    expect(stateOfAttachments({ 'state@made-up': bytes }, model)?.[0]).toBeCloseTo(-2.54, 6);
    const nothing = stateToBytes(new Float32Array(2));
    expect(stateOfAttachments({ 'state@made-up': nothing }, model)).toEqual(new Float32Array(2));
  });

  it("and another head's, or a broken one, is not looked at", () => {
    expect(stateOfAttachments({ 'state@other': stateToBytes(map) }, model)).toBeUndefined();
    expect(stateOfAttachments({ 'state@made-up': Uint8Array.of(1, 2, 3) }, model)).toBeUndefined();
    const starting = (largest: number) => {
      const bytes = Uint8Array.of(0, 0, 0, 0, 1, 0x80);
      new DataView(bytes.buffer).setFloat32(0, largest, true);
      return { 'state@made-up': bytes };
    };
    // The last is finite, and would not be by the time that it is compared.
    for (const largest of [Number.POSITIVE_INFINITY, Number.NaN, 3.4e38, -3.4e38])
      expect(stateOfAttachments(starting(largest), model), String(largest)).toBeUndefined();
  });
});
