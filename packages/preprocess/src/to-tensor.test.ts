import { expect, test } from 'vitest';
import { goldenImage } from './golden-image.ts';
import { resize } from './resize.ts';
import { type TensorSpec, toTensor } from './to-tensor.ts';

const spec: TensorSpec = { width: 4, height: 3, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

test('is planar, red first, each plane row-major, normalised per channel', () => {
  const tensor = toTensor(goldenImage(), spec);
  const { data } = resize(goldenImage(), 4, 3);
  expect(tensor.length).toBe(36);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < 12; i++) {
      expect(tensor[c * 12 + i]).toBe(Math.fround((data[i * 3 + c]! / 255 - spec.mean[c]!) / spec.std[c]!));
    }
  }
});

test('writes into the given array at the offset, and nowhere else', () => {
  const out = new Float32Array(36 * 3).fill(99);
  expect(toTensor(goldenImage(), spec, out, 36)).toBe(out);
  expect(out.slice(36, 72)).toEqual(toTensor(goldenImage(), spec));
  expect(out.slice(0, 36).every((value) => value === 99)).toBe(true);
  expect(out.slice(72).every((value) => value === 99)).toBe(true);
});

test('takes grey, and puts transparent on white', () => {
  const plain: TensorSpec = { width: 1, height: 1, mean: [0, 0, 0], std: [1, 1, 1] };
  const grey = toTensor({ data: Uint8Array.of(51), width: 1, height: 1, channels: 1 }, plain);
  expect([...grey]).toEqual([0.2, 0.2, 0.2].map(Math.fround));
  const clear = toTensor({ data: Uint8Array.of(0, 0, 0, 0), width: 1, height: 1, channels: 4 }, plain);
  expect([...clear]).toEqual([1, 1, 1]);
});

test.each<[string, () => unknown, RegExp]>([
  [
    'a short array',
    () => toTensor(goldenImage(), spec, new Float32Array(35)),
    /room for 36 values.*got an array of 35/,
  ],
  ['a late offset', () => toTensor(goldenImage(), spec, new Float32Array(36), 1), /from offset 1/],
  ['a negative offset', () => toTensor(goldenImage(), spec, new Float32Array(36), -1), /offset -1/],
  [
    'a std of 0',
    () => toTensor(goldenImage(), { ...spec, std: [0, 1, 1] }),
    /positive std.*got mean 0\.485 and std 0/,
  ],
  ['a NaN mean', () => toTensor(goldenImage(), { ...spec, mean: [0, Number.NaN, 0] }), /finite mean/],
  ['a fractional size', () => toTensor(goldenImage(), { ...spec, width: 2.5 }), /target width/],
])('refuses %s', (_, act, message) => {
  expect(act).toThrow(message);
  expect(act).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
});
