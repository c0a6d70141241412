/** docclf embed: a vector an image, as NDJSON. */
import { createNodeEmbedder } from '@docclf/node';
import {
  type ConcurrencyOptions,
  type Context,
  embedderOptionsOf,
  type ModelOptions,
  type PathOptions,
} from '../context.ts';
import { defaultConcurrency, overImages } from '../job.ts';
import { jsonLine } from '../text.ts';

export async function embed(
  context: Context,
  paths: readonly string[],
  options: ModelOptions & ConcurrencyOptions & PathOptions,
): Promise<number> {
  const { screen, signal } = context;
  const { concurrency = defaultConcurrency } = options;
  const embedder = await createNodeEmbedder(embedderOptionsOf(options));
  try {
    return await overImages(context, paths, options, ['embedded'], 'on a terminal', async (job) => {
      // One by one, since a bad image fails its whole batch, and runs beside each other use the cores as well.
      const outcomes = job.map(concurrency, ({ source }) =>
        // With its hash, by which a reference of it is known.
        embedder.embed([source], { signal, asReference: true }),
      );
      for await (const { image, result } of outcomes) {
        const { file, root, page } = image;
        const [embedding] = result;
        const vector = Array.from(embedding!.vector, shortest);
        const { id: model } = embedder.manifest;
        await screen.print(jsonLine({ file, root, page, model, hash: embedding!.sourceHash, vector }));
        job.done('embedded');
      }
    });
  } finally {
    await embedder.close();
  }
}

/** Nine digits name a float32 exactly; the double behind it would print up to seventeen. */
function shortest(value: number): number {
  return Number(value.toPrecision(9));
}
