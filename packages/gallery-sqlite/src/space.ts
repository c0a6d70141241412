/** For whoever has a file and no model. */
import { stat } from 'node:fs/promises';
import { DocclfError, type EmbeddingSpace } from '@docclf/core';
import { createConnection } from './connection.ts';
import { openFile } from './database.ts';
import { assertVersion, readBinding } from './schema.ts';

/**
 * The embedding space that the gallery in a file is bound to.
 *
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE, GALLERY_FILE_*, GALLERY_LOCKED
 */
export async function readSqliteSpace(file: string): Promise<EmbeddingSpace> {
  try {
    await stat(file);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new DocclfError(isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', { file }, { cause });
  }
  const database = await openFile(file);
  try {
    const connection = createConnection(database, file, 10_000);
    const binding = await connection.read(() => readBinding(connection, 'refused'));
    if (!binding) throw new DocclfError('GALLERY_FILE_FOREIGN', { gallery: file });
    assertVersion(connection, binding.version);
    return { id: binding.id, dimension: binding.dimension };
  } finally {
    database.close();
  }
}
