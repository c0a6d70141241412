/**
 * What does it cost to know how many references a gallery has, and does anything else stop a process?
 *
 * A classification asks for the labels of the gallery while it searches: the named alternative is the same search without
 * that question, neither with an image before it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore, openGallery } from '@docclf/gallery';
import { createChromaStore } from '@docclf/gallery-chroma';
import { createPgvectorStore } from '@docclf/gallery-pgvector';
import { createSqliteStore } from '@docclf/gallery-sqlite';
import { createFileStore } from '@docclf/node';
import { interleave, timed } from './lib/interleave.js';
import { gaussianFrom, randomFrom } from './lib/random.js';
import { printHeading, printTable, ratioText } from './lib/report.js';
import { startChroma, startPostgres } from './lib/servers.js';
import { median, pairedRatio } from './lib/statistics.js';

const dimension = 256;
const space = { id: 'bench@1', dimension };
const labels = 6;
const rounds = Number(process.argv[2] ?? 15);
const count = Number(process.argv[3] ?? 20_000);
/** Which stores; all by default. */
const only = process.argv.slice(4);
const batch = 1000;
/** Searches of one measurement: one alone is shorter than what else the machine does. */
const repeats = 10;

const folder = mkdtempSync(join(tmpdir(), 'docclf-bench-'));
const gaussian = gaussianFrom(randomFrom(1));
const probes = Array.from({ length: rounds + 1 }, unitVector);

/** @type {Record<string, () => Promise<{ open: () => import('@docclf/gallery').GalleryStore, end: () => unknown }>>} */
const stores = {
  memory: async () => ({ open: createMemoryStore, end: () => {} }),
  file: async () => ({ open: () => createFileStore(join(folder, 'a.docclf')), end: () => {} }),
  sqlite: async () => ({ open: () => createSqliteStore({ file: join(folder, 'a.db') }), end: () => {} }),
  pgvector: async () => {
    const { url, remove } = await startPostgres();
    return { open: () => createPgvectorStore({ url }), end: remove };
  },
  chroma: async () => {
    const { url, remove } = await startChroma();
    return { open: () => createChromaStore({ url }), end: remove };
  },
};

printHeading(`Counting labels at each search: ${count.toLocaleString('en')} references, ${labels} labels`);
/** @type {string[][]} */
const rows = [];
try {
  for (const [name, start] of Object.entries(stores)) {
    if (only.length > 0 && !only.includes(name)) continue;
    rows.push([name, ...(await measure(await start()))]);
  }
} finally {
  rmSync(folder, { recursive: true });
}
printTable(
  [
    'store',
    'search ms',
    'with the count / without',
    'first after opening ms',
    'after the write of another ms',
  ],
  rows,
);
if (only.length === 0) await measureMemory();

/** @param {{ open: () => import('@docclf/gallery').GalleryStore, end: () => unknown }} place */
async function measure({ open, end }) {
  let gallery = await openGallery(open(), space);
  const references = makeReferences(count);
  const size = gallery.store.name === 'chroma' ? batch : count;
  for (let i = 0; i < count; i += size) await gallery.add(references.slice(i, i + size));
  const { persistent } = gallery.store.capabilities;
  /** @param {number} round */
  const search = async (round) => void (await gallery.nearestLabels(probes[round], labels));
  /** @param {number} round */
  const counted = async (round) => {
    // At once, as a classification asks.
    await Promise.all([gallery.labels(), search(round)]);
  };
  let first = 0;
  let afterOther = 0;
  if (persistent) {
    await gallery.close();
    gallery = await openGallery(open(), space);
    first = await timed(() => counted(0));
    const other = await openGallery(open(), space);
    await other.add([{ id: 'other', label: 'type-0', vector: unitVector() }]);
    afterOther = await timed(() => counted(1));
    await other.close();
  }
  const times = await interleave(
    {
      counted: (round) => timed(() => repeat(() => counted(round))),
      plain: (round) => timed(() => repeat(() => search(round))),
    },
    { rounds, warmUp: 1 },
  );
  await gallery.close();
  await end();
  return [
    (median(times.plain) / repeats).toFixed(1),
    ratioText(pairedRatio(times.counted, times.plain)).replace('half of the rounds between ', ''),
    persistent ? first.toFixed(0) : '',
    persistent ? afterOther.toFixed(0) : '',
  ];
}

/** @param {() => Promise<void>} work */
async function repeat(work) {
  for (let i = 0; i < repeats; i++) await work();
}

/** What else must not cost seconds, in memory. */
async function measureMemory() {
  const gallery = await openGallery(createMemoryStore(), space);
  const many = makeReferences(100_000);
  let longest = 0;
  let busiest = 0;
  let last = performance.now();
  let used = process.cpuUsage();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    const { user, system } = process.cpuUsage(used);
    busiest = Math.max(busiest, (user + system) / 1000);
    last = performance.now();
    used = process.cpuUsage();
  }, 1);
  const added = await timed(() => gallery.add(many));
  clearInterval(timer);
  const query = probes[0];
  const absent = Array.from({ length: 30_000 }, (_, i) => `absent/${i}`);
  const plain = await timed(() => gallery.nearestLabels(query, labels));
  const several = await timed(() => gallery.nearestLabels(query, labels, { within: absent }));
  const all = await timed(() => gallery.nearestLabels(query, 100_000));
  // One label of 50,000 near the probe, by the store's own way and by ever more neighbours.
  const crowd = makeReferences(50_000).map((one) => ({
    ...one,
    id: `c${one.id}`,
    label: 'crowd',
    vector: near(query),
  }));
  await gallery.add(crowd);
  const memory = createMemoryStore();
  const widening = await openGallery(
    { ...memory, capabilities: { ...memory.capabilities, distinct: false } },
    space,
  );
  await widening.add([...many, ...crowd]);
  const own = [];
  const wide = [];
  for (let i = 0; i < 3; i++) {
    own.push(await timed(() => gallery.nearestLabels(query, labels)));
    wide.push(await timed(() => widening.nearestLabels(query, labels)));
  }
  printTable(
    ['in memory', 'ms'],
    [
      ['100,000 references added', added.toFixed(0)],
      ['longest wait of the event loop meanwhile', longest.toFixed(0)],
      // What other programs take of the machine is not in it; the collector's threads are.
      ['most processor time between two of its turns', busiest.toFixed(0)],
      ['the nearest 6 labels of them', plain.toFixed(1)],
      ['within 30,000 labels that are not there', several.toFixed(1)],
      ['the nearest 100,000 labels', all.toFixed(1)],
      ['one label of 50,000 near the probe', median(own).toFixed(1)],
      ['the same without `distinct`', median(wide).toFixed(1)],
    ],
  );
}

/** @param {number} number */
function makeReferences(number) {
  return Array.from({ length: number }, (_, i) => ({
    id: `r${i}`,
    label: `type-${i % 997}`,
    vector: unitVector(),
  }));
}

function unitVector() {
  const vector = Float32Array.from({ length: dimension }, gaussian);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

/** @param {Float32Array} query */
function near(query) {
  const other = unitVector();
  const mixed = query.map((value, i) => value + 0.3 * other[i]);
  const norm = Math.hypot(...mixed);
  return mixed.map((value) => value / norm);
}
