/** Chroma's HTTP API, version 2, as far as it is used: one request is one question or one atomic write. */
import { DocclfError } from '@docclf/core';
import { areRecords } from './answers.ts';
import type { Settings } from './options.ts';

const store = 'chroma';

/** Milliseconds between two looks at an index that is being made, and in all. */
const indexingWait = 25;
const indexingPatience = 5000;

type Method = 'GET' | 'POST' | 'PUT';

export type Metadata = Readonly<Record<string, string | number | boolean | null>>;
export type Where = Readonly<Record<string, unknown>>;

/** What Chroma keeps of a record; what was not asked for is null. */
export interface Records {
  readonly ids: readonly string[];
  readonly metadatas?: readonly (Metadata | null)[] | null;
  readonly documents?: readonly (string | null)[] | null;
  readonly embeddings?: readonly (readonly number[])[] | null;
}

export interface CollectionInfo {
  readonly id: string;
  readonly metadata: Metadata | null;
}

export interface Client {
  /** Undefined where there is none of this name; by default the gallery's. */
  findCollection(name?: string): Promise<CollectionInfo | undefined>;
  /** Undefined when somebody else made it just now. */
  createCollection(
    metadata: Metadata,
    configuration: unknown,
    name?: string,
  ): Promise<CollectionInfo | undefined>;
  /** Replaces what a collection says of itself. */
  describeCollection(id: string, metadata: Metadata): Promise<void>;
  /** Questions that change nothing: asked again when the connection turns out to be dead. */
  ask<Answer>(collection: string, operation: 'get' | 'query', body: unknown): Promise<Answer>;
  write(collection: string, operation: 'add' | 'upsert' | 'update' | 'delete', body: unknown): Promise<void>;
  /** Most records of one request. */
  maximumBatch(): Promise<number>;
}

/** An answer that is no success. */
class ChromaError extends Error {
  override readonly name = 'ChromaError';
  readonly status: number;
  constructor(status: number, path: string, said: string) {
    super(`${path} was answered with ${status}: ${said}`);
    this.status = status;
  }
}

/** @throws from all: STORE_UNREACHABLE, STORE_ACCESS_DENIED, STORE_REQUIREMENT_MISSING */
export function createClient(settings: Settings): Client {
  const { base, collection } = settings;

  const request = <Answer>(method: Method, address: string, body?: unknown) =>
    send<Answer>(settings, method, address, body);

  async function translated<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      throw translate(error, settings);
    }
  }

  /** A connection that is kept may have died unnoticed, as it does when the server is started again. */
  const patiently = <Answer>(work: () => Promise<Answer>) =>
    translated(() =>
      work().catch((error) => {
        if (isLost(error) && !isTimeout(error)) return work();
        throw error;
      }),
    );

  const named = (name: string) => `${base}/collections/${encodeURIComponent(name)}`;

  return {
    findCollection: (name = collection) =>
      patiently(async () => {
        try {
          return assertCollection(await request<CollectionInfo>('GET', named(name)));
        } catch (error) {
          if (!isStatus(error, 404)) throw error;
          // Chroma says the same of a collection, a database and a server that is none.
          await request('GET', base).catch((cause) => {
            throw isStatus(cause, 404) ? missingDatabase(cause, settings) : cause;
          });
          return undefined;
        }
      }),
    createCollection: (metadata, configuration, name = collection) =>
      translated(async () => {
        try {
          const body = { name, metadata, configuration, get_or_create: false };
          return assertCollection(await request<CollectionInfo>('POST', `${base}/collections`, body));
        } catch (error) {
          if (isStatus(error, 409)) return undefined;
          throw error;
        }
      }),
    describeCollection: (id, metadata) =>
      translated(async () => {
        await request('PUT', `${base}/collections/${id}`, { new_metadata: metadata });
      }),
    ask: <Answer>(id: string, operation: 'get' | 'query', body: unknown) =>
      patiently(async () => {
        for (let waited = 0; ; waited += indexingWait) {
          try {
            const address = `${base}/collections/${id}/${operation}`;
            const answer = await request<Answer>('POST', address, body);
            if (areRecords(operation, answer)) return answer;
            throw new ChromaError(200, new URL(address).pathname, 'no records');
          } catch (error) {
            if (!isNotIndexedYet(error) || waited >= indexingPatience) throw error;
            await new Promise((resolve) => setTimeout(resolve, indexingWait));
          }
        }
      }),
    write: (id, operation, body) =>
      translated(async () => {
        await request('POST', `${base}/collections/${id}/${operation}`, body);
      }),
    maximumBatch: () =>
      patiently(async () => {
        const address = `${base.slice(0, base.indexOf('/tenants/'))}/pre-flight-checks`;
        const found = await request<{ max_batch_size: number } | null>('GET', address);
        if (Number.isInteger(found?.max_batch_size)) return found!.max_batch_size;
        throw new ChromaError(200, new URL(address).pathname, 'no limit');
      }),
  };
}

