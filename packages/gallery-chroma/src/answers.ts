/** What a server says is looked at before it is used: it may be another program, or somebody may have changed what it keeps. */
import { DocclfError } from '@docclf/core';

/**
 * Whether it is what Chroma answers to `get`; of `query`, a list of such lists.
 *
 * Fields that were not asked for are null or left out.
 */
export function areRecords(operation: 'get' | 'query', answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return false;
  const { ids, metadatas, documents, embeddings } = answer as Record<string, unknown>;
  if (operation === 'get') return isListOf(ids, isText) && fits(ids, { metadatas, documents, embeddings });
  return (
    isListOf(ids, (list) => isListOf(list, isText)) &&
    ids.every((list, i) => {
      const at = (lists: unknown) => (Array.isArray(lists) ? lists[i] : lists);
      const fields = { metadatas: at(metadatas), documents: at(documents), embeddings: at(embeddings) };
      return fits(list as unknown[], fields);
    })
  );
}

const isText = (value: unknown) => typeof value === 'string';
const isOptional = (isOne: (value: unknown) => boolean) => (value: unknown) =>
  value === null || value === undefined || isOne(value);
const isMetadata = isOptional((value) => typeof value === 'object' && !Array.isArray(value));
const isEmbedding = isOptional((value) => isListOf(value, Number.isFinite));

function fits(ids: readonly unknown[], fields: Record<'metadatas' | 'documents' | 'embeddings', unknown>) {
  const isField = (values: unknown, isOne: (value: unknown) => boolean) =>
    isOptional((list) => isListOf(list, isOne) && list.length === ids.length)(values);
  return (
    isField(fields.metadatas, isMetadata) &&
    isField(fields.documents, isOptional(isText)) &&
    isField(fields.embeddings, isEmbedding)
  );
}

function isListOf(value: unknown, isOne: (item: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isOne);
}

/**
 * What `read` makes of something that this store has written.
 *
 * @throws GALLERY_FILE_CORRUPT where somebody else has written it
 */
export function readWritten<Content>(what: string, read: () => Content): Content {
  try {
    return read();
  } catch (cause) {
    const problem = `${what} is not as this store writes it`;
    throw new DocclfError('GALLERY_FILE_CORRUPT', { gallery: 'The chroma store', problem }, { cause });
  }
}
