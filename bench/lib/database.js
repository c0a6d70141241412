/** What the benches of galleries in a server have in common: filled, asked and opened, beside a gallery in memory. */
import { createMemoryGallery, openGallery } from '@docclf/gallery';
import { interleave, timed } from './interleave.js';
import { unitVectors } from './references.js';
import { ratioText } from './report.js';
import { median, pairedRatio } from './statistics.js';

const dimension = 256;
const space = { id: 'bench@1', dimension };
const top = 5;
/** References in one commit. */
const batch = 1000;
/** The last ones are timed: what a further registration takes in a gallery of that size. */
const timedBatches = 3;

/**
 * One row of the table.
 *
 * @param {string} name
 * @param {number} count
 * @param {number} rounds
 * @param {() => import('@docclf/gallery').GalleryStore} createStore
 * @param {() => Promise<number>} bytes what the references take on the server's disk
 * @param {() => import('@docclf/gallery').GalleryStore} createFillStore takes all but the last of the references:
 *   an index is made faster once they are there
 */
export async function measureServer(name, count, rounds, createStore, bytes, createFillStore = createStore) {
  const vectors = unitVectors(dimension, count + rounds + 2);
  const queries = vectors.splice(count);
  const references = vectors.map((vector, i) => ({ id: `r${i}`, label: `type-${i % 997}`, vector }));
  const memory = await createMemoryGallery(space);
  let gallery = await openGallery(createFillStore(), space);
  const filled = count - timedBatches * batch;
  for (let i = 0; i < filled; i += batch) await gallery.add(references.slice(i, i + batch));
  await gallery.close();
  const first = await timed(async () => {
    gallery = await openGallery(createStore(), space);
  });
  /** @type {number[]} */
  const registration = [];
  for (let i = filled; i < count; i += batch) {
    const part = references.slice(i, i + batch);
    registration.push(await timed(() => gallery.add(part)));
  }
  for (let i = 0; i < count; i += batch) await memory.add(references.slice(i, i + batch));
  await gallery.close();
  const opening = await timed(async () => {
    gallery = await openGallery(createStore(), space);
  });
  /** @type {string[]} */
  const found = [];
  /** @type {string[]} */
  const truth = [];
  const times = await interleave(
    {
      server: (round) =>
        timed(async () => {
          found[round] = (await gallery.nearest(queries[round], top))[0].id;
        }),
      memory: (round) =>
        timed(async () => {
          truth[round] = (await memory.nearest(queries[round], top))[0].id;
        }),
      labels: () => timed(() => gallery.labels()),
    },
    { rounds, warmUp: 1 },
  );
  await gallery.close();
  await memory.close();
  return [
    name,
    count.toLocaleString('en'),
    median(times.server).toFixed(1),
    ratioText(pairedRatio(times.server, times.memory))
      .replace(' times (half of the rounds between ', ' (')
      .replace(' and ', ' to '),
    (found.filter((id, round) => id === truth[round]).length / found.length).toFixed(2),
    ((1000 * batch) / median(registration)).toFixed(0),
    ((await bytes()) / count).toFixed(0),
    `${opening.toFixed(0)} (${(first / 1000).toFixed(1)} s)`,
    median(times.labels).toFixed(1),
  ];
}

export const serverColumns = [
  'store',
  'references',
  'top 5, ms',
  'over memory',
  'recall@1',
  'registered a second',
  'bytes each',
  'open, ms (first)',
  'labels, ms',
];
