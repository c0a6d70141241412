/** Where the references live: in this browser's database. */
import { createIndexedDbStore } from '@docclf/gallery-indexeddb';
import { exportGallery, type GalleryStore, openGallery } from '@docclf/web';

const name = 'docclf-web-live';

export const createStore = (): GalleryStore => createIndexedDbStore({ name });

/** The gallery file of what is stored, whatever model made it. */
export async function exportStored(): Promise<Uint8Array<ArrayBuffer>> {
  // A store that is bound already tells what to; what it is asked for does not matter then.
  const probe = await createStore().open({ id: 'unknown', dimension: 1 });
  const { space } = probe;
  await probe.close();
  const gallery = await openGallery(createStore(), space);
  try {
    return await exportGallery(gallery);
  } finally {
    await gallery.close();
  }
}

/** Deletes what is stored, once no other tab has it open. */
export function deleteStored(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

/** Asks the browser to keep the gallery when space runs short. It may refuse, and some ask the person. */
export async function askToKeep(): Promise<void> {
  try {
    if (!(await navigator.storage?.persisted?.())) await navigator.storage?.persist?.();
  } catch {
    // Then it is kept as long as there is space, as the storage of any page.
  }
}
