import { PreprocessError, type RasterImage } from '@docclf/preprocess';
import { describe, expect, it } from 'vitest';
import { grid, inputSide, mapsLength } from './layout.ts';
import { createLocaliser, type RunLocaliser } from './localiser.ts';
import { type LocaliserManifest, parseLocaliserManifest } from './manifest.ts';

const manifest: LocaliserManifest = {
  format: 'docclf-localiser/1',
  id: 'dark',
  version: '0.0.0',
  file: 'dark.onnx',
  sha256: '0'.repeat(64),
  bytes: 1,
  input: { name: 'image', side: 192, margin: 16 },
  preprocessing: { mean: [0, 0, 0], std: [1, 1, 1] },
  outputs: { maps: 'maps', confidence: 'confidence', grid: 48 },
  golden: { image: 'docclf-golden-1', step: mapsLength, maps: [-8], confidence: [-5, -5], tolerance: 0.01 },
  licence: 'Apache-2.0',
  origin: ['a test'],
};

/** A network whose documents are what is bright: the mask is the brightness, four pixels a side averaged. */
const bright: RunLocaliser = async (input, count) => {
  const maps = new Float32Array(count * mapsLength).fill(-8);
  const confidence = new Float32Array(2 * count).fill(-5);
  for (let image = 0; image < count; image++) {
    for (let cell = 0; cell < grid * grid; cell++) {
      const [x, y] = [(cell % grid) * 4, Math.floor(cell / grid) * 4];
      let sum = 0;
      for (let i = 0; i < 16; i++) {
        sum += input[(image * 3 * inputSide + y + Math.floor(i / 4)) * inputSide + x + (i % 4)]!;
      }
      maps[image * mapsLength + cell] = sum - 8;
      if (sum > 12) confidence[2 * image] = 5;
    }
  }
  return { maps, confidence };
};

/** White rectangles in black: left, top, right, bottom, grey level. */
function picture(width: number, height: number, boxes: readonly (readonly number[])[]): RasterImage {
  const data = new Uint8Array(width * height);
  for (const [left, top, right, bottom, level] of boxes) {
    for (let y = top!; y < bottom!; y++) data.fill(level!, y * width + left!, y * width + right!);
  }
  return { data, width, height, channels: 1 };
}

describe('createLocaliser', () => {
  const localiser = createLocaliser({ manifest, run: bright });

  it('finds the document in pixels of the source, and looks closer', async () => {
    const shrunk = picture(300, 400, [[60, 80, 240, 320, 255]]);
    const { quads, advice } = await localiser.locate(shrunk, { size: { width: 3000, height: 4000 } });
    expect(quads.map(({ look }) => look).slice(0, 2)).toEqual(['closer', 'photo']);
    for (const { corners } of quads.slice(0, 2)) {
      const [topLeft, , bottomRight] = [...corners].sort((a, b) => a.x + a.y - b.x - b.y);
      expect(Math.abs(topLeft!.x - 600)).toBeLessThan(40);
      expect(Math.abs(topLeft!.y - 800)).toBeLessThan(40);
      expect(bottomRight).toBeDefined();
    }
    expect(advice).toEqual([]);
  });

  it('gives what lies inside of the document last', async () => {
    // Of a sheet that counts as dim the note on it is bright: half of 255 is just over the line.
    const sheet = picture(400, 400, [
      [40, 40, 360, 360, 160],
      [120, 140, 280, 260, 255],
    ]);
    const onlyBright: RunLocaliser = async (input, count) =>
      count === 1
        ? bright(input, count)
        : bright(
            input.map((value) => (value > 0.9 ? 1 : 0)),
            count,
          );
    const { quads } = await createLocaliser({ manifest, run: onlyBright }).locate(sheet);
    const inside = quads.at(-1)!;
    expect(inside.look).toBe('inside');
    const xs = inside.corners.map(({ x }) => x);
    expect(Math.abs(Math.min(...xs) - 120)).toBeLessThan(8);
    expect(Math.abs(Math.max(...xs) - 280)).toBeLessThan(8);
  });

  it.each([
    ['one colour', picture(200, 200, [])],
    ['a strip of 1 x 20000', picture(1, 20_000, [])],
    ['one pixel', picture(1, 1, [])],
  ])('is honest about %s', async (_, image) => {
    const { quads, advice } = await localiser.locate(image);
    expect(quads).toEqual([]);
    expect(advice).toEqual(['nothing-found']);
  });

  it('a page that fills the frame, and four at once, give usable quads', async () => {
    const page = await localiser.locate(picture(300, 400, [[0, 0, 300, 400, 255]]));
    expect(page.quads.length).toBeGreaterThan(0);
    const four = picture(400, 400, [
      [20, 20, 180, 180, 255],
      [220, 20, 380, 180, 255],
      [20, 220, 180, 380, 255],
      [220, 220, 380, 380, 255],
    ]);
    expect((await localiser.locate(four)).quads.length).toBeGreaterThan(0);
  });

  it('takes a sheet seen so flat that its surroundings lie beyond its horizon', async () => {
    // The near edge is 25 times as long as the far one: grown by a tenth, the far corners would pass the horizon.
    const [width, height] = [400, 400];
    const data = new Uint8Array(width * height);
    for (let y = 60; y < 340; y++) {
      const half = 6 + ((y - 60) / 280) * 150;
      data.fill(255, y * width + Math.round(200 - half), y * width + Math.round(200 + half));
    }
    const { quads } = await localiser.locate({ data, width, height, channels: 1 });
    expect(quads.length).toBeGreaterThan(0);
  });

  it('tests itself against the golden logits', async () => {
    const dark: RunLocaliser = async (_, count) => ({
      maps: new Float32Array(count * mapsLength).fill(-8),
      confidence: new Float32Array(2 * count).fill(-5),
    });
    expect(await createLocaliser({ manifest, run: dark }).selfTest()).toEqual({ difference: 0 });
    await expect(localiser.selfTest()).rejects.toThrow(PreprocessError);
  });
});

describe('parseLocaliserManifest', () => {
  it('takes its own', () => {
    expect(parseLocaliserManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  it.each([
    [null, 'format'],
    [{ ...manifest, format: 'docclf-model/1' }, 'format'],
    [{ ...manifest, sha256: 'ABC' }, 'sha256'],
    [{ ...manifest, input: { ...manifest.input, side: 224 } }, 'input.side'],
    [{ ...manifest, preprocessing: { mean: [0, 0, 0], std: [1, 0, 1] } }, 'preprocessing.std'],
    [{ ...manifest, golden: { ...manifest.golden, maps: [] } }, 'golden.maps'],
  ])('refuses %j', (value, field) => {
    expect(() => parseLocaliserManifest(value)).toThrow(field);
  });
});
