/** One atomic write, out of a database that has no transactions: each commit is one request. */
import { DocclfError, type Reference } from '@docclf/core';
import type { StoreChanges } from '@docclf/gallery';
import type { Client, Metadata, Records } from './client.ts';
import { documentOf, embeddingOf, metadataOf, pathOf, replacing } from './records.ts';
import type { Revisions } from './revisions.ts';

/** Of records that are gone for every reader, and not yet removed. */
const tombstone: Metadata = { removed: true };

interface Change {
  readonly id: string;
  readonly metadata: Metadata;
  readonly embedding?: readonly number[];
  readonly document?: string;
}

/**
 * Chroma adds, changes or removes any number of records in one request, all or none, but not all three in one.
 * So what is removed beside an insertion is first marked, in the same request as the insertion, and removed
 * in a second one, which may fail without harm: marked records are seen by nobody.
 *
 * @throws REFERENCE_EXISTS, REFERENCE_NOT_FOUND, STORE_*
 */
export async function commit(
  client: Client,
  collection: string,
  revisions: Revisions,
  changes: StoreChanges,
): Promise<void> {
  const { remove = [], relabel = [], insert = [] } = changes;
  const moved = new Set(relabel.map(({ id }) => id));
  const inserted = new Set(insert.map(({ id }) => id));
  const touched = [...new Set([...remove, ...moved, ...inserted])];
  if (touched.length === 0) return;
  const record = await revisions.begin();
  const records = await readRecords(client, collection, touched, moved.size > 0 && insert.length > 0);
  const known = new Map([...records].filter(([, { metadata }]) => metadata.removed !== true));
  check(changes, known);
  const gone = remove.filter((id) => known.has(id) && !inserted.has(id));
  if (gone.length + relabel.length + insert.length === 0) return;
  const labels = [
    ...[...known.values()].map(({ metadata }) => String(metadata.label)),
    ...relabel.map(({ label }) => label),
    ...insert.map(({ label }) => label),
  ];
  await record(labels, () => write(client, collection, changes, records, known, gone));
}

async function write(
  client: Client,
  collection: string,
  { relabel = [], insert = [] }: StoreChanges,
  records: ReadonlyMap<string, Known>,
  known: ReadonlyMap<string, Known>,
  gone: readonly string[],
): Promise<void> {
  const name = crypto.randomUUID();
  if (insert.length === 0 && relabel.length === 0) {
    await client.write(collection, 'delete', { ids: gone });
    return;
  }
  const written: Change[] = insert.map((reference) => ({
    id: reference.id,
    metadata: replacing(records.get(reference.id)?.metadata, metadataOf(reference, name)),
    embedding: embeddingOf(reference.vector),
    document: documentOf(reference),
  }));
  for (const { id, label } of relabel) {
    const { metadata, embedding, document } = known.get(id)!;
    const path = Object.fromEntries(
      Object.keys(metadata).flatMap((key) => (/^in\d/.test(key) ? [[key, null]] : [])),
    );
    const renamed = { ...path, label, ...pathOf(label), commit: name };
    written.push({ id, metadata: renamed, ...(embedding && { embedding, document: document! }) });
  }
  if (gone.length > 0) {
    const [anywhere] = insert[0] ? [embeddingOf(insert[0].vector)] : [undefined];
    for (const id of gone) {
      const metadata = replacing(known.get(id)?.metadata, tombstone);
      written.push({ id, metadata, ...(anywhere && { embedding: anywhere, document: '' }) });
    }
  }
  if (insert.length === 0) await client.write(collection, 'update', bodyOf(written));
  // Also over a record that is marked as removed, which an addition would pass over.
  else if (written.some(({ id }) => records.has(id)))
    await client.write(collection, 'upsert', bodyOf(written));
  else await add(client, collection, insert, name, written);
  if (gone.length > 0) await client.write(collection, 'delete', { where: tombstone }).catch(() => {});
}

/**
 * Chroma passes over ids that are there, in silence. Whether another process was first is asked afterwards, by
 * the name of the write; then what was added beside is taken back.
 */
async function add(
  client: Client,
  collection: string,
  references: readonly Reference[],
  name: string,
  written: readonly Change[],
): Promise<void> {
  const mine = () => client.ask<Records>(collection, 'get', { where: { commit: name }, include: [] });
  try {
    await client.write(collection, 'add', bodyOf(written));
  } catch (error) {
    // The answer may be lost, and not the write.
    if (!DocclfError.is(error, 'STORE_UNREACHABLE')) throw error;
    const { ids } = await mine().catch(() => ({ ids: [] }));
    if (ids.length !== references.length) throw error;
    return;
  }
  const ids = new Set((await mine()).ids);
  const refused = references.find(({ id }) => !ids.has(id));
  if (!refused) return;
  await client.write(collection, 'delete', { where: { commit: name } });
  const { metadatas } = await client.ask<Records>(collection, 'get', {
    ids: [refused.id],
    include: ['metadatas'],
  });
  throw new DocclfError('REFERENCE_EXISTS', {
    id: refused.id,
    label: String(metadatas?.[0]?.label ?? refused.label),
  });
}

interface Known {
  readonly metadata: Metadata;
  readonly embedding: readonly number[] | undefined;
  readonly document: string | undefined;
}

/** What is there of the ids, marked ones too, with their vectors only if they must be sent again. */
async function readRecords(client: Client, collection: string, ids: readonly string[], whole: boolean) {
  const include = whole ? ['metadatas', 'embeddings', 'documents'] : ['metadatas'];
  const records = await client.ask<Records>(collection, 'get', { ids, include });
  const known = new Map<string, Known>();
  records.ids.forEach((id, i) => {
    const metadata = records.metadatas?.[i] ?? {};
    known.set(id, {
      metadata,
      embedding: records.embeddings?.[i],
      document: records.documents?.[i] ?? undefined,
    });
  });
  return known;
}

function check(
  { remove = [], relabel = [], insert = [] }: StoreChanges,
  known: ReadonlyMap<string, Known>,
): void {
  const gone = new Set(remove);
  for (const { id } of relabel) {
    if (!known.has(id) || gone.has(id)) throw new DocclfError('REFERENCE_NOT_FOUND', { id });
  }
  for (const { id } of insert) {
    const existing = known.get(id);
    if (existing && !gone.has(id)) {
      throw new DocclfError('REFERENCE_EXISTS', { id, label: String(existing.metadata.label) });
    }
  }
}

function bodyOf(changes: readonly Change[]) {
  return {
    ids: changes.map(({ id }) => id),
    metadatas: changes.map(({ metadata }) => metadata),
    ...(changes[0]?.embedding && {
      embeddings: changes.map(({ embedding }) => embedding),
      documents: changes.map(({ document }) => document),
    }),
  };
}
