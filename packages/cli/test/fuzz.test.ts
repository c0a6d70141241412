/**
 * Whatever comes in, the answer is a result or an error with a code. A few thousand inputs here; `npm run fuzz -- --minutes 60`
 * goes on for longer, and then holds time and memory to their limits too.
 */
import { inspect } from 'node:util';
import { createChromaStore } from '@docclf/gallery-chroma';
import { createPgvectorStore } from '@docclf/gallery-pgvector';
import { createDocClassifier } from '@docclf/node';
import { expect, it } from 'vitest';
import { addressTarget, callTarget } from './fuzz/calls.ts';
import { databaseTarget, galleryFileTarget } from './fuzz/galleries.ts';
import { imageTarget } from './fuzz/images.ts';
import { fuzz } from './fuzz/run.ts';
import { temporaryFolder } from './support.ts';

const minutes = Number(process.env.DOCCLF_FUZZ_MINUTES ?? 0);
const only = process.env.DOCCLF_FUZZ_ONLY;
const inputs = only === undefined ? Number(process.env.DOCCLF_FUZZ_INPUTS ?? 2000) : 1;
const seed = Number(process.env.DOCCLF_FUZZ_SEED ?? 1);
/** Of one input: a server's patience with one upload. */
const longestMilliseconds = 1000;
/** In one piece, in which a server answers nobody. */
const longestBlockMilliseconds = 50;
const largestGrowth = 300;

it('every input is answered, or refused with a code', {
  timeout: (minutes + 10) * 60_000 + inputs * 100,
}, async () => {
  const path = temporaryFolder();
  // As the README of @docclf/node has it for uploads of strangers.
  const classifier = await createDocClassifier({ maximumPixels: 2 ** 24, maximumBytes: 2 ** 24 });
  const stores = [(url: string) => createPgvectorStore({ url }), (url: string) => createChromaStore({ url })];
  const end = performance.now() + minutes * 60_000;
  const { faults, slowest, longestBlock, memory, answers, ...rest } = await fuzz({
    targets: {
      image: await imageTarget(classifier),
      'gallery file': await galleryFileTarget(),
      database: await databaseTarget(path),
      call: await callTarget(classifier),
      address: addressTarget(classifier, stores),
    },
    seed,
    first: Number(only ?? 0),
    goesOn: (done) => (minutes > 0 ? performance.now() < end : done < inputs),
    warmUp: 1000,
    suspicious: { milliseconds: longestMilliseconds, block: longestBlockMilliseconds },
  });
  await classifier.close();
  if (process.env.DOCCLF_FUZZ_SEED)
    process.stderr.write(`${inspect({ seed, ...rest, slowest, longestBlock, memory, answers })}\n`);
  expect(faults).toEqual([]);
  if (!process.env.DOCCLF_FUZZ_SEED) return;
  expect(slowest.milliseconds, slowest.input).toBeLessThan(longestMilliseconds);
  expect(longestBlock.milliseconds, longestBlock.input).toBeLessThan(longestBlockMilliseconds);
  expect(memory[1] - memory[0], 'megabytes more').toBeLessThan(largestGrowth);
});
