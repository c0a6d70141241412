/** Where the references live. */
import { createMemoryStore, type GalleryStore } from '@docclf/web';

export async function openStore(): Promise<GalleryStore> {
  return createMemoryStore();
}