function assertCollection(found: CollectionInfo | null | undefined): CollectionInfo {
  if (
    typeof found?.id === 'string' &&
    typeof (found.metadata ?? null) === 'object' &&
    !Array.isArray(found.metadata)
  )
    return found;
  throw new ChromaError(200, '/collections', 'no collection');
}

async function send<Answer>(
  { headers, timeout }: Settings,
  method: Method,
  address: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(address, {
    method,
    headers,
    // Another host would be sent the token and the references.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await readText(response, response.ok ? longestAnswer : longestComplaint);
  const path = new URL(address).pathname;
  if (!response.ok) throw new ChromaError(response.status, path, text.slice(0, 300));
  try {
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  } catch {
    throw new ChromaError(response.status, path, `no JSON: ${text.slice(0, 100)}`);
  }
}

/** Bytes. The longest text that JavaScript has is not much longer; what is endless shall not fill the memory. */
const longestAnswer = 2 ** 28;
/** Bytes of an answer that is no success, of which a message shows the beginning. */
const longestComplaint = 2 ** 16;

async function readText({ body }: Response, maximumBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    // Leaving the loop ends the connection.
    if (length > maximumBytes) throw new Error(`The answer has more than ${maximumBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * True for a look at vectors whose index is just being made by the first write of a collection: the server does
 * not wait for itself, and fails.
 */
function isNotIndexedYet(error: unknown): boolean {
  if (!isStatus(error, 500)) return false;
  // The second while another process removes what a listing has named.
  return ['Nothing found on disk', 'Error finding id'].some((text) => error.message.includes(text));
}

function isStatus(error: unknown, ...statuses: readonly number[]): error is ChromaError {
  return error instanceof ChromaError && statuses.includes(error.status);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

/** No answer. `fetch` reports everything about the network as a TypeError with a cause. */
function isLost(error: unknown): boolean {
  if (isTimeout(error) || isStatus(error, 502, 503, 504)) return true;
  return error instanceof TypeError && error.cause instanceof Error;
}

function missingDatabase(cause: unknown, { tenant, database, address }: Settings): DocclfError {
  const requirement = `database ${database} of tenant ${tenant} in a Chroma server of version 1 at ${address}: create it, or check the address`;
  return new DocclfError('STORE_REQUIREMENT_MISSING', { store, requirement }, { cause });
}

function translate(cause: unknown, { address }: Settings): unknown {
  if (DocclfError.is(cause)) return cause;
  if (isLost(cause)) return new DocclfError('STORE_UNREACHABLE', { store, address }, { cause });
  if (isStatus(cause, 401, 403)) return new DocclfError('STORE_ACCESS_DENIED', { store, address }, { cause });
  if (isStatus(cause, 200)) {
    const requirement = `a Chroma server at ${address}, where something else answers`;
    return new DocclfError('STORE_REQUIREMENT_MISSING', { store, requirement }, { cause });
  }
  return cause;
}
