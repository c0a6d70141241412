/** The tables, and how they came to be: each release's schema is reached from the one before. */
import { DocclfError, type EmbeddingSpace } from '@docclf/core';
import { type Connection, type Query, quote } from './connection.ts';
import { extensionMissing } from './failures.ts';

/** Tables and the vector type as they are written in SQL: nothing depends on a connection's search_path. */
export interface Names {
  readonly gallery: string;
  readonly reference: string;
  readonly label: string;
  readonly attachment: string;
  /** The schema that the extension lies in, which differs between providers. */
  readonly vector: string;
}

/**
 * Step i leads from version i to version i + 1; 0 is a schema without these tables. Steps are never edited
 * once they are released. Names start with docclf_, so that they may lie beside a user's own tables.
 *
 * Metadata is text: `jsonb` refuses the escaped NUL that JSON allows. `docclf_label` is written in the same
 * transactions as the references, since counting them again takes as long as reading them.
 */
export const migrations: readonly ((names: Names, dimension: number) => string)[] = [
  ({ gallery, reference, label, attachment, vector }, dimension) => `
  CREATE TABLE ${gallery} (
    version int NOT NULL,
    space text NOT NULL,
    dimension int NOT NULL
  );
  CREATE TABLE ${reference} (
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    label text COLLATE "C" NOT NULL,
    source_hash text COLLATE "C",
    created_at text NOT NULL,
    metadata text NOT NULL,
    vector ${vector}.vector(${dimension}) NOT NULL
  );
  CREATE INDEX docclf_reference_label ON ${reference} (label);
  CREATE INDEX docclf_reference_source ON ${reference} (source_hash) WHERE source_hash IS NOT NULL;
  CREATE TABLE ${label} (
    label text COLLATE "C" PRIMARY KEY,
    number bigint NOT NULL
  );
  CREATE TABLE ${attachment} (
    reference bigint NOT NULL REFERENCES ${reference} (key) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (reference, name)
  );
  `,
  // Counts commits: whoever knows one reads nothing again before there is another.
  ({ gallery }) => `ALTER TABLE ${gallery} ADD COLUMN revision bigint NOT NULL DEFAULT 0`,
];

/** Any number: two processes that make the same gallery must not do so at once. */
const creationLock = 4_021_947_106;

/** What every version says of itself. */
export interface Binding extends EmbeddingSpace {
  readonly version: number;
}

/**
 * Makes the tables, or brings them to the newest version, and returns the space they are bound to.
 * A gallery of another space is left as it is.
 *
 * @throws GALLERY_FILE_VERSION when a newer release wrote it, STORE_REQUIREMENT_MISSING, STORE_*, GALLERY_LOCKED
 */
export async function bind(
  connection: Connection,
  schema: string,
  space: EmbeddingSpace,
  index: 'none' | 'hnsw',
  steps = migrations,
): Promise<{ names: Names; bound: EmbeddingSpace }> {
  const done = await connection.session(async (query) => {
    const extension = await findExtension(query);
    if (extension === undefined) return undefined;
    const names = namesIn(schema, extension);
    const binding = await readBinding(query, connection, names, steps.length);
    if (!binding) return undefined;
    const settled =
      !isSame(binding, space) ||
      (binding.version === steps.length && (index === 'none' || (await hasGraph(query, names))));
    return settled ? { names, bound: spaceOf(binding) } : undefined;
  });
  if (done) return done;
  return connection.write(async (query) => {
    await query('SELECT pg_advisory_xact_lock($1)', creationLock);
    const [{ encoding }] = (await query<{ encoding: string }>(
      "SELECT current_setting('server_encoding') AS encoding",
    )) as [{ encoding: string }];
    if (encoding !== 'UTF8') {
      const requirement = `a database in UTF8, not ${encoding}: create it with ENCODING 'UTF8'`;
      throw new DocclfError('STORE_REQUIREMENT_MISSING', { store: 'pgvector', requirement });
    }
    const extension = (await findExtension(query)) ?? (await createExtension(query));
    const names = namesIn(schema, extension);
    const binding = await readBinding(query, connection, names, steps.length);
    if (binding && !isSame(binding, space)) return { names, bound: spaceOf(binding) };
    const [present] = await query('SELECT 1 FROM pg_namespace WHERE nspname = $1', schema);
    // Not IF NOT EXISTS, which asks for the right to create one that is there.
    if (!present) await query(`CREATE SCHEMA ${quote(schema)}`);
    const from = binding?.version ?? 0;
    for (const step of steps.slice(from)) await query(step(names, space.dimension));
    if (from === 0) {
      const sql = `INSERT INTO ${names.gallery} (version, space, dimension) VALUES ($1, $2, $3)`;
      await query(sql, steps.length, space.id, space.dimension);
    } else await query(`UPDATE ${names.gallery} SET version = $1`, steps.length);
    if (index === 'hnsw' && !(await hasGraph(query, names))) {
      await query(
        `CREATE INDEX docclf_reference_hnsw ON ${names.reference} USING hnsw (vector ${names.vector}.vector_ip_ops)`,
      );
    }
    return { names, bound: space };
  });
}

/**
 * The gallery in a schema, undefined when there is none.
 *
 * @throws GALLERY_FILE_VERSION, GALLERY_FILE_CORRUPT
 */
export async function readBinding(
  query: Query,
  { gallery }: Pick<Connection, 'gallery'>,
  names: Pick<Names, 'gallery'>,
  supported = migrations.length,
): Promise<Binding | undefined> {
  const [table] = await query<{ found: boolean }>(
    'SELECT to_regclass($1) IS NOT NULL AS found',
    names.gallery,
  );
  if (!table?.found) return undefined;
  const [row] = await query<Binding>(`SELECT version, space AS id, dimension FROM ${names.gallery}`);
  if (!row)
    throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery, problem: 'its table of versions is empty' });
  assertVersion(gallery, row.version, supported);
  return row;
}

/** @throws GALLERY_FILE_VERSION when a newer release has changed the tables */
export function assertVersion(gallery: string, received: number, supported = migrations.length): void {
  if (received > supported) throw new DocclfError('GALLERY_FILE_VERSION', { gallery, supported, received });
}

function namesIn(schema: string, extension: string): Names {
  const table = (name: string) => `${quote(schema)}.docclf_${name}`;
  return {
    gallery: table('gallery'),
    reference: table('reference'),
    label: table('label'),
    attachment: table('attachment'),
    vector: quote(extension),
  };
}

/** The schema that pgvector lies in. */
async function findExtension(query: Query): Promise<string | undefined> {
  const [row] = await query<{ name: string }>(
    "SELECT nspname AS name FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'vector'",
  );
  return row?.name;
}

async function createExtension(query: Query): Promise<string> {
  try {
    await query('CREATE EXTENSION vector');
  } catch (error) {
    throw extensionMissing(error);
  }
  return (await findExtension(query))!;
}

async function hasGraph(query: Query, { reference }: Names): Promise<boolean> {
  const [row] = await query(
    `SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = $1::regclass AND c.relname = 'docclf_reference_hnsw' AND i.indisvalid`,
    reference,
  );
  return row !== undefined;
}

function isSame(a: EmbeddingSpace, b: EmbeddingSpace): boolean {
  return a.id === b.id && a.dimension === b.dimension;
}

function spaceOf({ id, dimension }: Binding): EmbeddingSpace {
  return { id, dimension };
}
