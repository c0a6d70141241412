/** One atomic write. */
import { DocclfError, type Reference } from '@docclf/core';
import type { Committed, StoreChanges } from '@docclf/gallery';
import type { Connection, Query } from './connection.ts';
import { encodeVector } from './rows.ts';
import { assertVersion, type Names } from './schema.ts';

/** Rows in one statement, and bytes of attachments: what is sent at once must fit into memory several times. */
const statementRows = 1000;
const statementBytes = 8_000_000;

/** @throws REFERENCE_EXISTS, REFERENCE_NOT_FOUND, GALLERY_FILE_VERSION, GALLERY_LOCKED, STORE_* */
export async function commit(
  connection: Connection,
  names: Names,
  { remove = [], relabel = [], insert = [] }: StoreChanges,
): Promise<Committed> {
  let transaction = '';
  return connection.write(
    async (query) => {
      // Writers take turns by this row; who reads does not wait.
      const [state] = await query<Committed & { version: number; transaction: string }>(
        `UPDATE ${names.gallery} SET revision = revision + 1
         RETURNING version, pg_current_xact_id()::text AS transaction,
           (revision - 1)::text AS before, revision::text AS after`,
      );
      assertVersion(connection.gallery, state?.version ?? 0);
      transaction = state?.transaction ?? '';
      const difference = new Map<string, number>();
      const count = (label: string, by: number) => difference.set(label, (difference.get(label) ?? 0) + by);
      await removeAll(query, names, remove, count);
      await relabelAll(query, names, relabel, count);
      for (const part of partsOf(insert, statementRows)) await insertAll(query, names, part, count);
      await countLabels(query, names, difference);
      return { before: state!.before, after: state!.after };
    },
    () => transaction,
  );
}

type Count = (label: string, by: number) => void;

async function removeAll(query: Query, { reference }: Names, ids: readonly string[], count: Count) {
  if (ids.length === 0) return;
  const sql = `DELETE FROM ${reference} WHERE id = ANY($1::text[]) RETURNING label`;
  for (const { label } of await query<{ label: string }>(sql, ids)) count(label, -1);
}

async function relabelAll(
  query: Query,
  { reference }: Names,
  changes: readonly { readonly id: string; readonly label: string }[],
  count: Count,
) {
  if (changes.length === 0) return;
  const moved = await query<{ id: string; before: string; after: string }>(
    `UPDATE ${reference} r SET label = change.label
     FROM unnest($1::text[], $2::text[]) AS change (id, label), ${reference} old
     WHERE r.id = change.id AND old.key = r.key
     RETURNING r.id, old.label AS before, r.label AS after`,
    changes.map(({ id }) => id),
    changes.map(({ label }) => label),
  );
  const present = new Set(moved.map(({ id }) => id));
  const missing = changes.find(({ id }) => !present.has(id));
  if (missing) throw new DocclfError('REFERENCE_NOT_FOUND', { id: missing.id });
  for (const { before, after } of moved) {
    count(before, -1);
    count(after, 1);
  }
}

async function insertAll(query: Query, names: Names, references: readonly Reference[], count: Count) {
  const inserted = await query<{ key: string; id: string }>(
    `INSERT INTO ${names.reference} (id, label, source_hash, created_at, metadata, vector)
     SELECT id, label, source_hash, created_at, metadata, vector::${names.vector}.vector
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       AS new (id, label, source_hash, created_at, metadata, vector)
     ON CONFLICT (id) DO NOTHING RETURNING key::text, id`,
    references.map(({ id }) => id),
    references.map(({ label }) => label),
    references.map(({ sourceHash }) => sourceHash),
    references.map(({ createdAt }) => createdAt),
    references.map(({ metadata }) => JSON.stringify(metadata)),
    references.map(({ vector }) => encodeVector(vector)),
  );
  const keys = new Map(inserted.map(({ id, key }) => [id, key]));
  const refused = references.find(({ id }) => !keys.has(id));
  if (refused) {
    const sql = `SELECT label FROM ${names.reference} WHERE id = $1`;
    const [existing] = await query<{ label: string }>(sql, refused.id);
    throw new DocclfError('REFERENCE_EXISTS', { id: refused.id, label: existing!.label });
  }
  for (const { label } of references) count(label, 1);
  const attachments = references.flatMap(({ id, attachments }) =>
    Object.entries(attachments).map(([name, bytes]) => ({ key: keys.get(id)!, name, bytes })),
  );
  for (const part of partsOf(attachments, statementRows, ({ bytes }) => bytes.length)) {
    await query(
      `INSERT INTO ${names.attachment} (reference, name, bytes)
       SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])`,
      part.map(({ key }) => key),
      part.map(({ name }) => name),
      part.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    );
  }
}

async function countLabels(query: Query, { label }: Names, difference: ReadonlyMap<string, number>) {
  const changed = [...difference].filter(([, by]) => by !== 0);
  if (changed.length === 0) return;
  await query(
    `INSERT INTO ${label} AS known (label, number) SELECT * FROM unnest($1::text[], $2::bigint[])
     ON CONFLICT (label) DO UPDATE SET number = known.number + excluded.number`,
    changed.map(([name]) => name),
    changed.map(([, by]) => by),
  );
  if (changed.some(([, by]) => by < 0)) await query(`DELETE FROM ${label} WHERE number <= 0`);
}

/** In order, at most `rows` each, and no more than about `statementBytes`. */
function* partsOf<Item>(items: readonly Item[], rows: number, bytesOf: (item: Item) => number = () => 0) {
  let part: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (part.length === rows || bytes > statementBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(item);
    bytes += bytesOf(item);
  }
  if (part.length > 0) yield part;
}
