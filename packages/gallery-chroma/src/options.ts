/** Where the server is, and which of its collections is meant. */
import { DocclfError } from '@docclf/core';
import { anything, checkOptions, describe, type OptionTable, text } from '@docclf/core/implementer';

export interface ChromaStoreOptions {
  /**
   * `http://host:8000/collection` or `https://…`; `chroma://` and `chromas://` mean the same. A user and password
   * in it are sent as HTTP's basic authentication; `?tenant=…&database=…` as below.
   */
  readonly url: string | URL;
  /** Sent as `X-Chroma-Token`, which Chroma Cloud asks for. Default: none. */
  readonly token?: string | undefined;
  /** Default: `default_tenant`. */
  readonly tenant?: string | undefined;
  /** Default: `default_database`. */
  readonly database?: string | undefined;
  /** Milliseconds to wait for an answer, then STORE_UNREACHABLE. Default: 60,000. */
  readonly timeout?: number | undefined;
}

const storeOptions: OptionTable<ChromaStoreOptions> = {
  url: anything,
  token: text,
  tenant: text,
  database: text,
  timeout: anything,
};

export interface Settings {
  /** The address of the database in Chroma's API, without a slash at its end. */
  readonly base: string;
  readonly tenant: string;
  readonly database: string;
  readonly collection: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: number;
  /** Where the server is, without a password: for messages. */
  readonly address: string;
}

/** As Chroma wants them. */
const collectionName = /^[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]$/;

/** @throws INVALID_ARGUMENT */
export function settingsOf(options: ChromaStoreOptions): Settings {
  const url = parseUrl(checkOptions('createChromaStore', options, storeOptions).url);
  const { token, timeout = 60_000 } = options;
  const tenant = options.tenant ?? url.searchParams.get('tenant') ?? 'default_tenant';
  const database = options.database ?? url.searchParams.get('database') ?? 'default_database';
  const path = url.pathname.split('/').filter((part) => part !== '');
  const collection = decoded(path.pop() ?? 'docclf');
  if (!collectionName.test(collection)) {
    throw invalid(
      'url',
      'a collection of 3 to 512 letters, digits, dots, dashes and underscores',
      collection,
    );
  }
  if (!Number.isInteger(timeout) || timeout < 1) {
    throw invalid('timeout', 'a positive whole number', describe(timeout));
  }
  const server = [url.origin, ...path].join('/');
  const part = encodeURIComponent;
  const login = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    base: `${server}/api/v2/tenants/${part(tenant)}/databases/${part(database)}`,
    tenant,
    database,
    collection,
    headers: {
      'content-type': 'application/json',
      ...(login !== ':' && { authorization: `Basic ${Buffer.from(login).toString('base64')}` }),
      ...(token !== undefined && { 'x-chroma-token': token }),
    },
    timeout,
    address: [url.host, ...path, collection].join('/'),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not shown: it may be a password.
    throw invalid('url', 'an address in which % is written %25', 'a % that encodes nothing');
  }
}

function parseUrl(text: string | URL): URL {
  try {
    // Other schemes than HTTP's have no origin.
    const url = new URL(String(text).replace(/^chroma(s?):/i, 'http$1:'));
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // Said below; the text may hold a password.
  }
  throw invalid('url', 'http://host:8000/collection', 'another text');
}

function invalid(argument: string, expected: string, received: string): DocclfError {
  return new DocclfError('INVALID_ARGUMENT', { argument, expected, received });
}
