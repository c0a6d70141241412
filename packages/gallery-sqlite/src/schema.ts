/** The tables, and how they came to be: each release's schema is reached from the one before. */
import { DocclfError, type EmbeddingSpace } from '@docclf/core';
import { decodeText, type SqliteBlob } from './blob.ts';
import type { Connection } from './connection.ts';
import { assertOwnSchema } from './own-schema.ts';

/**
 * Step i leads from version i to version i + 1; 0 is a database without these tables. Steps are never
 * edited once they are released. Names start with docclf_, so that they may lie beside a user's own tables.
 *
 * `change` counts commits. A row has that of the commit that wrote it last, and `docclf_removal` the keys of
 * rows that are gone, nothing else of them: so a process that knows change n reads what came after, and no more.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE docclf_gallery (
    version INTEGER NOT NULL,
    space TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    change INTEGER NOT NULL
  );
  CREATE TABLE docclf_reference (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE COLLATE BINARY,
    label TEXT NOT NULL COLLATE BINARY,
    source_hash TEXT COLLATE BINARY,
    created_at TEXT NOT NULL,
    metadata TEXT NOT NULL,
    vector BLOB NOT NULL,
    change INTEGER NOT NULL
  );
  CREATE INDEX docclf_reference_label ON docclf_reference (label);
  CREATE INDEX docclf_reference_source ON docclf_reference (source_hash) WHERE source_hash IS NOT NULL;
  CREATE INDEX docclf_reference_change ON docclf_reference (change);
  CREATE TABLE docclf_attachment (
    reference INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE BINARY,
    bytes BLOB NOT NULL,
    PRIMARY KEY (reference, name)
  );
  CREATE TABLE docclf_removal (
    change INTEGER NOT NULL,
    key INTEGER NOT NULL,
    PRIMARY KEY (change, key)
  ) WITHOUT ROWID;
  `,
];

/** What every version says of itself. */
export interface Binding extends EmbeddingSpace {
  readonly version: number;
}

/** As in a gallery file. */
const maximumDimension = 2 ** 16;

/**
 * What the database is bound to, undefined when it has no gallery. Only inside a transaction.
 *
 * @throws GALLERY_FILE_FOREIGN when there are tables of somebody else and `foreign` is refused,
 *   GALLERY_FILE_CORRUPT
 */
export function readBinding(
  connection: Connection,
  foreign: 'accepted' | 'refused',
  steps = migrations,
): Binding | undefined {
  const { gallery } = connection;
  const names = connection
    .all<{ name: SqliteBlob }>("SELECT CAST(name AS BLOB) AS name FROM sqlite_master WHERE type = 'table'")
    .map(({ name }) => decodeText(name, gallery));
  if (!names.includes('docclf_gallery')) {
    if (names.length > 0 && foreign === 'refused') throw new DocclfError('GALLERY_FILE_FOREIGN', { gallery });
    return undefined;
  }
  const rows = connection.all<{ version: unknown; space: SqliteBlob; dimension: unknown }>(
    'SELECT version, CAST(space AS BLOB) AS space, dimension FROM docclf_gallery LIMIT 2',
  );
  const [row] = rows;
  const corrupt = (problem: string) => new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem });
  if (row === undefined || rows.length > 1) throw corrupt('its table of versions must have one row');
  const { version, dimension } = row;
  if (!isCount(version)) throw corrupt('its version is no number');
  if (!isCount(dimension) || dimension > maximumDimension) throw corrupt('its dimension is none');
  // A newer release's tables are its own affair.
  if (version <= steps.length) assertOwnSchema(connection, steps.slice(0, version));
  return { version, id: decodeText(row.space, gallery), dimension };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/**
 * Makes the tables, or brings them to the newest version, and returns the space they are bound to.
 * A gallery of another space is left as it is.
 *
 * @throws GALLERY_FILE_VERSION when a newer release wrote it, GALLERY_FILE_*, FILE_UNWRITABLE, GALLERY_LOCKED
 */
export async function bind(
  connection: Connection,
  space: EmbeddingSpace,
  foreign: 'accepted' | 'refused',
  steps: readonly string[] = migrations,
): Promise<EmbeddingSpace> {
  /** Undefined when there is something to be done. */
  const settled = (): Binding | undefined => {
    const binding = readBinding(connection, foreign, steps);
    if (!binding || (binding.version < steps.length && isSame(binding, space))) return undefined;
    assertVersion(connection, binding.version, steps.length);
    return binding;
  };
  const { id, dimension } =
    (await connection.read(settled)) ??
    (await connection.write(() => {
      // Again, since another process may have been here first.
      const done = settled();
      if (done) return done;
      const from = readBinding(connection, foreign, steps)?.version ?? 0;
      for (const step of steps.slice(from)) connection.exec(step);
      if (from === 0) {
        const sql = 'INSERT INTO docclf_gallery (version, space, dimension, change) VALUES (?, ?, ?, 0)';
        connection.run(sql, steps.length, space.id, space.dimension);
      } else connection.run('UPDATE docclf_gallery SET version = ?', steps.length);
      return space;
    }));
  return { id, dimension };
}

/**
 * Another process of a newer release may have migrated the gallery since it was opened.
 *
 * @throws GALLERY_FILE_VERSION
 */
export function assertVersion(connection: Connection, received: number, supported = migrations.length): void {
  if (received <= supported) return;
  throw new DocclfError('GALLERY_FILE_VERSION', { gallery: connection.gallery, supported, received });
}

/**
 * The number of the last commit. Only inside a transaction.
 *
 * @throws GALLERY_FILE_VERSION
 */
export function readChange(connection: Connection): number {
  const { version, change } = connection.get<{ version: number; change: number }>(
    'SELECT CAST(version AS INTEGER) AS version, CAST(change AS INTEGER) AS change FROM docclf_gallery',
  )!;
  assertVersion(connection, version);
  return change;
}

function isSame(a: EmbeddingSpace, b: EmbeddingSpace): boolean {
  return a.id === b.id && a.dimension === b.dimension;
}
