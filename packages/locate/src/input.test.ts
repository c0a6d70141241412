import { PreprocessError, type RasterImage } from '@docclf/preprocess';
import { describe, expect, it } from 'vitest';
import { inputLength, localiserInput } from './input.ts';
import { inputMargin, inputSide, photoSide } from './layout.ts';
import { wholeOf } from './quads.ts';

const normalisation = { mean: [0.5, 0.25, 0], std: [0.5, 0.5, 1] } as const;

/** Red grows to the right, green downwards, blue is 51. */
function gradient(width: number, height: number): RasterImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data[to++] = Math.floor((x * 255) / width);
      data[to++] = Math.floor((y * 255) / height);
      data[to++] = 51;
    }
  }
  return { data, width, height, channels: 3 };
}

const value = (tensor: Float32Array, channel: number, row: number, column: number) =>
  tensor[(channel * inputSide + row) * inputSide + column]!;

describe('localiserInput', () => {
  it('puts the normalised photo between margins of zeros, plane after plane', () => {
    const tensor = localiserInput(gradient(photoSide, photoSide), normalisation);
    expect(tensor.length).toBe(inputLength);
    for (const channel of [0, 1, 2]) {
      for (let i = 0; i < inputSide; i++) {
        for (const edge of [0, inputMargin - 1, inputSide - inputMargin, inputSide - 1]) {
          expect(value(tensor, channel, edge, i)).toBe(0);
          expect(value(tensor, channel, i, edge)).toBe(0);
        }
      }
    }
    const middle = inputMargin + 80;
    expect(value(tensor, 0, middle, middle)).toBeCloseTo((Math.floor((80 * 255) / 160) / 255 - 0.5) / 0.5, 6);
    expect(value(tensor, 1, inputMargin, middle)).toBeCloseTo((0 - 0.25) / 0.5, 6);
    expect(value(tensor, 2, inputMargin, inputMargin)).toBeCloseTo(0.2, 6);
    expect(value(tensor, 2, inputSide - inputMargin - 1, inputSide - inputMargin - 1)).toBeCloseTo(0.2, 6);
  });

  it('looks at a part as at a picture of that part', () => {
    const picture = gradient(320, 320);
    const all = localiserInput(picture, normalisation);
    const whole = localiserInput(picture, normalisation, wholeOf(picture));
    for (let i = 0; i < inputLength; i += 97) expect(whole[i]).toBeCloseTo(all[i]!, 1);
    const right = localiserInput(picture, normalisation, [
      { x: 160, y: 0 },
      { x: 320, y: 0 },
      { x: 320, y: 320 },
      { x: 160, y: 320 },
    ]);
    expect(value(right, 0, 96, inputMargin)).toBeCloseTo(0, 1);
  });

  it('writes at an offset and clears what was there', () => {
    const out = new Float32Array(2 * inputLength).fill(7);
    localiserInput(gradient(10, 10), normalisation, undefined, out, inputLength);
    expect(out[inputLength - 1]).toBe(7);
    expect(out[inputLength]).toBe(0);
    expect(() => localiserInput(gradient(10, 10), normalisation, undefined, out, inputLength + 1)).toThrow(
      PreprocessError,
    );
  });

  it.each([
    [1, 20_000],
    [20_000, 1],
    [1, 1],
    [3, 2],
  ])('takes a picture of %i x %i', (width, height) => {
    expect(localiserInput(gradient(width, height), normalisation).every(Number.isFinite)).toBe(true);
  });

  it('takes corners outside of the picture, and refuses crossing and equal ones', () => {
    const picture = gradient(40, 40);
    const at = (x: number, y: number) => ({ x, y });
    const outside = [at(-20, -20), at(60, -20), at(60, 60), at(-20, 60)] as const;
    expect(localiserInput(picture, normalisation, outside).every(Number.isFinite)).toBe(true);
    const crossing = [at(0, 0), at(40, 40), at(40, 0), at(0, 40)] as const;
    const equal = [at(0, 0), at(0, 0), at(40, 40), at(0, 40)] as const;
    const mirrored = [at(40, 0), at(0, 0), at(0, 40), at(40, 40)] as const;
    for (const corners of [crossing, equal, mirrored]) {
      expect(() => localiserInput(picture, normalisation, corners)).toThrow(
        expect.objectContaining({ code: 'INVALID_CORNERS' }),
      );
    }
  });
});
