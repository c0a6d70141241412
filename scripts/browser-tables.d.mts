/** What a browser did, of the journey that all of them make. */
export interface BrowserRow {
  readonly browser: string;
  readonly version: string;
  readonly pictures: number;
  /** Of Node's vectors with the browser's. */
  readonly leastCosine: number;
  readonly reloaded: boolean;
  readonly offline: boolean;
}

/** Whether a page that a bundler built classified in each way, in the order of the README's columns. */
export interface BundlerRow {
  readonly bundler: string;
  readonly version: string;
  readonly works: readonly boolean[];
}

export type ReadmeRow = BrowserRow | BundlerRow;

export function cellsOf(row: ReadmeRow): string[];
export function rowOf(readme: string, name: string): string[] | undefined;
export function fill(readme: string, rows: readonly ReadmeRow[]): string;
export function tablesOf(rows: readonly ReadmeRow[]): string;
export function aligned(table: readonly (readonly string[])[]): string;
