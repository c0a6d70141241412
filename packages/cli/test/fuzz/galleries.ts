/** Gallery files and databases that somebody damaged, or made with care. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { exportGallery, importGallery } from '@docclf/gallery/snapshot';
import { createSqliteStore } from '@docclf/gallery-sqlite';
import { createMemoryGallery, type Gallery, openGallery } from '@docclf/node';
import { damaged, type Random } from './random.ts';

const space = { id: 'fuzz@1', dimension: 4 };
const axis = (i: number) => Float32Array.from({ length: 4 }, (_, j) => (j === i ? 1 : 0));
const references = Array.from({ length: 6 }, (_, i) => ({
  id: `r${i}`,
  label: `type/${i % 3}`,
  vector: axis(i % 4),
  metadata: { n: i },
  sourceHash: i % 2 === 0 ? null : `hash ${i}`,
  attachments: { thumbnail: new Uint8Array(20 + i) },
}));

/** Everything that reads, and a write. */
async function use(gallery: Gallery): Promise<void> {
  for await (const { id } of gallery.references()) await gallery.get(id);
  await gallery.labels();
  await gallery.nearest(axis(0), 3);
  await gallery.nearestLabels(axis(1), 3, { within: 'type' });
  await gallery.add([{ label: 'new', vector: axis(2) }]);
  await gallery.remove({ label: 'new' });
}

const values = [
  ...[
    '',
    '""',
    'null',
    '-1',
    '1e99',
    '9007199254740993',
    '[]',
    '{}',
    '"a//b"',
    '"."',
    '"\\u001b"',
    '"\\ud800"',
  ],
  ...['[0,1]', '[0,4294967296]', '{"__proto__":[0,1]}', '"2024-05-06T07:08:09.000Z"', '1.5', 'true'],
  ...[`"${'x'.repeat(5000)}"`, `${'['.repeat(5000)}${']'.repeat(5000)}`],
];

/** With a value of its header exchanged, and lengths and checksum that are right. */
function forged(file: Uint8Array, random: Random): Buffer {
  const view = Buffer.from(file);
  const end = 24 + view.readUInt32LE(12);
  const places = [...view.toString('latin1', 24, end).matchAll(/(?<=:)("[^"]*"|[\d.]+|null|\[[^\][]*\])/g)];
  const place = random.pick(places);
  const json = Buffer.from(
    view.toString('latin1', 24, 24 + place.index) +
      random.pick(values) +
      view.toString('latin1', 24 + place.index + place[0].length, end),
    'latin1',
  );
  const padding = Buffer.alloc((4 - (json.length % 4)) % 4, 0x20);
  const start = Buffer.from(view.subarray(0, 24));
  const body = view.subarray(end, -32);
  start.writeUInt32LE(json.length + padding.length, 12);
  start.writeBigUInt64LE(BigInt(24 + json.length + padding.length + body.length + 32), 16);
  const content = Buffer.concat([start, json, padding, body]);
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}

export async function galleryFileTarget() {
  const source = await createMemoryGallery(space);
  await source.add(references);
  const file = await exportGallery(source);
  return async (random: Random): Promise<unknown> => {
    const bytes = random.below(3) === 0 ? damaged(file, [file], random) : forged(file, random);
    const gallery = await createMemoryGallery(space);
    await importGallery(gallery, new Uint8Array(bytes));
    return use(gallery);
  };
}

export async function databaseTarget(path: (name: string) => string) {
  const made = path('sound.db');
  const gallery = await openGallery(createSqliteStore({ file: made }), space);
  await gallery.add(references);
  await gallery.close();
  const sound = readFileSync(made);
  const file = path('damaged.db');
  return async (random: Random): Promise<unknown> => {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(file + ending, { force: true });
    const bytes = Buffer.from(sound);
    for (let i = random.below(20); i >= 0; i--) bytes[random.below(bytes.length)] = random.below(256);
    writeFileSync(file, random.below(4) === 0 ? damaged(sound, [sound], random) : bytes);
    const gallery = await openGallery(createSqliteStore({ file, busyTimeout: 50 }), space);
    try {
      return await use(gallery);
    } finally {
      await gallery.close();
    }
  };
}
