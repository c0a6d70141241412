/** With the real network: what is drawn in one corner only must carry the match there. */
import { explain } from '@docclf/core/explain';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createDocClassifier } from '../src/doc-classifier.ts';

const side = 256;

/** White paper with bars in its top-left quarter. */
async function page(quality: number): Promise<Uint8Array> {
  const data = Buffer.alloc(side * side * 3, 250);
  for (let bar = 0; bar < 8; bar++) {
    for (let y = 12 + bar * 14; y < 20 + bar * 14; y++) {
      data.fill(20 + bar * 20, (y * side + 10) * 3, (y * side + 40 + ((bar * 37) % 80)) * 3);
    }
  }
  const raw = { width: side, height: side, channels: 3 } as const;
  return new Uint8Array(await sharp(data, { raw }).jpeg({ quality }).toBuffer());
}

it('finds the parts that carry the match where they are, also on a page that lies on its side', async () => {
  const classifier = await createDocClassifier({ threshold: 0.8, thumbnails: true });
  try {
    await classifier.register(await page(95), { label: 'bars' });
    const { carried, match } = await explain(classifier, await page(60), { grid: 4 });
    expect(match!.thumbnail![0]).toBe(0xff);
    const quarter = (falls: readonly number[], cells: readonly number[]) =>
      cells.reduce((sum, cell) => sum + falls[cell]!, 0);
    const [topLeft, bottomRight, topRight] = [
      [0, 1, 4, 5],
      [10, 11, 14, 15],
      [2, 3, 6, 7],
    ] as const;
    expect(quarter(carried!.falls, topLeft)).toBeGreaterThan(
      4 * Math.abs(quarter(carried!.falls, bottomRight)),
    );

    const lying = new Uint8Array(
      await sharp(await page(60))
        .rotate(90)
        .png()
        .toBuffer(),
    );
    const turned = await explain(classifier, lying, { grid: 4, rotations: true });
    expect(turned.classification.angle).toBe(270);
    expect(quarter(turned.carried!.falls, topRight)).toBeGreaterThan(quarter(turned.carried!.falls, topLeft));
  } finally {
    await classifier.close();
  }
});
