/** What is used of a pool of connections: the types of `pg` have more, and would bind users to its version. */

/** What `pg` returns for a query; of the rows each statement knows its own columns. */
export interface PgResult {
  // biome-ignore lint/suspicious/noExplicitAny: as in the types of pg
  readonly rows: any[];
}

/** The members used of a connection. */
export interface PgClient {
  query(sql: string, values?: unknown[]): Promise<PgResult>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  release(error?: Error | boolean): void;
}

/** The members used of a pool: those of `Pool` of `pg`. */
export interface PgPool {
  connect(): Promise<PgClient>;
}
