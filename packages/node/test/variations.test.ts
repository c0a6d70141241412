/** Core turns tensors; `@docclf/preprocess` turns pictures. Both must give the network the same. */
import { type Embedding, quarterTurns } from '@docclf/core';
import { rotateQuarterTurns } from '@docclf/preprocess';
import { expect, it } from 'vitest';
import { createNodeEmbedder } from '../src/runtime.ts';

it('embeds the inverted copy as the negative', async () => {
  const [width, height] = [211, 307];
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 235 + ((i * i + (i >> 9)) % 20) - 9 * ((i >> 6) % 11),
  );
  const page = { data, width, height, channels: 3 } as const;
  const negative = { ...page, data: data.map((value) => 255 - value) };
  const embedder = await createNodeEmbedder();
  try {
    const [{ vector }] = (await embedder.embed([page])) as [Embedding];
    const [{ views }] = (await embedder.embed([negative], { variations: { negatives: true } })) as [
      Embedding,
    ];
    expect(views.map(({ inverted = false }) => inverted)).toEqual([false, true]);
    const copy = views[1]!.vector;
    expect(vector.reduce((sum, value, k) => sum + value * copy[k]!, 0)).toBeGreaterThan(0.9999);
  } finally {
    await embedder.close();
  }
});

it('embeds a turned copy as the turned picture', async () => {
  const [width, height] = [301, 173];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i + (i >> 7) * 31) % 251);
  const image = { data, width, height, channels: 3 } as const;
  const embedder = await createNodeEmbedder();
  try {
    const [embedding] = await embedder.embed([image], { variations: { whole: quarterTurns } });
    const turned = await embedder.embed([1, 2, 3].map((turns) => rotateQuarterTurns(image, turns)));
    turned.forEach(({ vector }, i) => {
      const copy = embedding!.views[1 + i]!.vector;
      expect(vector.reduce((sum, value, k) => sum + value * copy[k]!, 0)).toBeGreaterThan(0.9999);
    });
  } finally {
    await embedder.close();
  }
});
