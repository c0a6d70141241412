/** What the benches of galleries in a server have in common: filled, asked and opened, beside a gallery in memory. */
import { createMemoryGallery, openGallery } from '@docclf/gallery';
import { interleave, timed } from './interleave.js';
import { unitVectors } from './references.js';
import { ratioText } from './report.js';
import { median, pairedRatio } from './statistics.js';

export const dimension = 256;
const space = { id: 'bench@1', dimension };
const top = 5;
/** References in one commit. */
const batch = 1000;

/**
 * One row of the table.
 *
 * @param {string} name
 * @param {number} count
 * @param {number} rounds
 * @param {() => import('@docclf/gallery').GalleryStore} createStore
 * @param {() => Promise<number>} bytes what the references take on the server's disk
 */
export async function measureServer(name, count, rounds, createStore, bytes) {
  const vectors = unitVectors(dimension, count + rounds + 2);
  const queries = vectors.splice(count);
  const references = vectors.map((vector, i) => ({ id: `r${i}`, label: `type-${i % 997}`, vector }));
  let gallery = await openGallery(createStore(), space);
  const memory = await createMemoryGallery(space);
  /** @type {number[]} */
  const registration = [];
  for (let i = 0; i < count; i += batch) {
    const part = references.slice(i, i + batch);
    registration.push(await timed(() => gallery.add(part)));
    await memory.add(part);
  }
  await gallery.close();
  const opening = await timed(async () => {
    gallery = await openGallery(createStore(), space);
  });
  let found = 0;
  const times = await interleave(
    {
      server: (round) =>
        timed(async () => {
          const [best] = await gallery.nearest(queries[round], top);
          const [truth] = await memory.nearest(queries[round], 1);
          if (best.id === truth.id) found++;
        }),
      memory: (round) => timed(() => memory.nearest(queries[round], top)),
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
    (found / (rounds + 1)).toFixed(2),
    ((1000 * batch) / median(registration)).toFixed(0),
    ((await bytes()) / count).toFixed(0),
    opening.toFixed(0),
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
  'open, ms',
  'labels, ms',
];
