/** A gallery's collection, and what it says of itself in its own metadata. */
import { DocclfError, type EmbeddingSpace } from '@docclf/core';
import { type Client, type CollectionInfo, createClient } from './client.ts';
import { type ChromaStoreOptions, type Settings, settingsOf } from './options.ts';

/** Since 2, whoever writes also records his commits; see revisions.ts. The records' form is that of 1. */
const version = 2;

/**
 * The inner product, which of unit vectors is the cosine: for `cosine` Chroma would scale each vector again and
 * give it back changed in its last bits. More candidates than the default of 100: the best must not be missed.
 */
const configuration = { hnsw: { space: 'ip', ef_construction: 200, ef_search: 200 } };

/**
 * Makes the collection when it is missing, and returns the space that it is bound to.
 *
 * @throws GALLERY_FILE_FOREIGN, GALLERY_FILE_VERSION, STORE_REQUIREMENT_MISSING, STORE_*
 */
export async function bind(
  client: Client,
  settings: Settings,
  space: EmbeddingSpace,
  batch: number,
): Promise<{ id: string; bound: EmbeddingSpace }> {
  const metadata = metadataOf(space);
  const collection =
    (await client.findCollection()) ??
    (await client.createCollection(metadata, configuration)) ??
    (await client.findCollection());
  if (!collection) throw new Error(`The collection ${settings.collection} vanished while it was opened.`);
  const allowed = await client.maximumBatch();
  if (allowed < batch) {
    const requirement = `a server that takes ${batch} records in one request, not ${allowed}`;
    throw new DocclfError('STORE_REQUIREMENT_MISSING', { store: 'chroma', requirement });
  }
  return { id: collection.id, bound: spaceOf(collection, settings) };
}

/** Releases that would write without a record of it are from now on refused. */
export async function raiseVersion(client: Client, id: string, space: EmbeddingSpace): Promise<void> {
  const collection = await client.findCollection();
  if (collection?.id === id && collection.metadata?.docclf !== version)
    await client.describeCollection(id, metadataOf(space));
}

const metadataOf = (space: EmbeddingSpace) => ({
  docclf: version,
  space: space.id,
  dimension: space.dimension,
});

/**
 * The embedding space that a gallery in Chroma is bound to; nothing is made.
 *
 * @throws GALLERY_FILE_FOREIGN when there is no such collection or it is somebody else's, GALLERY_FILE_VERSION,
 *   STORE_UNREACHABLE, STORE_ACCESS_DENIED, STORE_REQUIREMENT_MISSING, INVALID_ARGUMENT
 */
export async function readChromaSpace(options: ChromaStoreOptions): Promise<EmbeddingSpace> {
  const settings = settingsOf(options);
  const collection = await createClient(settings).findCollection();
  if (!collection) throw new DocclfError('GALLERY_FILE_FOREIGN', { gallery: settings.address });
  return spaceOf(collection, settings);
}

function spaceOf({ metadata }: CollectionInfo, { address: gallery }: Settings): EmbeddingSpace {
  const { docclf: received, space: id, dimension } = metadata ?? {};
  if (typeof received !== 'number' || typeof id !== 'string' || typeof dimension !== 'number') {
    throw new DocclfError('GALLERY_FILE_FOREIGN', { gallery });
  }
  if (received > version)
    throw new DocclfError('GALLERY_FILE_VERSION', { gallery, supported: version, received });
  return { id, dimension };
}
