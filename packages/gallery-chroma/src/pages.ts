/** Many records, a page of them a request. */
import type { Client, Records, Where } from './client.ts';

/** What is asked of all records that a condition holds for. */
export interface Question {
  readonly include: readonly string[];
  readonly where?: Where;
}

/**
 * One answer may hold no more than 32,766 records: Chroma names each to its database, which takes no more names. What
 * is written between two requests may be missed or seen twice.
 *
 * @param size records of a request
 */
export async function* pagesOf(
  client: Client,
  collection: string,
  question: Question,
  size: number,
): AsyncGenerator<Records> {
  for (let offset = 0; ; offset += size) {
    const page = await client.ask<Records>(collection, 'get', { ...question, limit: size, offset });
    if (page.ids.length > 0) yield page;
    if (page.ids.length < size) return;
  }
}
