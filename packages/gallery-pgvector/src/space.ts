/** For whoever has an address and no model. */
import { DocclfError, type EmbeddingSpace } from '@docclf/core';
import { createConnection, quote } from './connection.ts';
import { type PgvectorStoreOptions, settingsOf } from './options.ts';
import { readBinding } from './schema.ts';

/**
 * The embedding space that a gallery in PostgreSQL is bound to; nothing is made.
 *
 * @throws GALLERY_FILE_FOREIGN when the schema holds no gallery, GALLERY_FILE_VERSION, STORE_UNREACHABLE,
 *   STORE_ACCESS_DENIED, STORE_REQUIREMENT_MISSING, INVALID_ARGUMENT
 */
export async function readPgvectorSpace(options: PgvectorStoreOptions): Promise<EmbeddingSpace> {
  const settings = settingsOf(options);
  const connection = createConnection(settings);
  try {
    const table = { gallery: `${quote(settings.schema)}.docclf_gallery` };
    const binding = await connection.session((query) => readBinding(query, connection, table));
    if (!binding) throw new DocclfError('GALLERY_FILE_FOREIGN', { gallery: connection.gallery });
    return { id: binding.id, dimension: binding.dimension };
  } finally {
    await connection.close();
  }
}
