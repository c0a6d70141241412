/** What the tests found of each browser, for the table at the end of `npm run test:browser`. */
import { appendFileSync } from 'node:fs';

export interface EngineRow {
  readonly engine: string;
  readonly what: string;
  readonly pictures: number;
  /** Of Node's vectors with the browser's. */
  readonly leastCosine: number;
}

/** A browser that could not be asked, and why. */
export interface MissingEngine {
  readonly engine: string;
  readonly missing: string;
}

export function tell(row: EngineRow): void {
  write(row);
}

export function tellMissing(engine: string, missing: string): void {
  write({ engine, missing });
}

/** Printed where nobody collects. */
function write(row: EngineRow | MissingEngine): void {
  const file = process.env.DOCCLF_ENGINES;
  if (file === undefined) console.log(JSON.stringify(row));
  else appendFileSync(file, `${JSON.stringify(row)}\n`);
}

/** What a page in a browser told. */
export interface Visited<Result> {
  readonly told: Result;
  readonly version: string;
}
