/** Which page of its file a reference is: the first one is where a document begins. */
import type { JsonObject } from '@docclf/core';
import type { InputPlace } from './inputs.ts';

const pageKey = 'docclf:page';

export function metadataOfPage({ page }: InputPlace): JsonObject | undefined {
  return page === undefined ? undefined : { [pageKey]: page };
}
