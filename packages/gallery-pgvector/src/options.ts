/** What a user hands over: the address of a server, or a pool of connections to it. */
import { DocclfError } from '@docclf/core';
import { anything, checkOptions, describe, type OptionTable } from '@docclf/core/implementer';
import type { PgPool } from './pool.ts';

/** `none`: every search compares with every vector. `hnsw`: a graph index that may miss some. */
export type PgvectorIndex = 'none' | 'hnsw';

interface Common {
  /** The PostgreSQL schema that the gallery's tables lie in, made when it is missing. Default: `docclf`. */
  readonly schema?: string | undefined;
  /** Default: `none`, whose answers are exact. */
  readonly index?: PgvectorIndex | undefined;
  /**
   * How many candidates a search of the `hnsw` index keeps, 1 to 1000: more finds more and takes longer.
   * Default: 100.
   */
  readonly efSearch?: number | undefined;
  /** Milliseconds to wait for another process that writes, then GALLERY_LOCKED. Default: 10,000. */
  readonly lockTimeout?: number | undefined;
  /**
   * Milliseconds to wait for a connection and for the answer to each question, then STORE_UNREACHABLE. A statement that
   * writes has four times as long and `lockTimeout`, one that rewrites a table 240 times. Default: 15,000.
   */
  readonly timeout?: number | undefined;
}

/**
 * `url`: `postgres://user:password@host:5432/database`, with `?schema=…&index=hnsw` if wanted; the store
 * makes a pool and closes it. `pool`: a `Pool` of `pg`, which stays open.
 */
export type PgvectorStoreOptions = Common &
  (
    | { readonly url: string | URL; readonly pool?: undefined }
    | { readonly pool: PgPool; readonly url?: undefined }
  );

const storeOptions: OptionTable<PgvectorStoreOptions> = {
  url: anything,
  pool: anything,
  schema: anything,
  index: anything,
  efSearch: anything,
  lockTimeout: anything,
  timeout: anything,
};

export interface Settings {
  /** Undefined when a pool was handed over. */
  readonly url: string | undefined;
  readonly pool: PgPool | undefined;
  readonly schema: string;
  readonly index: PgvectorIndex;
  readonly efSearch: number;
  readonly lockTimeout: number;
  readonly timeout: number;
  /** Where the server is, without a password: for messages. */
  readonly address: string;
}

/** A day: timers cannot count much further. */
const longestTimeout = 86_400_000;

/** @throws INVALID_ARGUMENT */
export function settingsOf(options: PgvectorStoreOptions): Settings {
  const { url: text, pool } = checkOptions('createPgvectorStore', options, storeOptions);
  if ((text === undefined) === (pool === undefined)) {
    throw invalid('options', '{ url } with an address, or { pool } with a Pool of pg', describe(options));
  }
  const url = text === undefined ? undefined : parseUrl(text);
  const schema = options.schema ?? takeParameter(url, 'schema') ?? 'docclf';
  const index = options.index ?? takeParameter(url, 'index') ?? 'none';
  const { efSearch = 100, lockTimeout = 10_000, timeout = 15_000 } = options;
  // PostgreSQL would cut a longer name, and two galleries could become one.
  if (!/^[^\0]+$/.test(schema) || Buffer.byteLength(schema) > 63) {
    throw invalid('schema', 'a name of 1 to 63 bytes', describe(schema));
  }
  if (index !== 'none' && index !== 'hnsw') throw invalid('index', "'none' or 'hnsw'", describe(index));
  if (!Number.isInteger(efSearch) || efSearch < 1 || efSearch > 1000) {
    throw invalid('efSearch', 'a whole number from 1 to 1000', describe(efSearch));
  }
  if (!Number.isInteger(lockTimeout) || lockTimeout < 1) {
    throw invalid('lockTimeout', 'a positive whole number', describe(lockTimeout));
  }
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > longestTimeout) {
    throw invalid('timeout', `a whole number from 1 to ${longestTimeout}`, describe(timeout));
  }
  return {
    url: url?.href,
    pool,
    schema,
    index,
    efSearch,
    lockTimeout,
    timeout,
    address: url ? `${url.host}${url.pathname}` : 'the pool',
  };
}

function parseUrl(text: string | URL): URL {
  try {
    const url = new URL(text);
    if (/^postgres(ql)?:$/.test(url.protocol)) return url;
  } catch {
    // Said below; the text may hold a password.
  }
  throw invalid('url', 'postgres://user:password@host:5432/database', 'another text');
}

/** What is ours is not passed on to the server. */
function takeParameter(url: URL | undefined, name: string): string | undefined {
  const value = url?.searchParams.get(name) ?? undefined;
  url?.searchParams.delete(name);
  return value;
}

function invalid(argument: string, expected: string, received: string): DocclfError {
  return new DocclfError('INVALID_ARGUMENT', { argument, expected, received });
}
