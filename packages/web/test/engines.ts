/** What the tests found of each browser and bundler, for the tables at the end of `npm run test:browser`. */
import { appendFileSync, readFileSync } from 'node:fs';
import { type ReadmeRow, rowOf } from '../../../scripts/browser-tables.mjs';

/** A comparison beside those of the README. */
export interface EngineRow {
  readonly engine: string;
  readonly what: string;
  readonly pictures: number;
  /** Of Node's vectors with the browser's. */
  readonly leastCosine: number;
}

export function tell(row: EngineRow | ReadmeRow): void {
  write(row);
}

/** A browser that could not be asked, and why. */
export function tellMissing(engine: string, missing: string): void {
  write({ engine, missing });
}

/** Printed where nobody collects. */
function write(row: object): void {
  const file = process.env.DOCCLF_ENGINES;
  if (file === undefined) console.log(JSON.stringify(row));
  else appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** What the README says of a browser or bundler; `npm run test:browser -- --fill` writes what was found. */
export function readmeRow(name: string): readonly string[] | undefined {
  return rowOf(readFileSync(new URL('../README.md', import.meta.url), 'utf8'), name);
}

/** What a page in a browser told. */
export interface Visited<Result> {
  readonly told: Result;
  readonly version: string;
}
