/** What the tests found of each browser, for the table at the end of `npm run test:browser`. */
import { appendFileSync } from 'node:fs';

export interface EngineRow {
  readonly engine: string;
  readonly what: string;
  readonly pictures: number;
  /** Of Node's vectors with the browser's. */
  readonly leastCosine: number;
}

/** Printed where nobody collects. */
export function tell(row: EngineRow): void {
  const file = process.env.DOCCLF_ENGINES;
  if (file === undefined) console.log(JSON.stringify(row));
  else appendFileSync(file, `${JSON.stringify(row)}\n`);
}
