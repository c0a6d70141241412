/** Which page of its file a reference is: the first one is where a document begins. */
import type { JsonObject, Reference } from '@docclf/core';
import type { InputPlace } from './inputs.ts';

const pageKey = 'docclf:page';

export function metadataOfPage({ page }: InputPlace): JsonObject | undefined {
  return page === undefined ? undefined : { [pageKey]: page };
}

/** True also for references that say nothing: a picture of a document shows its first page. */
export function isFirstPage({ metadata }: Pick<Reference, 'metadata'>): boolean {
  const page = metadata[pageKey];
  return typeof page !== 'number' || page === 1;
}
